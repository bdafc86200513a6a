/** A virus scanner as the rest of the product sees it. */
export type ScanVerdict =
  /** `scanner` names it with the version of its signatures */
  | { readonly verdict: 'clean'; readonly scanner: string }
  | { readonly verdict: 'infected'; readonly signature: string; readonly scanner: string }
  /** no verdict: it is asked again later, and the file stays quarantined */
  | { readonly verdict: 'unavailable'; readonly why: 'scanner_unavailable' | 'scanner_size_limit' }

export type Scanner = {
  readonly name: string
  /** never throws and never takes longer than its own limit */
  scan(bytes: Buffer): Promise<ScanVerdict>
}
