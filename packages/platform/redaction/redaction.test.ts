import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { VISIBLE_TEXT_PATTERN } from '#contracts/text.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { holdsSecret, NOTE_FIELDS, pinoRedaction, redact, REDACTED, redactText, SECRET_COLUMNS } from './index.ts'

let test_db: TestDatabase
before(async () => { test_db = await openTestDatabase() })
after(async () => test_db.close())

// Guarantee: a column that is marked secret in the schema is redacted in logs, and the list only changes with the schema.
test('the list of secret names is what the schema marks', async () => {
  const { rows } = await test_db.superuser.query<{ name: string }>(`select distinct a.attname as name from pg_description d join pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid
    where d.classoid = 'pg_class'::regclass and d.description like 'secret:%' order by 1`)
  assert.deepEqual(rows.map((row) => row.name), [...SECRET_COLUMNS])
})

// Guarantee: the serving role cannot read a marked column at all.
test('the serving role has no select on a column marked secret', async () => {
  const { rows } = await test_db.superuser.query(`select c.oid::regclass::text as tbl, a.attname as name from pg_description d join pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid
    join pg_class c on c.oid = a.attrelid where d.description like 'secret:%' and (has_column_privilege('app_rt', c.oid, a.attname, 'select') or has_column_privilege('app_worker', c.oid, a.attname, 'select'))`)
  assert.deepEqual(rows, [])
})

type Schema = { readonly 'x-note'?: boolean; readonly pattern?: string; readonly properties?: Readonly<Record<string, Schema>>; readonly items?: Schema; readonly anyOf?: readonly Schema[] }

/** Every named place of a schema. */
const places = (schema: Schema): [string, Schema][] => [
  ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]): [string, Schema][] => [[name, inner], ...(inner.anyOf ?? []).map((one): [string, Schema] => [name, one]), ...places(inner)]),
  ...(schema.items === undefined ? [] : places(schema.items)), ...(schema.anyOf ?? []).flatMap(places),
]

// Guarantee: a field that a schema marks as a note is redacted in logs by its name, the list only changes with the schemas, and no note is left unmarked.
test('the list of notes is what the schemas mark', async () => {
  const folder = join(import.meta.dirname, '..', '..', 'contracts', 'api')
  const modules = await Promise.all(readdirSync(folder).map((file) => import(join(folder, file)) as Promise<Record<string, Schema>>))
  const all = modules.flatMap((module) => Object.values(module).filter((value) => typeof value === 'object' && value !== null).flatMap(places))
  assert.deepEqual([...new Set(all.filter(([, schema]) => schema['x-note'] === true).map(([name]) => name))].sort(), [...NOTE_FIELDS])
  const unmarked = all.filter(([name, schema]) => /(?:^|_)(?:reason|note|comment|description|remark|message)s?$/.test(name) && schema.pattern === VISIBLE_TEXT_PATTERN && schema['x-note'] !== true)
  assert.deepEqual(unmarked.map(([name]) => name), [], 'what people write to people is a `note(…)` of contracts/text.ts, and its name stands in NOTE_FIELDS')
})

const CANARIES = {
  password: 'canary-password-1', Set_Cookie: '__Host-flowclaw=abc', account_number: '6222020200011234821', nested: { list: [{ 'x-csrf-token': 'canary-csrf' }] },
  text: 'login with $argon2id$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA and cookie flowclaw=Q2FuYXJ5Q2FuYXJ5Q2FuYXJ5Q2FuYXJ5Q2FuYXJ5Q2E; path',
  url: 'connect postgres://app_rt:canary-pass@db.example/flowclaw failed', header: 'Bearer canary.token.value', error: new Error('postgres://u:canary-error@h/d'),
  context: `00000000-0000-4000-8000-000000000000|1790000000|${'c'.repeat(64)}`, bytes: Buffer.from('canary-bytes'),
}

