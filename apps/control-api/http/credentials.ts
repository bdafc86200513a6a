/**
 * Who asks: a person by the session cookie of a portal, or a program by the API key in its Authorization header. One or the other: a
 * request with both is refused, because what it may do would depend on which was read first.
 */
import type { FastifyRequest } from 'fastify'
import type { Actor } from '#contracts/roles.ts'
import type { Database } from '#database/index.ts'
import { findActor, findProgram } from '#platform/auth/index.ts'
import { ProblemError } from '#api/problems.ts'
import { cookieName, readSessionToken, type CookieKind } from './session-cookie.ts'

export type WhoAsks = { readonly actor: Actor | null; readonly sessionToken: string | null; /** a person who signed in or stepped up within five minutes; never a program, which has nothing to step up with */ readonly proved: boolean; /** a Platform Admin whose workspace asks for a second factor that is not enrolled yet; a program has none to enrol */ readonly must_enrol: boolean }

const BEARER = /^bearer +(\S+)$/i

/** Whoever the request's credential belongs to now. Throws two_credentials. */
export async function whoAsks(db: Database, cookie: CookieKind, headers: FastifyRequest['headers']): Promise<WhoAsks> {
  const key = BEARER.exec(headers.authorization ?? '')?.[1]
  if (key === undefined) {
    const sessionToken = readSessionToken(cookie, headers.cookie)
    const actor = sessionToken === null ? null : await findActor(db, sessionToken)
    return { sessionToken, actor, proved: actor?.proved === true, must_enrol: actor?.must_enrol === true }
  }
  if (headers.cookie?.includes(`${cookieName(cookie)}=`) === true) throw new ProblemError('two_credentials')
  return { sessionToken: null, actor: await findProgram(db, key), proved: false, must_enrol: false }
}

/**
 * Whether a browser sent this for a web page: every browser of today names the site in Sec-Fetch-Site, older ones the Origin of a change.
 * Programs send neither.
 */
export const isFromPage = (headers: FastifyRequest['headers']): boolean => headers['sec-fetch-site'] !== undefined || headers.origin !== undefined
