/** What a hostile caller can do to a body, at every place of every operation's body, made from its schema. Each is a 4xx that names the place. */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { COUNT_MAX } from '#contracts/api/common.ts'
import { NOTHING } from './testing/calls.ts'
import { databaseDigest } from './testing/database-digest.ts'
import { bodyOf, callsOf, withValue, type Field, type OperationCall, type Path } from './testing/operation-calls.ts'
import { openWorld, type Answer, type Client, type World } from './testing/world.ts'

type Expected = { readonly status?: number; readonly code: string | RegExp; readonly field?: string | undefined }
type Bad = { readonly name: string; readonly payload: string | Buffer; readonly headers?: Readonly<Record<string, string>>; readonly expected: Expected }

let world: World
let calls: OperationCall[]
const clients = new Map<OperationCall, Client>()
before(async () => {
  world = await openWorld()
  calls = callsOf(world).filter(({ body }) => body !== null)
  for (const call of calls) clients.set(call, call.call.works_for === 'nobody' ? world.nobody : await world.as(world.a, call.call.works_for))
})
after(() => world.close())

/** Writes a value that JSON.stringify cannot: the text stands where the mark stood. */
const MARK = 'mark-8f2c'
const withText = (body: unknown, path: Path, text: string): string => JSON.stringify(withValue(body, path, MARK)).replace(`"${MARK}"`, () => text)
const typesOf = ({ schema }: Field): readonly string[] => (schema.enum !== undefined ? ['string'] : [schema.type ?? []].flat() as string[])
const WRONG: Readonly<Record<string, string>> = { string: '"a plain text"', integer: '1', boolean: 'true', object: '{}', array: '[]' }
const DEEP = `${'['.repeat(40)}${']'.repeat(40)}`
const pointer = (path: Path): string => path.map((part) => `/${part}`).join('')
const INVALID = /^(?:invalid_field|missing_field|unknown_field)$/

/** Everything bad at one place. A place inside a list or an optional object is made first. */
function badAt(body: unknown, field: Field): Bad[] {
  const at = field.pointer
  const bad = (name: string, text: string, code: Expected['code']): Bad => ({ name: `${at} ${name}`, payload: withText(body, field.path, text), expected: { code, field: at } })
  const types = typesOf(field)
  // Where the object around it is not in the example, its other fields are missing too, and one of them may be named first.
  const around = field.path.slice(0, -1)
  const named = around.reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], body) === undefined ? pointer(around) : at
  const found = [
    bad('2^53+1', '9007199254740993', 'unsafe_number'), bad('1e400', '1e400', 'unsafe_number'), bad('1e2', '1e2', 'unsafe_number'), bad('a fraction', '0.1', 'unsafe_number'), bad('-0', '-0', 'unsafe_number'),
    bad('NUL', '"a\\u0000b"', 'malformed_json'), bad('a lone surrogate', '"a\\ud800b"', 'malformed_json'), bad('a broken escape', '"\\x"', 'malformed_json'),
    { name: `${at} deep nesting`, payload: withText(body, field.path, DEEP), expected: { code: 'too_deep' } },
    { name: `${at} twice`, payload: withText(body, field.path, `1,${JSON.stringify(field.name)}:1`), expected: { code: 'duplicate_field', field: at } },
    // A field's own kind as another: text where a number is, a list where a text is.
    ...Object.entries(WRONG).filter(([type]) => types.length > 0 && !types.includes(type)).map(([type, text]) => ({ name: `${at} as ${type}`, payload: withText(body, field.path, text), expected: { code: INVALID, field: named } })),
  ]
  if (types.includes('string')) found.push({ name: `${at} too long`, payload: withText(body, field.path, JSON.stringify('x'.repeat(20_000))), expected: { code: /^(?:invalid_field|missing_field|password_too_long|unknown_|not_found|supplier|wrong_|login_|link_|stale_|.*_invalid)/, field: undefined } })
  if (types.includes('object')) {
    for (const name of ['tenant_id', 'role', 'mode', 'no_such_field']) if (field.schema.properties?.[name] === undefined) found.push({ name: `${at} with ${name}`, payload: JSON.stringify(withValue(body, [...field.path, name], 'x')), expected: { code: INVALID, field: undefined } })
    for (const name of ['__proto__', 'constructor', 'prototype']) found.push({ name: `${at} with ${name}`, payload: withText(body, field.path, `{"${name}":{"x":1}}`), expected: { code: 'forbidden_field', field: `${at}/${name}` } })
  }
  return found
}

