/** A bank step as a payment file, over the API on a real database. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { railedThing, startedThing, toSimulateThing } from '#api/testing/execution-things.ts'
import { openWorld, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
before(async () => {
  world = await openWorld()
  desk = await world.as(world.a, 'desk_operator')
})
after(() => world.close())

const draft = (id: string, body: object = { reason: 'pay_by_hand' }) => desk.post(`/api/route-sessions/${id}/steps/1/draft`, body)
const drafted = async () => (await world.auditRows(world.a)).filter(({ action }) => action === 'payment_file.drafted')

// Guarantee: a bank step is handed out as the file that its bank takes, with the whole accounts, to be saved and kept nowhere; each call is one audit row that holds neither.
test('a payment file', async () => {
  const { id } = await railedThing(world, world.a, 'own')
  const before = (await drafted()).length
  const answer = await draft(id)
  assert.equal(answer.status, 200, answer.text)
  for (const part of ['pain.001.001.09', '6222021234564821', '0123456789', 'Shenzhen Sample Electronics Co., Ltd', 'Ccy="CNY"']) assert.ok(answer.text.includes(part), `${part} in ${answer.text}`)
  assert.match(String(answer.headers['content-disposition']), /^attachment; filename="FC-/)
  assert.deepEqual([answer.headers['x-content-type-options'], answer.headers['cache-control'], answer.headers['content-type']], ['nosniff', 'no-store', 'application/xml; charset=utf-8'])
  assert.ok((await draft(id, { reason: 'check_with_bank', version: 'pain.001.001.03' })).text.includes('pain.001.001.03'))
  const rows = (await drafted()).slice(before)
  assert.deepEqual(rows.map(({ facts }) => facts), [{ reason: 'pay_by_hand', step: 1 }, { reason: 'check_with_bank', step: 1 }])
  assert.ok(!JSON.stringify(rows).includes('6222021234564821'))
})

// Guarantee: where no bank would take it, it is refused with the field, and no file was ever made: of a simulation, of an account nobody has on file, of a name in other letters.
test('no file of what no bank takes', async () => {
  const refusal = async (id: string, body?: object) => { const { status, json } = await draft(id, body); return [status, json.code, json.field] }
  assert.deepEqual(await refusal((await toSimulateThing(world, world.a, 'own')).id), [409, 'mode_not_available', undefined])
  assert.deepEqual(await refusal((await startedThing(world, world.a, 'own')).id), [409, 'draft_refused', '/debtor/account'])
  const { id } = await railedThing(world, world.a, 'own')
  await world.database.superuser.query("update suppliers set city = '深圳' where tenant_id = $1 and id = $2", [world.a.id, world.a.suppliers.own])
  assert.deepEqual(await refusal(id), [409, 'draft_refused', '/creditor/city'])
  assert.equal((await draft(id, { reason: 'pay_by_hand', characters: 'unicode' })).status, 200)
  await world.database.superuser.query("update suppliers set city = 'Shenzhen' where tenant_id = $1 and id = $2", [world.a.id, world.a.suppliers.own])
})
