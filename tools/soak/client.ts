/**
 * A person of the company at a page of ours, as a careful client: each change is sent with a key of its own, and sent again with the same key, to whichever
 * server, until there is an answer that is one. What was acknowledged is noted, to be looked for in the database at the end.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { bodyBytes } from '#api/testing/forms.ts'
import type { Person } from './company.ts'
import type { Chance } from './chance.ts'

/** What an acknowledged answer says that there is. */
export type Seen =
  | { readonly kind: 'session' | 'step'; readonly id: string; readonly version: number }
  | { readonly kind: 'proof' | 'artifact' | 'outcome'; readonly id: string }

/** One change that was answered with success. */
export type Acknowledged = { readonly user_id: string; readonly operation: string; readonly key: string; readonly status: number; /** of the answer, where it was not sent more than once: then the audit has it */ readonly request_id: string | null; readonly seen: readonly Seen[] }
export type Ledger = {
  readonly acknowledged: Acknowledged[]
  /** how long each change took from its first sending to its answer, in ms */
  readonly took_ms: number[]
  /** times that a change was sent again */
  repeated: number
  /** changes that got no answer within all tries: nobody knows what became of them */
  readonly unanswered: string[]
  /** answers that told to come again, and refusals, by code */
  readonly refused: Map<string, number>
}
export const newLedger = (): Ledger => ({ acknowledged: [], took_ms: [], repeated: 0, unanswered: [], refused: new Map() })

// A body as JSON gave it: the shapes are those of packages/contracts/api, which the product's own tests hold answers against.
export type Answer = { readonly status: number; readonly code: string | null; readonly json: any }

const TRIES = 120
const ANSWER_WITHIN_MS = 20_000
const WAIT_MAX_MS = 1_000
/** Refusals that name no fault of the request: the same one may be sent again. */
const COME_AGAIN: ReadonlySet<string> = new Set(['idempotency_in_flight', 'policy_unavailable'])

export type Client = {
  readonly user_id: string
  get(path: string): Promise<any>
  /** `operation` as the API names it. Throws where nothing answers within all tries. */
  post(operation: string, path: string, body: unknown): Promise<Answer>
}

type Raw = { readonly status: number; readonly text: string; readonly headers: Headers } | null

async function send(url: string, method: string, path: string, headers: Readonly<Record<string, string>>, body?: unknown): Promise<Raw> {
  try {
    const sent = body === undefined ? null : bodyBytes(body)
    const answer = await fetch(`${url}${path}`, {
      method, signal: AbortSignal.timeout(ANSWER_WITHIN_MS), headers: { origin: url, ...headers, ...(sent === null ? {} : { 'content-type': sent.content_type }) }, ...(sent === null ? {} : { body: sent.payload as string }),
    })
    return { status: answer.status, text: await answer.text(), headers: answer.headers }
  } catch {
    return null
  }
}

const parsed = (text: string): any => { try { return JSON.parse(text) } catch { return null } }
/** Told to come again, or told nothing. */
const isNoAnswer = (raw: Raw): boolean => raw === null || raw.status === 429 || raw.status >= 500 || COME_AGAIN.has(parsed(raw.text)?.code)
const waitFor = (raw: Raw, tries: number): Promise<void> => wait(Math.max(Number(raw?.headers.get('retry-after') ?? 0) * 1000, Math.min(50 * 2 ** Math.min(tries, 5), WAIT_MAX_MS)))

async function until(urls: readonly string[], first: number, ask: (url: string) => Promise<Raw>, between: (raw: Raw) => void): Promise<{ readonly raw: NonNullable<Raw>; readonly tries: number } | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    const raw = await ask(urls[(first + tries) % urls.length]!)
    if (!isNoAnswer(raw)) return { raw: raw!, tries }
    between(raw)
    await waitFor(raw, tries)
  }
  return null
}

/** Signs in, over HTTP as everyone. */
export async function signIn(urls: readonly string[], person: Person, ledger: Ledger, chance: Chance): Promise<Client> {
  const login = await until(urls, 0, (url) => send(url, 'POST', '/api/auth/login', {}, { email: person.email, password: person.password }), () => undefined)
  if (login === null || login.raw.status !== 200) throw new Error(`${person.email} could not sign in: ${login?.raw.text ?? 'no answer'}`)
  const cookie = login.raw.headers.getSetCookie().map((each) => each.split(';', 1)[0]).join('; ')
  const get = async (path: string): Promise<any> => {
    const got = await until(urls, chance.below(urls.length), (url) => send(url, 'GET', path, { cookie }), () => undefined)
    if (got === null || got.raw.status !== 200) throw new Error(`GET ${path}: ${got?.raw.status ?? 'no answer'} ${got?.raw.text ?? ''}`)
    return parsed(got.raw.text)
  }
  const session = await get('/api/portal/session') as { csrf_token: string; user: { id: string } }
  const user_id = session.user.id
  let sent = 0
  return {
    user_id, get,
    async post(operation, path, body) {
      const key = `soak-${user_id.slice(0, 8)}-${++sent}-${chance.below(1_000_000)}`
      const headers = { cookie, 'x-csrf-token': session.csrf_token, 'idempotency-key': key }
      const started = performance.now()
      const refusal = (code: string): void => { ledger.refused.set(code, (ledger.refused.get(code) ?? 0) + 1) }
      const ask = (url: string): Promise<Raw> => send(url, 'POST', path, headers, body)
      const first = chance.below(urls.length)
      // Somebody clicks twice: the same request reaches two servers at once.
      const twice = chance.oneIn100(10) ? ask(urls[(first + 1) % urls.length]!) : null
      const got = await until(urls, first, ask, (raw) => {
        ledger.repeated += 1
        if (raw !== null) refusal(parsed(raw.text)?.code ?? `status_${raw.status}`)
      })
      await twice
      if (got === null) {
        ledger.unanswered.push(`${operation} ${key}`)
        throw new Error(`${operation}: no answer in ${TRIES} tries`)
      }
      ledger.took_ms.push(performance.now() - started)
      const json = parsed(got.raw.text)
      const { status } = got.raw
      if (status >= 400) refusal(json?.code ?? `status_${status}`)
      else ledger.acknowledged.push({ user_id, operation, key, status, request_id: twice === null && got.tries === 0 ? got.raw.headers.get('x-request-id') : null, seen: seenIn(json) })
      return { status, code: status >= 400 ? (json?.code ?? `status_${status}`) : null, json }
    },
  }
}

/** The things that an answer names with the version that they have by now. */
function seenIn(json: any): Seen[] {
  if (json === null || typeof json !== 'object') return []
  if (json.view === 'desk' || json.view === 'merchant') return [{ kind: 'session', id: json.id, version: json.version }]
  if (Array.isArray(json.steps)) {
    return [{ kind: 'session', id: json.session_id, version: json.version }, ...json.steps.flatMap((step: any): Seen[] => [
      { kind: 'step', id: step.id, version: step.version }, ...step.proofs.map((proof: { id: string }): Seen => ({ kind: 'proof', id: proof.id }))])]
  }
  if (typeof json.closed_at === 'string' && typeof json.session_id === 'string') return [{ kind: 'outcome', id: json.session_id }]
  if (typeof json.sha256 === 'string' && typeof json.media_type === 'string') return [{ kind: 'artifact', id: json.id }]
  return []
}
