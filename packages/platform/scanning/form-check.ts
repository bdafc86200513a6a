/**
 * The form check: what can be said of a file by looking at its structure, without knowing any virus. It stands in for a scanner where none is
 * configured, and before one where there is; it is called what it is on every screen.
 */
import { typeOf, type MediaType, type TypeFault } from './file-types.ts'
import { jpegFault, pngFault, webpFault, type ImageFault } from './image-check.ts'
import { pdfFault, type PdfFault } from './pdf-check.ts'

export type FormFault = TypeFault | ImageFault | PdfFault | 'polyglot' | 'text_not_plain' | 'xml_entities'

/** The name of the check with its version, as it is kept with each verdict. */
export const FORM_CHECK = 'form check 1'

const HEAD = 1_024
/** The record at the end of an archive, with the longest comment it may have. */
const ARCHIVE_END = 22
const ARCHIVE_TAIL = 65_535 + ARCHIVE_END
const ARCHIVE_MARK = Buffer.from('PK\u0005\u0006', 'latin1')

/** What the file is, or why it is not stored. */
export function checkForm(file_name: string, declared: string, bytes: Buffer): { readonly media_type: MediaType } | { readonly fault: FormFault } {
  const type = typeOf(file_name, declared, bytes)
  if (typeof type === 'object') return type
  const fault = isArchiveToo(bytes) || (type !== 'application/pdf' && bytes.toString('latin1', 0, HEAD + 4).includes('%PDF-')) ? 'polyglot' : contentFault(type, bytes)
  return fault === null ? { media_type: type } : { fault }
}

function contentFault(type: MediaType, bytes: Buffer): FormFault | null {
  switch (type) {
    case 'application/pdf': return pdfFault(bytes)
    case 'image/png': return pngFault(bytes)
    case 'image/jpeg': return jpegFault(bytes)
    case 'image/webp': return webpFault(bytes)
    case 'application/xml': return textFault(bytes) ?? xmlFault(bytes)
    case 'text/plain': case 'text/csv': return textFault(bytes)
  }
}

/** Programs read an archive from its end, whatever stands before: a file that is one too is two files. */
function isArchiveToo(bytes: Buffer): boolean {
  const from = Math.max(0, bytes.length - ARCHIVE_TAIL)
  for (let at = bytes.indexOf(ARCHIVE_MARK, from); at !== -1; at = bytes.indexOf(ARCHIVE_MARK, at + 1)) {
    if (at + ARCHIVE_END <= bytes.length && at + ARCHIVE_END + bytes.readUInt16LE(at + 20) <= bytes.length) return true
  }
  return false
}

/** UTF-8 with line ends and tabs as its only control characters. */
function textFault(bytes: Buffer): FormFault | null {
  let text: string
  try { text = new TextDecoder('utf-8', { fatal: true }).decode(bytes) } catch { return 'text_not_plain' }
  // eslint-style escapes on purpose: the characters themselves would be invisible here.
  return /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\u0080-\u009F]/.test(text) ? 'text_not_plain' : null
}

/** Begins as XML does and declares nothing that a reader would follow: no document type, no entity, no style sheet. */
function xmlFault(bytes: Buffer): FormFault | null {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  if (!/^\s*<(?:\?xml\s|[A-Za-z_])/.test(text)) return 'type_disagrees'
  return /<!(?:DOCTYPE|ENTITY)|<\?xml-stylesheet|<(?:[\w-]+:)?script[\s>]|xmlns(?::\w+)?\s*=\s*["']http:\/\/www\.w3\.org\/(?:1999\/xhtml|2000\/svg)/i.test(text) ? 'xml_entities' : null
}
