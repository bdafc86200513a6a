/** What is wrong with the form of a file, as whoever sent it is told: what it is and what helps. */
import type { FormFault } from '#platform/scanning/index.ts'
import type { Refused } from './http/signed-in.ts'

const type = (detail: string): Refused => ({ code: 'file_type_refused', field: '/file', detail })
const content = (detail: string): Refused => ({ code: 'file_content_refused', field: '/file', detail })

export const FORM_FAULTS: Readonly<Record<FormFault, Refused>> = {
  type_not_allowed: type('PDF, PNG, JPEG, WebP, TXT, CSV and XML files are taken; this is another kind.'),
  type_disagrees: type('The content of the file is not what its name says. Save it again in the program that made it.'),
  image_broken: content('The picture is damaged or has something behind its end. Save or photograph it again.'),
  image_too_large: content('The picture has more pixels than can be shown. Make it smaller.'),
  pdf_active: content('The PDF can run or fetch something. Print it to a new PDF and send that.'),
  pdf_attachment: content('Another file is attached inside the PDF. Send each file by itself.'),
  pdf_encrypted: content('The PDF is protected by a password, so that nobody can check it. Save it without one.'),
  pdf_broken: content('The PDF is damaged, or has something behind its end. Print it to a new PDF and send that.'),
  polyglot: content('The file is two kinds of file at once, for example a picture and an archive.'),
  text_not_plain: content('The text is not UTF-8, or holds characters that no text has. Save it as UTF-8.'),
  xml_entities: content('The XML declares a document type, an entity, a style sheet or a script. Save it without.'),
}
