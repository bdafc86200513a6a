/** The session cookie and the token that unsafe requests carry beside it. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { DEVICES_MAX } from '#platform/auth/index.ts'

export type CookieKind = 'host' | 'local'

const NAMES: Readonly<Record<CookieKind, string>> = { host: '__Host-flowclaw', local: 'flowclaw' }
/** How long a browser stays known that nobody signs in from; the store forgets it after as long (migration 0026). */
const DEVICE_LASTS_S = 90 * 24 * 60 * 60
const DEVICE_NAMES: Readonly<Record<CookieKind, string>> = { host: '__Host-fc_device', local: 'fc_device' }
const TOKEN = /^[A-Za-z0-9_-]{43}$/

/** `host` behind TLS; `local` only over plain http on localhost, where a browser keeps no `__Host-` cookie. */
export const cookieName = (kind: CookieKind): string => NAMES[kind]

const attributes = (kind: CookieKind, maxAge_s: number): string => `Path=/; SameSite=Strict; Max-Age=${maxAge_s}${kind === 'host' ? '; Secure' : ''}`

/**
 * The Set-Cookie values that sign in until `maxAge_s` from now. The second one carries nothing and authorises nothing: it tells our page
 * that asking for the session is worth it, so that a visitor sees no failed request.
 */
export const signedInCookies = (kind: CookieKind, token: string, maxAge_s: number): string[] =>
  [`${NAMES[kind]}=${token}; HttpOnly; ${attributes(kind, maxAge_s)}`, `fc_signed_in=1; ${attributes(kind, maxAge_s)}`]

/** The Set-Cookie values that sign out. */
export const signedOutCookies = (kind: CookieKind): string[] =>
  [`${NAMES[kind]}=; HttpOnly; ${attributes(kind, 0)}`, `fc_signed_in=; ${attributes(kind, 0)}`]

/**
 * The Set-Cookie value by which a browser is known to have signed in before, to some accounts. It opens nothing: sign-in asks this browser for the same proofs, only
 * the tries of strangers do not count against it.
 */
export const deviceCookie = (kind: CookieKind, devices: readonly string[]): string => `${DEVICE_NAMES[kind]}=${devices.join('.')}; HttpOnly; ${attributes(kind, DEVICE_LASTS_S)}`

/** The session token of a Cookie header; null when there is none, or two, which no browser sends for these cookies. */
export const readSessionToken = (kind: CookieKind, header: string | undefined): string | null => readToken(NAMES[kind], header)

/** Where a try at a password or a code comes from: the address, and by what the browser is known, if it is. */
export const sourceOf = ({ config }: { readonly config: { readonly cookie: CookieKind } }, request: FastifyRequest): { readonly ip: string; readonly devices: readonly string[] } => {
  const devices = readValue(DEVICE_NAMES[config.cookie], request.headers.cookie)?.split('.') ?? []
  return { ip: request.ip, devices: devices.length <= DEVICES_MAX && devices.every((each) => TOKEN.test(each)) ? devices : [] }
}

function readToken(name: string, header: string | undefined): string | null {
  const value = readValue(name, header)
  return value !== null && TOKEN.test(value) ? value : null
}

/** The cookie's value; null when there is none, or two. */
function readValue(name: string, header: string | undefined): string | null {
  if (header === undefined) return null
  const prefix = `${name}=`
  const values = header.split(';').map((part) => part.trim()).filter((part) => part.startsWith(prefix)).map((part) => part.slice(prefix.length))
  return values.length === 1 ? values[0]! : null
}

/** Bound to the session by a key that only the cookie holds, so that nothing more needs to be stored. */
export const csrfTokenOf = (sessionToken: string): string => createHmac('sha256', sessionToken).update('flowclaw csrf v1').digest('base64url')

export function isCsrfTokenOf(sessionToken: string, offered: string | undefined): boolean {
  const expected = Buffer.from(csrfTokenOf(sessionToken))
  const given = Buffer.from(offered ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
