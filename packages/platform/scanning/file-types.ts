/** What may be stored: a file whose name, declared type and first bytes all say the same one of these. */
export const FILE_TYPES = [
  { media_type: 'application/pdf', extensions: ['pdf'], declared: ['application/pdf'] },
  { media_type: 'image/png', extensions: ['png'], declared: ['image/png'] },
  { media_type: 'image/jpeg', extensions: ['jpg', 'jpeg'], declared: ['image/jpeg', 'image/jpg', 'image/pjpeg'] },
  { media_type: 'image/webp', extensions: ['webp'], declared: ['image/webp'] },
  { media_type: 'text/plain', extensions: ['txt'], declared: ['text/plain'] },
  // Windows with a spreadsheet program says of every CSV that it is its own.
  { media_type: 'text/csv', extensions: ['csv'], declared: ['text/csv', 'application/vnd.ms-excel', 'application/csv'] },
  { media_type: 'application/xml', extensions: ['xml'], declared: ['application/xml', 'text/xml'] },
] as const

export type MediaType = (typeof FILE_TYPES)[number]['media_type']

const startsWith = (bytes: Buffer, ...first: readonly number[]): boolean => first.every((byte, i) => bytes[i] === byte)
const textAt = (bytes: Buffer, from: number, text: string): boolean => bytes.toString('latin1', from, from + text.length) === text

/** The type that the first bytes say; `text` where they say none and it may be text. */
function magicOf(bytes: Buffer): MediaType | 'text' {
  if (textAt(bytes, 0, '%PDF-')) return 'application/pdf'
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (textAt(bytes, 0, 'RIFF') && textAt(bytes, 8, 'WEBP')) return 'image/webp'
  return 'text'
}

export type TypeFault = 'type_not_allowed' | 'type_disagrees'

/** The one type that name, declaration and bytes agree on, or why there is none. */
export function typeOf(file_name: string, declared: string, bytes: Buffer): MediaType | { readonly fault: TypeFault } {
  const extension = file_name.slice(file_name.lastIndexOf('.') + 1).toLowerCase()
  const named = file_name.includes('.') ? FILE_TYPES.find(({ extensions }) => (extensions as readonly string[]).includes(extension)) : undefined
  if (named === undefined) return { fault: 'type_not_allowed' }
  const said = declared.split(';')[0]!.trim().toLowerCase()
  if (!(named.declared as readonly string[]).includes(said)) return { fault: 'type_disagrees' }
  const magic = magicOf(bytes)
  const isText = named.media_type === 'text/plain' || named.media_type === 'text/csv' || named.media_type === 'application/xml'
  return magic === (isText ? 'text' : named.media_type) ? named.media_type : { fault: 'type_disagrees' }
}
