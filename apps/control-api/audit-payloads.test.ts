/**
 * The audit is for ever, so it names people by an id alone (docs/operations.md, Personal data). Every operation is called as every role that may,
 * with words of its own in every field that takes words, and what was recorded is searched for them and for everything that the database knows of people.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { ROLES } from '#contracts/roles.ts'
import { hashPassword } from '#platform/auth/index.ts'
import { may } from '#platform/roles/index.ts'
import { makeCall, NOTHING, PASSWORD, type Thing } from './testing/calls.ts'
import { callsOf, withValue, type Field, type OperationCall } from './testing/operation-calls.ts'
import { openWorld, type World } from './testing/world.ts'

let world: World
before(async () => {
  world = await openWorld()
  await world.database.superuser.query('update users set password_hash = $1', [await hashPassword(PASSWORD)])
})
after(() => world.close())

/** Whether the field takes whatever somebody writes. */
const takesWords = ({ schema }: Field): boolean =>
  schema.type === 'string' && schema.enum === undefined && schema.const === undefined && (schema.maxLength ?? 1000) >= 20 && (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test('Zainab wrote 5f2c0b7d'))

/** What was written into the calls. */
const written = new Set<string>()
/** By operation and role, fields that take words by their schema and not by what they mean: a code, an id of the data. */
const meansNoWords = new Map<string, Set<string>>()
const at = (sample: unknown, path: Field['path']): unknown => path.reduce((inner: unknown, part) => (inner as Record<string, unknown> | undefined)?.[part], sample)
const hasParent = (sample: unknown, { path }: Field): boolean => at(sample, path.slice(0, -1)) !== undefined
/** The call's body with new words in each field that takes some. */
function withWords(sample: unknown, { operation, body }: OperationCall, { thing, role }: { readonly thing: Thing; readonly role: string }): unknown {
  const not = meansNoWords.get(`${operation.operationId} ${role}`)
  return (body?.fields ?? []).filter((field) => takesWords(field) && hasParent(sample, field) && !not?.has(field.pointer) && at(sample, field.path) !== thing.id && !SECRETS.includes(field.name)).reduce((now, field) => {
    const words = `Zainab wrote ${randomUUID().slice(0, 8)}`
    written.add(words)
    return withValue(now, field.path, words)
  }, sample)
}
/** What a person proves itself with: another one proves nothing, and is in tests of its own. */
const SECRETS = ['password', 'current_password', 'new_password', 'token', 'code']

/** Names, addresses and accounts of everyone whom the database knows; what is shorter is in other words too. */
async function known(): Promise<string[]> {
  const { rows } = await world.database.superuser.query<{ text: string }>(`select email as text from users where email is not null union select display_name from memberships
    union select email from account_links union select display_name from account_links where display_name is not null union select name from merchants union select label from api_keys
    union select label from provider_accounts union select reference_masked from provider_accounts
    union select unnest(array_remove(array[legal_name, legal_name_zh, account_number, account_masked, bank_name, bic, cnaps], null)) from suppliers`)
  return rows.map(({ text }) => text).filter((text) => text.length > 4 || /[^\x20-\x7e]/.test(text))
}

// Guarantee: no audit payload of any operation, done or refused, holds an address, a name, an account number or anything that somebody wrote.
test('the audit holds nobody’s name and nobody’s words', async (t) => {
  const actions = new Set<string>()
  for (const call of callsOf(world).filter(({ operation }) => operation.audit !== null)) {
    const { operation, call: row } = call
    const worded = { ...row, ...(row.body === undefined ? {} : { body: (...given: Parameters<typeof row.body>) => withWords(row.body!(...given), call, { thing: given[1], role: given[2] }) }) }
    for (const role of operation.permission === 'public' ? (['nobody'] as const) : ROLES) {
      const client = role === 'nobody' ? world.nobody : await world.as(world.a, role)
      const mayDo = role === 'nobody' || may(role, operation.permission as never)
      // Done, refused on another company's thing, and refused to the role.
      for (const of of mayDo ? [world.a, world.b] : [null]) {
        const thing = row.thing && of !== null ? await row.thing(world, of, 'own') : NOTHING
        await row.ready?.(world, world.a)
        let answer = await makeCall(client, operation, worded, world.a, thing, role)
        while (answer.status >= 400 && role === row.works_for && of === world.a && typeof answer.json?.field === 'string') {
          const refused = call.body?.fields.find(({ pointer }) => pointer === answer.json.field)
          // A note that the call gives by itself is taken with any words; one that it does not give may be no business of the role.
          const given = refused !== undefined && at(row.body?.(world.a, thing, role), refused.path) !== undefined
          if (refused === undefined || (given && (refused.schema['x-note'] === true || /name|label|email/.test(refused.name)))) break
          const key = `${operation.operationId} ${role}`
          const not = meansNoWords.get(key) ?? new Set()
          if (not.has(refused.pointer)) break
          meansNoWords.set(key, not.add(refused.pointer))
          answer = await makeCall(client, operation, worded, world.a, thing, role)
        }
        if (role === row.works_for && of === world.a) assert.equal(answer.status, row.status, `${operation.operationId} with words: ${answer.text}`)
      }
    }
    actions.add(operation.audit!)
  }
  const searched = [...written, ...(await known())]
  assert.ok(written.size > 50 && searched.length > written.size + 20)
  const rows = [...(await world.auditRows(world.a)), ...(await world.auditRows(world.b))]
  const recorded = new Set(rows.map(({ action }) => action))
  // Sign-in and links are recorded where an account is known, a signed quote where it is signed; what they record is read in their own tests.
  const unseen = [...actions].filter((action) => !recorded.has(action))
  t.diagnostic(`${rows.length} payloads of ${recorded.size} actions`)
  assert.deepEqual(unseen.filter((action) => !/^(session|account_link|signed_quote)\./.test(action)), [])
  const found = rows.flatMap((payload) => {
    const text = JSON.stringify(payload)
    return [...searched.filter((words) => text.includes(words)), ...(text.match(/[\w.-]+@[\w-]+\.[a-z]+/gi) ?? [])].map((words) => `${payload.action}: ${words}`)
  })
  assert.deepEqual([...new Set(found)].slice(0, 20), [])
})
