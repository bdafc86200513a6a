/**
 * Whether a PDF can do anything but be looked at. Names are read as a reader reads them (`/J#61vaScript` too), also inside compressed object
 * streams, which are opened within a budget. What cannot be looked into (encrypted, another filter, broken) is refused and not hoped for.
 */
import { inflateSync } from 'node:zlib'

export type PdfFault = 'pdf_active' | 'pdf_attachment' | 'pdf_encrypted' | 'pdf_broken'

/** All that the object streams of one file may unpack to. */
const UNPACKED_MAX = 64 * 1024 * 1024
/** A stream's dictionary is short; further back it belongs to something else. */
const DICTIONARY_MAX = 4_096
/** No program writes as many: each costs a look, and a file of nothing else would hold up the server. */
const STREAMS_MAX = 20_000
const OPENINGS_MAX = 16
/** Behind the last %%EOF stands a line's end and nothing that another program could read as its own file. */
const TAIL = /%%EOF[\s\0]{0,64}$/

const name = (names: string): RegExp => new RegExp(`/(?:${names})(?![A-Za-z0-9_.#-])`)
/** What runs, starts, sends or fetches something. */
const ACTIVE = name('JavaScript|Launch|SubmitForm|ImportData|GoToR|GoToE|RichMedia|RichMediaExecute|Rendition|Movie|Sound|XFA|Trans3D|3D')
const ATTACHED = name('EmbeddedFiles?|FileAttachment|Collection')
const ENCRYPTED = name('Encrypt')
// Two letters stand in compressed bytes by chance, so that they count only with a value behind them.
const SHORT = /\/(?:JS|AA)\s{0,8}(?:[(<[]|\d{1,10}\s+\d{1,5}\s+R\b)/
const OPEN_ACTION = /\/OpenAction(?![A-Za-z0-9_.#-])\s*(\[|<<|(\d{1,10})\s+(\d{1,5})\s+R\b)?/g
/** Whatever stands before it: readers take blanks, comments and a lone carriage return where the standard has none. */
const STREAM = /(?<!end)stream(?:\r\n|\n|\r)/g
/** What makes a stream one of objects: its type, or the place of its first object, which some readers go by alone. Elsewhere `/First` refers to an object. */
const OF_OBJECTS = /\/ObjStm(?![A-Za-z0-9_.#-])|\/First[\s\0]*(?:%|\d+(?!\d|[\s\0]+\d+[\s\0]+R))/g

/** Name escapes resolved over the whole text: `#61` is `a`. */
const plainNames = (text: string): string => text.replaceAll(/#([0-9A-Fa-f]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Why this PDF is not stored, or null. `bytes` begin with %PDF-. */
export function pdfFault(bytes: Buffer): PdfFault | null {
  const raw = bytes.toString('latin1')
  if (!TAIL.test(raw.slice(-1_100)) || !/\bstartxref\b/.test(raw.slice(-2_048))) return 'pdf_broken'
  const texts = [plainNames(raw)]
  if (ENCRYPTED.test(texts[0]!)) return 'pdf_encrypted'
  const unpacked = objectStreams(raw, texts[0]!, bytes)
  if (unpacked === null) return 'pdf_broken'
  texts.push(...unpacked.map(plainNames))
  if (texts.some((text) => ACTIVE.test(text) || SHORT.test(text))) return 'pdf_active'
  if (texts.some((text) => ATTACHED.test(text))) return 'pdf_attachment'
  return texts.some((text) => opensMoreThanAPage(text, texts)) ? 'pdf_active' : null
}

/** The contents of every object stream; null where one cannot be opened, or all of them together are too much. */
function objectStreams(raw: string, plain: string, bytes: Buffer): string[] | null {
  const found: string[] = []
  let left = UNPACKED_MAX
  let streams = 0
  let seen = 0
  for (const match of raw.matchAll(STREAM)) {
    if (++streams > STREAMS_MAX) return null
    const before = raw.slice(Math.max(0, match.index - DICTIONARY_MAX), match.index)
    const dictionary = plainNames(before.slice(before.lastIndexOf('obj') + 1))
    const marks = dictionary.match(OF_OBJECTS)?.length ?? 0
    if (marks === 0) continue
    seen += marks
    // Filters are a list or one; only the one that everybody uses is opened.
    if (!/\/Filter\s*\[?\s*\/FlateDecode\s*[\]/>]/.test(dictionary) || /\/FlateDecode\s*\/(?!Type|Length|N|First|Extends|DecodeParms)/.test(dictionary) || left <= 0) return null
    try {
      const text = inflateSync(bytes.subarray(match.index + match[0].length), { maxOutputLength: left }).toString('latin1')
      left -= text.length
      found.push(text)
    } catch {
      return null
    }
  }
  // One that is named and was not found by its beginning was not looked into.
  return seen === (plain.match(OF_OBJECTS)?.length ?? 0) ? found : null
}

/** Opening at a page is what most programs write. An action that is anything else, or that is not found, is not. */
function opensMoreThanAPage(text: string, texts: readonly string[]): boolean {
  let openings = 0
  for (const match of text.matchAll(OPEN_ACTION)) {
    // Each may be looked up in the whole file.
    if (++openings > OPENINGS_MAX) return true
    const [all, opening, object, generation] = match
    if (opening === '[') continue
    const action = opening === '<<' ? text.slice(match.index + all.length, match.index + all.length + 300)
      : object === undefined ? null : objectText(texts, object, generation!)
    if (action === null || (!/^\s*\[/.test(action) && !/^[^>]*\/S\s*\/GoTo(?![A-Za-z])/.test(action))) return true
  }
  return false
}

/** The beginning of an object; null where it stands in no plain part of the file. */
function objectText(texts: readonly string[], object: string, generation: string): string | null {
  const start = new RegExp(`(?:^|[^0-9])${object}\\s+${generation}\\s+obj\\b`)
  for (const text of texts) {
    const match = start.exec(text)
    if (match !== null) return text.slice(match.index + match[0].length, match.index + match[0].length + 300)
  }
  return null
}
