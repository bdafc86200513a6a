import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { pinoRedaction, redact, REDACTED, SECRET_COLUMNS } from './index.ts'

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
