/**
 * Made-up secrets and notes are put wherever a caller, a fault or the database can put them, on every operation; then every place that
 * somebody else reads is searched: log, problems, headers, metrics, audit, its export, outbox, idempotency rows, and every table.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { hashPassword } from '#platform/auth/index.ts'
import { redact, REDACTED } from '#platform/redaction/index.ts'
import { buildApp } from './build-app.ts'
import type { AppDeps } from './deps.ts'
import { createLogger } from './logger.ts'
import { canariesMade, canary, FORMS, KINDS, tell, traces, type Kind, type Told } from './testing/canaries.ts'
import { PASSWORD, type Thing } from './testing/calls.ts'
import { bodyOf, callsOf, thingOf, withValue, type Field, type OperationCall } from './testing/operation-calls.ts'
import { openWorld, type World } from './testing/world.ts'

let world: World
let calls: OperationCall[]
let log = ''
/** Every line that the server's own logger writes, at its most talkative. */
const logger = createLogger('trace', new Writable({ write: (chunk, _encoding, done) => { log += String(chunk); done() } })) as FastifyBaseLogger
let app: FastifyInstance
before(async () => {
  world = await openWorld()
  await world.database.superuser.query('update users set password_hash = $1', [await hashPassword(PASSWORD)])
  app = await buildApp({ ...world.deps, checkAnswers: false, logger })
  calls = callsOf(world)
})
after(async () => {
  await app.close()
  await world.close()
})

const leaks: string[] = []
/** What an answer may not hold: nothing at all in its headers or in a problem; in a success what people wrote may be answered. */
function judge(where: string, { status, headers, body }: Told): void {
  const found = [...traces(headers), ...traces(body, status >= 400 ? KINDS : ['secret', 'bank'])]
  leaks.push(...found.map((trace) => `${where} ${status}: ${trace}`))
}

const kindOf = ({ name, schema }: Field): Kind => {
  if (schema['x-note'] === true) return 'words'
  if (['account_number', 'cnaps', 'account'].includes(name)) return 'bank'
  return (redact({ [name]: 'x' }) as Record<string, unknown>)[name] === REDACTED ? 'secret' : 'words'
}
/** A canary that fits where a text of free form is asked for, and the field itself where the schema wants something else. */
const fits = ({ schema }: Field): boolean => schema.type === 'string' && schema.enum === undefined && (schema.maxLength ?? 1000) >= 40 && (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test('Zk7Canary0a'))

const tokenFor = async ({ call }: OperationCall): Promise<string | null> => (call.works_for === 'nobody' ? null : (await world.as(world.a, call.works_for)).token)
const payloadOf = (call: OperationCall, thing: Thing): { readonly payload?: string } => (call.body === null ? {} : { payload: JSON.stringify(bodyOf(world, call, thing)) })
/** The address without its query. */
const pathOf = ({ call }: OperationCall, thing: Thing): string => call.url(thing).split('?')[0]!
const HEADERS = ['authorization', 'proxy-authorization', 'x-api-key', 'x-csrf-token', 'user-agent', 'referer', 'origin', 'x-forwarded-for', 'x-forwarded-host', 'x-request-id', 'traceparent', 'if-none-match', 'content-type', 'accept', 'sec-fetch-site']

