/** Pages are told that something changed as soon as it did: whoever may read it, for as long as it may, and nobody else. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createEventStreams, STREAM_LIMITS, type StreamEnd } from '#api/http/event-streams.ts'
import { openWorld, routeBody, type Client, type Company, type World } from '#api/testing/world.ts'
import type { Told } from '#platform/live/index.ts'

let world: World
let base: string
before(async () => {
  world = await openWorld()
  base = await world.app.listen({ host: '127.0.0.1', port: 0 })
})
after(() => world.close())

type Heard = { readonly event: string; readonly id: string; readonly data: Record<string, unknown> }
type Open = { readonly heard: Heard[]; readonly ended: Promise<void>; leave(): void; until(what: string, done: (changes: Heard[]) => boolean): Promise<Heard[]> }
const parse = (text: string): Heard[] => text.split('\n\n').filter((part) => part !== '').map((part) => {
  const fields = Object.fromEntries(part.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2))) as Record<string, string>
  return { event: fields['event']!, id: fields['id']!, data: JSON.parse(fields['data']!) }
})
async function listen(client: Client, headers: Readonly<Record<string, string>> = {}): Promise<Open> {
  const stop = new AbortController()
  const answer = await fetch(`${base}/api/events?wait_s=3600`, { headers: { cookie: `flowclaw=${client.token}`, ...headers }, signal: stop.signal })
  assert.equal(answer.status, 200)
  const heard: Heard[] = []
  const ended = (async () => {
    let rest = ''
    for await (const chunk of answer.body!) {
      rest += Buffer.from(chunk).toString('utf8')
      const whole = rest.lastIndexOf('\n\n') + 2
      if (whole > 1) { heard.push(...parse(rest.slice(0, whole))); rest = rest.slice(whole) }
    }
  })().catch(() => undefined)
  const changes = () => heard.filter(({ event }) => event === 'change')
  const until: Open['until'] = async (what, done) => {
    for (let i = 0; i < 200; i += 1) {
      if (done(changes())) return changes()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return assert.fail(`${what}: ${JSON.stringify(heard)}`)
  }
  const open: Open = { heard, ended, leave: () => stop.abort(), until }
  for (let i = 0; i < 200 && heard.length === 0; i += 1) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(heard[0]?.event, 'hello')
  return open
}
async function newSession(of: Company, owner: 'own' | 'other' = 'own'): Promise<string> {
  const desk = await world.as(of, 'desk_operator')
  const made = await desk.post('/api/route-sessions', routeBody(of, { on_behalf: { merchant_id: of.merchants[owner], reason: 'asked for by telephone' }, ...(owner === 'own' ? {} : { supplier_id: of.suppliers.other }) }))
  assert.equal(made.status, 201, made.text)
  return made.json.id
}

// Guarantee: desk and merchant are told of the merchant's session, with its id and version and nothing else; another merchant's and another company's sessions reach nobody they are not for.
test('each is told of what it could read, and of nothing else', async () => {
  const [merchant, desk, foreign] = await Promise.all([listen(await world.as(world.a, 'merchant_client')), listen(await world.as(world.a, 'desk_operator')), listen(await world.as(world.b, 'desk_operator'))])
  const [others, theirs, own] = [await newSession(world.a, 'other'), await newSession(world.b), await newSession(world.a)]
  await (await world.as(world.a, 'desk_operator')).post(`/api/route-sessions/${own}/claim`, {})
  await (await world.as(world.a, 'desk_operator')).post(`/api/route-sessions/${own}/messages`, { text: 'We look at it' })
  const deskTold = await desk.until('the desk is told of all', (told) => told.some(({ data }) => data['topic'] === 'message'))
  const told = await merchant.until('the merchant is told of its own', (changes) => changes.some(({ data }) => data['topic'] === 'message'))
  const foreignTold = await foreign.until('the other company', (changes) => changes.length > 0)
  assert.deepEqual(new Set(deskTold.map(({ data }) => data['session_id'])), new Set([others, own]))
  assert.ok(deskTold.some(({ data }) => data['topic'] === 'claim'))
  // What is told at once comes in no order.
  assert.deepEqual(new Set(told.map(({ data }) => JSON.stringify(data))), new Set(['session', 'message'].map((topic) => JSON.stringify({ topic, session_id: own, version: 1 }))))
  assert.deepEqual(foreignTold.map(({ data }) => data['session_id']), [theirs])
  for (const each of [merchant, desk, foreign]) each.leave()
})

// Guarantee: nothing more is told once the membership has ended, the role is another, the account is disabled or the session is over; and the stream ends.
test('a stream ends with the right to it', async () => {
  const { superuser } = world.database
  const ends: Readonly<Record<string, (user_id: string) => Promise<unknown>>> = {
    'the membership': (id) => superuser.query('update memberships set ended_at = now() where user_id = $1', [id]),
    'the role': (id) => superuser.query("update memberships set role = 'merchant_client', merchant_id = $2 where user_id = $1", [id, world.a.merchants.kenya]),
    'the account': (id) => superuser.query('update users set disabled_at = now() where id = $1', [id]),
    'the session': (id) => superuser.query('delete from auth_sessions where user_id = $1', [id]),
  }
  for (const [what, end] of Object.entries(ends)) {
    const person = await world.member(world.a, 'desk_operator')
    const stream = await listen(await person.signIn())
    await end(person.user_id)
    await newSession(world.a)
    await stream.ended
    assert.deepEqual(stream.heard.map(({ event }) => event), ['hello'], what)
  }
})

// Guarantee: listening does not keep a session alive that its person has left idle.
test('an open stream is no activity', async () => {
  const person = await world.member(world.a, 'desk_operator')
  const stream = await listen(await person.signIn())
  const seenAt = async () => (await world.database.superuser.query('select last_seen_at::text from auth_sessions where user_id = $1', [person.user_id])).rows[0].last_seen_at
  await world.database.superuser.query("update auth_sessions set last_seen_at = now() - interval '10 minutes' where user_id = $1", [person.user_id])
  const before_at = await seenAt()
  const id = await newSession(world.a)
  await stream.until('it is told', (told) => told.some(({ data }) => data['session_id'] === id))
  assert.equal(await seenAt(), before_at)
  stream.leave()
})

// Guarantee: whoever comes back with the last id is told what it missed; with an id of no use it is told to ask for everything again.
test('a stream is taken up again', async () => {
  const desk = await world.as(world.a, 'desk_operator')
  const [hello] = parse((await desk.get('/api/events')).text)
  assert.deepEqual([hello?.event, hello?.data], ['hello', { reset: true }])
  const id = await newSession(world.a)
  const again = await desk.get(`/api/events?after=${hello!.id}`)
  assert.equal(again.headers['content-type'], 'text/event-stream; charset=utf-8')
  // A place is at or before what was told: what went before may be told again, what came after is told once.
  const [back, ...missed] = parse(again.text)
  assert.deepEqual([back?.event, back?.data], ['hello', { reset: false }])
  assert.deepEqual(missed.filter(({ data }) => data['session_id'] === id).map(({ event, data }) => [event, data['topic']]), [['change', 'session']])
  const resumed = await listen(desk, { 'last-event-id': hello!.id })
  await resumed.until('what was missed', (told) => told.some(({ data }) => data['session_id'] === id))
  resumed.leave()
  assert.deepEqual(parse((await desk.get('/api/events?after=bm90aGluZw')).text)[0]?.data, { reset: true })
})

// Guarantee: one person holds so many streams and no more, and a place is free again when one of them ends.
test('streams are counted', async () => {
  const person = await world.member(world.a, 'desk_operator')
  const client = await person.signIn()
  const open = await Promise.all(Array.from({ length: STREAM_LIMITS.actor }, () => listen(client)))
  const refused = await client.get('/api/events')
  assert.deepEqual([refused.status, refused.json.code, refused.json.retry_after_s], [429, 'rate_limited', 30])
  open[0]!.leave()
  let status = 0
  for (let i = 0; i < 100 && status !== 200; i += 1) { status = (await client.get('/api/events')).status; await new Promise((resolve) => setTimeout(resolve, 20)) }
  assert.equal(status, 200)
  for (const each of open) each.leave()
})

// Guarantee: a reader that does not read is cut, and not kept waiting for; a beat that finds no right any more ends the stream; a shutdown ends all.
test('a slow reader, a lost right and a shutdown end a stream', async () => {
  const ends: StreamEnd[] = []
  let tell: (told: Told) => void = () => undefined
  const live = { subscribe: async (_tenant: string, to: typeof tell) => { tell = to; return { id: 'a', end: () => undefined } }, since: async () => null, listening: false, start: () => undefined, stop: async () => undefined }
  const streams = createEventStreams(live, { streams: () => undefined, streamEnded: (why) => ends.push(why) }, { ...STREAM_LIMITS, waiting_bytes: 2_000, beat_ms: 5 })
  const actor = { tenant_id: 't', user_id: 'u', session_id: 's', role: 'desk_operator', merchant_id: null, display_name: '' } as const
  let right = true
  const ask = { actor, stands: async () => right, after: null, wait_ms: 60_000 }
  const settled = () => new Promise((resolve) => setTimeout(resolve, 60))
  assert.ok((await streams.open({ ...ask, wait_ms: 60_000 }))!.readableLength > 0)
  tell({ id: 'b', events: Array.from({ length: 50 }, (_, i) => ({ topic: 'session', session_id: `s${i}`, merchant_id: 'm', version: 1 })) })
  await settled()
  assert.deepEqual(ends, ['slow'])
  const lost = (await streams.open(ask))!
  right = false
  lost.resume()
  await settled()
  assert.deepEqual(ends, ['slow', 'not_allowed'])
  right = true
  const last = (await streams.open(ask))!
  last.resume()
  streams.close()
  assert.deepEqual(ends, ['slow', 'not_allowed', 'shutdown'])
  assert.equal(await streams.open(ask), null)
})

// Guarantee: a shutdown does not wait for open pages.
test('open streams do not hold a shutdown up', async () => {
  const other = await openWorld()
  const url = await other.app.listen({ host: '127.0.0.1', port: 0 })
  const answer = await fetch(`${url}/api/events?wait_s=3600`, { headers: { cookie: `flowclaw=${(await other.as(other.a, 'desk_operator')).token}` } })
  const body = answer.text()
  const started = performance.now()
  await other.close()
  assert.match(await body, /event: hello/)
  assert.ok(performance.now() - started < 5_000)
})