/** Everything bad about the body as a whole. */
function badWhole(call: OperationCall, body: Record<string, unknown>): Bad[] {
  const text = JSON.stringify(body)
  const first = (inner: string): string => `{${inner}${text === '{}' ? '' : ','}${text.slice(1)}`
  const named = (name: string) => call.body!.schema.properties?.[name] !== undefined
  const identity = ['tenant_id', 'user_id', 'role', 'mode', 'mode_ceiling', 'merchant_id', 'actor', 'created_at', 'policy_revision', 'permissions', 'file_path'].filter((name) => !named(name))
  const plain = (name: string, payload: string | Buffer, code: Expected['code'], status?: number): Bad => ({ name, payload, expected: { code, ...(status === undefined ? {} : { status }) } })
  const typed = (type: string, payload: string): Bad => ({ name: `as ${type}`, payload, headers: { 'content-type': type }, expected: { status: 415, code: 'unsupported_media_type' } })
  return [
    ...identity.map((name): Bad => ({ name: `with ${name}`, payload: JSON.stringify({ ...body, [name]: 'x' }), expected: { code: 'unknown_field', field: `/${name}` } })),
    ...['__proto__', 'constructor', 'prototype', '\\u005f_proto__'].map((name): Bad => ({ name: `with ${name}`, payload: first(`"${name}":{"isAdmin":true}`), expected: { code: 'forbidden_field', field: `/${name.replace('\\u005f', '_')}` } })),
    { name: 'an unknown field twice', payload: first('"x":1,"x":2'), expected: { code: 'duplicate_field', field: '/x' } },
    { name: 'the same name written in two ways', payload: first('"x":1,"\\u0078":2'), expected: { code: 'duplicate_field', field: '/x' } },
    plain('no body', '', /^(?:body_required|unsupported_media_type)$/), plain('null', 'null', 'body_required'), plain('a list', '[]', 'invalid_field'), plain('a text', '"x"', 'invalid_field'), plain('a number', '1', 'invalid_field'),
    plain('cut', text.slice(0, -1), 'malformed_json'), plain('more after it', `${text}{}`, 'malformed_json'), plain('a byte order mark', `\ufeff${text}`, 'malformed_json'), plain('a comment', `/**/${text}`, 'malformed_json'), plain('NaN', first('"x":NaN'), 'malformed_json'),
    plain('no UTF-8', Buffer.concat([Buffer.from(first('"x":"').slice(0, 6)), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]), 'malformed_json'),
    plain('too deep', '{"a":'.repeat(5000) + '1' + '}'.repeat(5000), 'too_deep'), plain('too large', first(`"x":"${'x'.repeat(call.operation.bodyBytesMax ?? 65_536)}"`), 'body_too_large', 413), plain('many keys', first(Array.from({ length: 3000 }, (_, i) => `"k${i}":1`).join()), 'unknown_field'),
    ...['text/plain', 'text/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', 'application/json; charset=utf-16', 'application/json-seq'].map((type) => typed(type, text)),
  ]
}

async function judge(call: OperationCall, bad: Bad, answers: string[]): Promise<void> {
  const answer: Answer = await clients.get(call)!.ask(call.operation.method, call.call.url(NOTHING), { body: bad.payload, ...(bad.headers === undefined ? {} : { headers: bad.headers }) })
  const { expected } = bad
  const right = answer.status >= 400 && answer.status < 500 && (expected.status ?? answer.status) === answer.status && String(answer.headers['content-type']).startsWith('application/problem+json')
    && (typeof expected.code === 'string' ? answer.json.code === expected.code : expected.code.test(answer.json.code)) && (expected.field === undefined || String(answer.json.field ?? '').startsWith(expected.field))
  if (!right) answers.push(`${call.operation.operationId} ${bad.name}: ${answer.status} ${answer.text.slice(0, 200)}`)
}