// Guarantee: attack 38: secrets in cookies, headers, URLs and queries of any operation come back in no answer, header or log line.
test('attack 38: a secret in a cookie, header, URL or query of any operation is told to nobody', async () => {
  for (const call of calls) {
    const { operation } = call
    const thing = await thingOf(world, call)
    const url = pathOf(call, thing)
    const payload = payloadOf(call, thing)
    const token = await tokenFor(call)
    const own = token === null ? '' : `flowclaw=${token}; `
    const tries: (readonly [string, string, { readonly headers?: Readonly<Record<string, string>>; readonly payload?: string }])[] = [
      ['cookie', url, { headers: { cookie: `flowclaw=${canary('secret', 2)}; other=${canary('secret')}` }, ...payload }],
      ['other cookie', url, { headers: { cookie: `${own}sb-access-token=${canary('secret')}; x=${canary('secret')}` }, ...payload }],
      ...HEADERS.map((name) => [name, url, { headers: { [name]: name === 'authorization' ? `Bearer ${canary('secret')}` : canary('secret') }, ...payload }] as const),
      ['query', `${url}?token=${canary('secret', 4)}&q=${canary('secret', 2)}`, payload], ...call.query.map((name) => [`query ${name}`, `${url}?${name}=${canary('secret', 2)}`, payload] as const),
      ['path', `${url}/${canary('secret', 3)}`, payload], ['last part', url.replace(/[^/]+$/, canary('secret', 2)), payload],
    ]
    for (const [where, address, given] of tries) judge(`${operation.operationId} ${where}`, await tell(app, operation, address, token, given))
  }
  assert.deepEqual(leaks.splice(0), [])
  assert.deepEqual(traces(log), [])
})

// Guarantee: attack 38: whatever is sent in a body, at its place or not, comes back in no problem, header or log line; an account number in no answer.
test('attack 38: a secret, an account number or a note in a body is told to nobody who did not ask for it', async () => {
  for (const call of calls) {
    if (call.body === null) continue
    const { operation, body } = call
    const thing = await thingOf(world, call)
    const token = await tokenFor(call)
    const send = async (where: string, change: (sample: unknown) => unknown | string) => {
      const changed = change(bodyOf(world, call, thing))
      judge(`${operation.operationId} ${where}`, await tell(app, operation, call.call.url(thing), token, { payload: typeof changed === 'string' ? changed : JSON.stringify(changed) }))
    }
    const free = body.fields.filter(fits)
    await send('every text', (sample) => free.reduce((now, field) => withValue(now, field.path, canary(kindOf(field))), sample))
    for (const field of body.fields) await send(field.pointer, (sample) => withValue(sample, field.path, canary(kindOf(field))))
    await send('an unknown field', (sample) => withValue(sample, ['unknown_field'], { inner: canary('secret') }))
    await send('no JSON', () => `{"reason":"${canary('words')}`)
    await send('a text', () => JSON.stringify(canary('words')))
    await send('twice', (sample) => `{"x":"${canary('words')}","x":"${canary('secret')}",${JSON.stringify(sample).slice(1)}`)
    await send('hidden', () => `{"reason":"${canary('words')}\\u0000","x":"\\ud800${canary('secret')}"}`)
  }
  assert.deepEqual(leaks.splice(0), [])
  assert.deepEqual(traces(log), [])
})

/** An error as a library throws it that quotes what it was given, in every place where errors keep text. */
const broken = (): Error => Object.assign(new Error(`invalid input: "${canary('secret')}" for ${canary('words')}\n    at ${canary('secret')} (/srv/${canary('secret')}.ts:1:1)`, { cause: new Error(canary('secret')) }), {
  code: '23514', detail: `Failing row contains (${canary('words')})`, hint: canary('secret'), where: canary('secret'), internalQuery: canary('secret'), query: `select '${canary('secret')}'`, parameters: [canary('secret')], table: canary('words'),
  config: { headers: { authorization: canary('secret') } },
})
const fail = (): never => { throw broken() }

/** The same database, where the statement after `passes` others of a call fails. */
function failingDatabase(db: AppDeps['db'], passes: number): { readonly db: AppDeps['db']; /** from here on, for the next call */ again(): void } {
  const over = <T extends object>(target: T, replaced: Record<string, unknown>): T =>
    new Proxy(target, { get: (of, name) => (typeof name === 'string' && name in replaced ? replaced[name] : typeof of[name as keyof T] === 'function' ? (of[name as keyof T] as () => unknown).bind(of) : of[name as keyof T]) })
  let seen = 0
  const query = (original: (...args: unknown[]) => Promise<unknown>) => async (...args: unknown[]) => {
    if (String((args[0] as { text?: string }).text ?? args[0]).startsWith('rollback')) return original(...args)
    if (seen++ >= passes) throw broken()
    return original(...args)
  }
  const pool = over(db.pool, {
    query: query(db.pool.query.bind(db.pool) as never),
    connect: async () => {
      const client = await db.pool.connect()
      return over(client, { query: query(client.query.bind(client) as never) })
    },
  })
  return { db: { ...db, pool }, again: () => { seen = 0 } }
}

