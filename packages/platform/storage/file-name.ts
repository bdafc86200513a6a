/** Names of files as people brought them: what is kept of one, and how one is handed back in a header. A name is shown and is never a path. */
const NAME_MAX = 120
const EXTENSION_MAX = 8

/**
 * What is kept of the name that a browser gave: its last part, one visible line, composed (NFC), at most 120 characters with its extension.
 * Control characters, line breaks, what turns the direction of text or hides, and what other systems read as path or device go.
 */
export function cleanFileName(given: string): string {
  const last = given.normalize('NFC').split(/[/\\]/).at(-1)!
  const visible = last.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, '').replaceAll(/[<>:"|?*%;]/g, '_').replaceAll(/\s+/gu, ' ').replaceAll(/^[. ]+|[. ]+$/g, '')
  const dot = visible.lastIndexOf('.')
  const extension = dot > 0 && visible.length - dot - 1 <= EXTENSION_MAX ? visible.slice(dot) : ''
  const stem = [...visible.slice(0, visible.length - extension.length)].slice(0, NAME_MAX - extension.length).join('').trim()
  return `${stem === '' ? 'file' : stem}${extension}`
}

/** The header value of RFC 6266: a name in ASCII for old clients, and the whole one in UTF-8, each without a character that ends it. */
export function contentDisposition(kind: 'attachment' | 'inline', file_name: string): string {
  const ascii = file_name.replaceAll(/[^ -~]|["\\%]/g, '_')
  const utf8 = encodeURIComponent(file_name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${utf8}`
}
