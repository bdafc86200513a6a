/** How large a file is, as people say it. */
export function sizeWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB']
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`
}

/** The beginning of a digest, enough to tell files apart by eye. */
export const shortDigest = (sha256: string): string => `${sha256.slice(0, 8)}…`