// Guarantee: attack 37, attack 38: whatever throws while an operation runs, with whatever in it, the answer and the log hold none of it.
test('attack 38: what a thrown error quotes is told to nobody, whichever part throws', async () => {
  const { deps } = world
  const faults: (readonly [string, Partial<AppDeps>, (() => void)?])[] = [
    ['policy', { policy: { judge: fail, judgeProbe: fail } }], ['snapshots', { snapshots: { get: fail, peek: fail } as never }], ['decisions', { decisions: new Proxy({}, { get: () => fail }) as never }],
    ['readiness', { readiness: fail }], ['metrics', { metrics: new Proxy(deps.metrics, { get: (of, name) => (name === 'text' ? fail : of[name as keyof typeof of]) }) }], ['clock', { now: fail }],
    ...[0, 1, 2, 3, 5, 8].map((passes) => {
      const { db, again } = failingDatabase(deps.db, passes)
      return [`database after ${passes}`, { db }, again] as const
    }),
  ]
  let failed = 0
  const before = log.length
  const [tokens, things] = [new Map<OperationCall, string | null>(), new Map<OperationCall, Thing>()]
  for (const [part, over, again] of faults) {
    const faulty = await buildApp({ ...deps, ...over, checkAnswers: false, logger })
    for (const call of calls) {
      // One session and one thing serve all faults, but for calls that may end their session.
      if (!things.has(call)) things.set(call, await thingOf(world, call))
      if (!tokens.has(call) || call.operation.url.includes('/auth/')) tokens.set(call, await tokenFor(call))
      again?.()
      const told = await tell(faulty, call.operation, call.call.url(things.get(call)!), tokens.get(call)!, payloadOf(call, things.get(call)!))
      judge(`${call.operation.operationId} with ${part}`, told)
      if (told.status >= 500) failed++
    }
    await faulty.close()
  }
  assert.deepEqual(leaks.splice(0), [])
  assert.deepEqual(traces(log), [])
  assert.ok(failed > calls.length, `only ${failed} calls failed`)
  assert.match(log.slice(before), /"type":"Error","code":"23514","stack":"[^"]*canaries\.test\.ts/, 'the log says where')
})

// Guarantee: bytes that are no HTTP request are answered and logged without themselves.
test('attack 38: a broken request is told to nobody', async () => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  for (const bytes of [`GET /${canary('secret', 0)} HTTP/1.1\r\nhost: x\r\ncookie ${canary('secret', 0)}\r\n\r\n`, `${canary('secret', 0)}\r\n\r\n`, `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${canary('secret', 0)}\r\n\r\n`]) {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk: Buffer) => { answer += chunk.toString('latin1') })
    socket.end(bytes)
    await once(socket, 'close')
    leaks.push(...traces(answer))
  }
  assert.deepEqual(leaks.splice(0), [])
  assert.deepEqual(traces(log), [])
})

/** Tables that others read: no text of a person may stand there. */
const PUBLISHED = ['audit_events', 'outbox']
/** Where account numbers are kept. */
const BANKS = ['suppliers']

