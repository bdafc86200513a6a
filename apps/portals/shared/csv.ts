// A cell that starts like a formula would be run by a spreadsheet, in East Asian settings one of full width too; an apostrophe keeps it text.
const cell = (text: string) => `"${(/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

/** Lines of cells as CSV, with a byte-order mark so that a spreadsheet reads Chinese names. */
export const csvOf = (lines: readonly (readonly string[])[]): string => `\ufeff${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`

/** Hands a text to the browser as a file to save. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has its own hold on the data; the address can go at once after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 1_000)
}
