/**
 * Whether an unsafe request comes from our own page (SECURITY.md, CSRF). Sec-Fetch-Site decides where a browser sends it; a program
 * has none and names its Origin, which must be exactly one of ours; a request with neither is refused.
 */
export type OriginHeaders = { readonly secFetchSite: string | undefined; readonly origin: string | undefined }

/** True when the request may change something as far as its origin goes. */
export function isSameOrigin(headers: OriginHeaders, allowedOrigins: ReadonlySet<string>): boolean {
  if (headers.secFetchSite !== undefined) {
    // A browser that says same-origin and still sends a foreign Origin is no browser.
    return headers.secFetchSite === 'same-origin' && (headers.origin === undefined || allowedOrigins.has(headers.origin))
  }
  return headers.origin !== undefined && allowedOrigins.has(headers.origin)
}