/** Every row of every table as text, bytes both as hex and as what they spell. */
async function tables(): Promise<Map<string, string>> {
  const { superuser } = world.database
  const { rows } = await superuser.query<{ name: string; bytes: string[] | null }>(`select c.oid::regclass::text as name, array_agg(a.attname::text) filter (where a.atttypid = 'bytea'::regtype) as bytes
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped where c.relkind in ('r', 'p') and c.relnamespace in ('public'::regnamespace, 'fc'::regnamespace) group by c.oid`)
  const found = new Map<string, string>()
  for (const { name, bytes } of rows) {
    const columns = (bytes ?? []).map((column) => ` || ' ' || coalesce(encode(${column}, 'escape'), '')`).join('')
    const { rows: lines } = await superuser.query<{ line: string }>(`select t::text${columns} as line from ${name} t`)
    found.set(name, lines.map(({ line }) => line).join('\n'))
  }
  return found
}

// Guarantee: after all of the above, nothing that is kept or published holds a credential, and audit, outbox, metrics and export hold nothing that a person wrote.
test('attack 38: audit, export, outbox, metrics, idempotency rows and every table are clean', async () => {
  for (const [name, text] of await tables()) {
    const kinds = KINDS.filter((kind) => kind === 'secret' || (kind === 'bank' ? !BANKS.includes(name) : PUBLISHED.includes(name)))
    leaks.push(...traces(text, kinds).map((trace) => `${name}: ${trace}`))
  }
  const admin = await world.as(world.a, 'platform_admin')
  // The list names whoever acted, by the name that the membership has now: people and programs are called something, in this view alone.
  const list = await admin.ask('GET', '/api/audit-events?limit=100', { headers: { host: '127.0.0.1' } })
  leaks.push(...traces(JSON.stringify(list.json, (key, value: unknown) => (key === 'name' ? null : value))).map((trace) => `list: ${trace}`))
  for (const url of ['/api/audit-events/export', '/metrics']) leaks.push(...traces((await admin.ask('GET', url, { headers: { host: '127.0.0.1' } })).text).map((trace) => `${url}: ${trace}`))
  leaks.push(...traces(await world.deps.metrics.text()))
  assert.deepEqual(leaks.splice(0), [])
  assert.ok(canariesMade() > 200, String(canariesMade()))
})

// Guarantee: this test finds what it looks for: each canary in each form in the middle of a text, and a leak planted into each sink.
test('a planted leak is found', async () => {
  for (let i = 0; i < 200; i++) for (const kind of KINDS) {
    const form = i % FORMS.length
    for (const text of [canary(kind, form), `{"a":"${'y'.repeat(i % 7)}${canary(kind, form)}"}`, Buffer.from(`${'z'.repeat(i % 5)}${canary(kind, 0)} and more`).toString('base64'), Buffer.from(`x${canary(kind, 0)}`).toString('hex'), JSON.stringify(`?q=${encodeURIComponent(canary(kind, i % 4))}`)]) {
      assert.equal(traces(text)[0]?.split(':')[0], kind, text)
    }
  }
  assert.deepEqual(traces('Zk7 canary, and nothing else'), [])
  let careless = ''
  const leaky = await buildApp({ ...world.deps, checkAnswers: false, snapshots: { get: fail, peek: fail } as never, logger: pino({ level: 'trace' }, new Writable({ write: (chunk, _encoding, done) => { careless += String(chunk); done() } })) })
  await tell(leaky, { method: 'GET' }, '/api/corridors', (await world.as(world.a, 'desk_operator')).token)
  await leaky.close()
  assert.notDeepEqual(traces(careless), [], 'a logger without redaction')
  judge('x', { status: 400, headers: '{}', body: `{"field":"${canary('words')}"}` })
  judge('x', { status: 200, headers: `{"x":"${canary('secret')}"}`, body: '{}' })
  judge('x', { status: 200, headers: '{}', body: `{"account":"${canary('bank')}"}` })
  judge('x', { status: 200, headers: '{}', body: `{"reason":"${canary('words')}"}` })
  assert.equal(leaks.splice(0).length, 3)
  await world.database.superuser.query("insert into outbox (tenant_id, topic, body) values ($1, 'x', $2)", [world.a.id, JSON.stringify({ note: canary('words', 0) })])
  assert.notDeepEqual(traces((await tables()).get('outbox')!), [])
})