// Guarantee: at every place of every body: numbers that cannot be kept, text that cannot be stored, the wrong kind, the same field twice, deep nesting, a forbidden name: each is a 4xx problem that names the place, and nothing has changed.
test('every place of every body refuses what it cannot take, by name, and nothing changes', async () => {
  const start = await databaseDigest(world.database.superuser)
  const wrong: string[] = []
  let tried = 0
  for (const call of calls) {
    const body = bodyOf(world, call, NOTHING)
    for (const field of call.body!.fields) for (const bad of badAt(body, field)) {
      await judge(call, bad, wrong)
      tried++
    }
    for (const { path, required } of call.body!.fields) {
      if (!required || path.length !== 1) continue
      await judge(call, { name: `without ${pointer(path)}`, payload: JSON.stringify({ ...(body as object), [path[0]!]: undefined }), expected: { code: 'missing_field', field: pointer(path) } }, wrong)
    }
  }
  assert.deepEqual(wrong, [])
  assert.deepEqual(await databaseDigest(world.database.superuser), start)
  assert.ok(tried > 500, String(tried))
})

// Guarantee: attack 4, attack 5: no body brings a tenant, role, mode or another's id along, none is read in two ways, and none but strict JSON of a fair size is read at all, on any operation.
test('attack 4, attack 5: a body is one JSON object with the fields of its operation and nothing else', async () => {
  const start = await databaseDigest(world.database.superuser)
  const wrong: string[] = []
  for (const call of calls) for (const bad of badWhole(call, bodyOf(world, call, NOTHING) as Record<string, unknown>)) await judge(call, bad, wrong)
  assert.deepEqual(wrong, [])
  assert.deepEqual(await databaseDigest(world.database.superuser), start)
})

// Guarantee: no whole number of a body is larger than the row that it is held against can be: it would be a fault of the database, a 500, and not of its sender. The place in the audit is larger.
test('every whole number of a body has its end', () => {
  const endless = calls.flatMap(({ operation, body }) => body!.fields.filter((field) => typesOf(field).includes('integer') && !((field.schema.maximum ?? Infinity) <= COUNT_MAX)).map(({ pointer }) => `${operation.operationId} ${pointer} ${body!.fields.find((field) => field.pointer === pointer)!.schema.maximum}`))
  assert.deepEqual(endless, [`createAuditReview /through_seq ${Number.MAX_SAFE_INTEGER}`])
})

// Guarantee: attack 4, attack 5: no operation takes a query parameter that it does not name, or one twice.
test('attack 4, attack 5: no query brings a tenant or role along, or stands twice', async () => {
  const wrong: string[] = []
  for (const { operation, call, query } of callsOf(world)) {
    const client = call.works_for === 'nobody' ? world.nobody : await world.as(world.a, call.works_for)
    const path = call.url(NOTHING).split('?')[0]!
    const ask = (search: string) => client.ask(operation.method, `${path}?${search}`, call.body === undefined ? {} : { body: call.body(world.a, NOTHING, call.works_for) })
    for (const name of ['tenant_id', 'role', 'mode', '__proto__', 'constructor'].filter((one) => !query.includes(one))) {
      const answer = await ask(`${name}=${world.b.id}`)
      if (answer.status !== 400 || answer.json.code !== 'unknown_field' || answer.json.field !== `/${name}`) wrong.push(`${operation.operationId} ?${name}: ${answer.status} ${answer.text.slice(0, 150)}`)
    }
    const twice = await ask('x=1&x=2')
    if (twice.status !== 400 || twice.json.code !== 'duplicate_query') wrong.push(`${operation.operationId} ?x&x: ${twice.status} ${twice.text.slice(0, 150)}`)
  }
  assert.deepEqual(wrong, [])
})
