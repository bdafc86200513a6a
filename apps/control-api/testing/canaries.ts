/** Made-up secrets and notes that can be found again in any form, and what finds them. */
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { OperationRecord } from '#api/http/operation.ts'
import { csrfTokenOf } from '#api/http/session-cookie.ts'
import { ORIGIN } from './world.ts'

/**
 * `secret`: a credential, which may stand nowhere at all. `bank`: an account number, which may stand in the table that keeps it. `words`: what
 * people write, which may be kept and answered, and stands in no log, audit row, problem, header or message to others.
 */
export const KINDS = ['secret', 'bank', 'words'] as const
export type Kind = (typeof KINDS)[number]

const MARK: Readonly<Record<Kind, string>> = { secret: 'Zk7CanarySecret', bank: 'Zk7CanaryBank', words: 'Zk7CanaryWords' }

/** How a text may travel: as it is, in base64 (both alphabets), in hex, in a URL. */
export const FORMS: readonly ((text: string) => string)[] = [
  (text) => text, (text) => Buffer.from(text).toString('base64'), (text) => Buffer.from(text).toString('base64url'), (text) => Buffer.from(text).toString('hex'),
  (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
]

let made = 0
/** How many canaries this process has made. */
export const canariesMade = (): number => made

/** The next canary of a kind, each in the next form. Letters and digits, and `%` or `=` in some forms. */
export function canary(kind: Kind, form = made % FORMS.length): string {
  made++
  return FORMS[form]!(`${MARK[kind]}${String(made).padStart(4, '0')}${randomBytes(4).toString('hex')}`)
}

/** A mark in base64, wherever in the three positions of its alphabet it begins; without the letters that its neighbours change. */
const inBase64 = (mark: string): string[] => [0, 1, 2].map((before) => {
  const text = Buffer.from('x'.repeat(before) + mark).toString('base64')
  return text.slice([0, 2, 3][before], Math.floor(((before + mark.length) * 8) / 6))
})
const TRACES: readonly { readonly kind: Kind; readonly text: string }[] = KINDS.flatMap((kind) => {
  const mark = MARK[kind]
  return [mark.toLowerCase(), Buffer.from(mark).toString('hex'), FORMS[4]!(mark)].map((text) => ({ kind, text })).concat(inBase64(mark).map((text) => ({ kind, text })))
})

/** Where canaries of these kinds stand in a text, with a little of what is around them. */
export function traces(text: string, kinds: readonly Kind[] = KINDS): string[] {
  const lower = text.toLowerCase()
  return TRACES.filter(({ kind }) => kinds.includes(kind)).flatMap(({ kind, text: trace }) => {
    // Base64 has its own upper and lower case; everything else is found in either.
    const at = Math.max(text.indexOf(trace), lower.indexOf(trace.toLowerCase() === trace ? trace : '\u0000'))
    return at < 0 ? [] : [`${kind}: …${text.slice(Math.max(0, at - 60), at + 60)}…`]
  })
}

export type Told = { readonly status: number; readonly headers: string; readonly body: string }

/** One call with whatever headers and payload; what our own page sends is there unless `headers` says otherwise. */
export async function tell(app: FastifyInstance, operation: Pick<OperationRecord, 'method'>, url: string, token: string | null, given: { readonly headers?: Readonly<Record<string, string>>; readonly payload?: string } = {}): Promise<Told> {
  const own: Record<string, string> = token === null ? {} : { cookie: `flowclaw=${token}` }
  if (operation.method !== 'GET') Object.assign(own, { origin: ORIGIN, 'x-csrf-token': csrfTokenOf(token ?? 'nobody'), 'idempotency-key': `key-${randomBytes(12).toString('hex')}`, 'content-type': 'application/json' })
  // A stream that breaks after its headers went out ends the connection and says nothing more.
  const answer = await app.inject({ method: operation.method as 'GET', url, headers: { ...own, ...given.headers }, ...(given.payload === undefined ? {} : { payload: given.payload }) })
    .catch((cause: unknown) => { if ((cause as { code?: string }).code === 'LIGHT_ECONNRESET') return { statusCode: 500, headers: {}, body: '' }; throw cause })
  return { status: answer.statusCode, headers: JSON.stringify(answer.headers), body: answer.body }
}