// Guarantee: a secret is gone by name at any depth and by shape inside any text, errors included; the rest of the line stays readable.
test('secrets are redacted by name and by shape', () => {
  const text = JSON.stringify(redact({ ...CANARIES, reference: 'RS-7K3M-9QXA', amount: '185000.00' }))
  for (const leak of ['canary', '6222020200011234821', '$argon2id', 'Q2FuYXJ5', 'cccccccc', 'aGFzaA']) assert.ok(!text.includes(leak), `${leak} in ${text}`)
  assert.ok(text.includes('RS-7K3M-9QXA') && text.includes('185000.00') && text.includes(REDACTED))
})

// Guarantee: what pino writes with these options holds no secret, in objects, in messages and in thrown errors.
test('a log line through pino holds no secret', () => {
  const lines: string[] = []
  const logger = pino({ ...pinoRedaction }, { write: (line: string) => { lines.push(line) } })
  logger.info(CANARIES, 'signed in with Bearer canary.message.token')
  logger.error({ err: CANARIES.error })
  assert.equal(lines.length, 2)
  for (const line of lines) assert.ok(!/canary|6222020200011234821|argon2id/.test(line), line)
})

// Guarantee: an error's message, which is where a database or library quotes what it choked on, never reaches a log: its kind, code, place and cause do.
test('a thrown error is logged by kind, code and place alone', async () => {
  const broken = async (): Promise<never> => {
    await Promise.resolve()
    throw Object.assign(new TypeError('invalid input syntax for type uuid: "canary-1"\n    at canary2 (/canary/3.ts:1:1)'), {
      code: '22P02', detail: 'Failing row contains (canary-4)', where: 'canary-5', constraint: 'suppliers_pkey', cause: new Error('canary-6', { cause: 'canary-7' }),
    })
  }
  const error = await Promise.all([1].map(broken)).catch((cause: unknown) => cause)
  const lines: string[] = []
  const logger = pino({ ...pinoRedaction }, { write: (line: string) => { lines.push(line) } })
  logger.error({ err: error, request_id: 'r-1' }, 'internal')
  logger.error(error)
  logger.error({ list: [error], deep: { error } })
  for (const line of lines) assert.doesNotMatch(line, /canary/, line)
  const { err } = JSON.parse(lines[0]!)
  assert.deepEqual([err.type, err.code, err.constraint, err.cause.type], ['TypeError', '22P02', 'suppliers_pkey', 'Error'])
  assert.match(err.stack, /at broken \(file:.*redaction\.test\.ts:\d+:\d+\)/)
})

// Guarantee: credentials of every platform a deployment may hold are known by their shape, in any text, and plain words beside them stay.
test('platform keys and headers are redacted by shape', () => {
  const jwt = `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.${Buffer.from('{"role":"service_role"}').toString('base64url')}`
  const shapes = [
    `sb_secret_${'canary0'.repeat(4)}`, `sbp_${'canary0'.repeat(6)}`, `${jwt}.canary`, `${jwt}.`, 'AKIACANARY0123456789', `fck_${'canary0'.repeat(6)}`, '$argon2id$v=19$m=1$canary$canary', 'Bearer canary-token-1', 'basic Y2FuYXJ5OmNhbmFyeQ==',
    'Authorization: canary of any scheme', 'cookie: a=canary; b=canary', '"set-cookie":"__Host-flowclaw=canary', 'X-CSRF-Token: canary', 'postgres://u:canary@h/d', 'otpauth://totp/FlowClaw?secret=CANARY', `#link=${'canary0'.repeat(4)}`,
    '-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----',
  ]
  for (const shape of shapes) {
    const text = redactText(`before ${shape}`)
    assert.ok(text.startsWith('before ') && text.includes(REDACTED) && !/canary|Y2FuYXJ5|service_role|eyJ/i.test(text), text)
    assert.equal(holdsSecret(shape), true, shape)
  }
  for (const plain of ['RS-7K3M-9QXA', '185000.00 CNY at 7.1', 'the cookie banner', 'an authorization is needed', '01990000-0000-7000-8000-000000000001']) assert.equal(holdsSecret(plain), false, plain)
})
