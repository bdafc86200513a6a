/**
 * Headers of every answer. They are constants, so they are set here and not by a plugin that computes them again for each request.
 * The policy has no `unsafe-*`: scripts, styles, fonts and pictures come from this server or not at all.
 */
const CSP = "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; img-src 'self'"

/** A stored file that is saved: nothing in it loads, runs or is shown inside another page. */
export const FILE_CSP = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
/** One that a page of ours shows in a frame: the same, so that it runs nothing in any browser. Chromium's own viewer of PDF files works inside it (artifacts.e2e.test.ts). */
export const PREVIEW_CSP = FILE_CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'")

/** Swagger UI draws its icons from data: pictures inside its own stylesheet, and adds one style element, which is named here by its digest. */
export const DOCS_CSP = `${CSP} data:; style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='`

export const SECURE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CSP,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // `no-referrer` would make browsers send `Origin: null` with a form post, which the CSRF check refuses.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), geolocation=(), microphone=(), payment=(), usb=()',
}

/** Behind TLS only: over plain http it would be ignored, and on localhost it would spoil other servers' pages. */
export const HSTS = 'max-age=31536000; includeSubDomains'
