/** A company's rules of approval are changed by two Platform Admins, and what is agreed, approved and executed asks by them. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, beforeEach, test } from 'node:test'
import type { ApprovalRule } from '#contracts/api/approval-rules.ts'
import { colleague } from '#api/testing/calls.ts'
import { openWorld, routeBody, type Answer, type Client, type World } from '#api/testing/world.ts'
import { programScopesOf } from '#platform/roles/index.ts'

let world: World | undefined
let desk: Client
let admin: Client
let second: Client
/** A company of its own for each test: rules are of the whole company. */
beforeEach(async () => {
  await world?.close()
  world = await openWorld()
  ;[desk, admin, second] = [await world.as(world.a, 'desk_operator'), await world.as(world.a, 'platform_admin'), await another()]
})
after(() => world?.close())

const another = async (): Promise<Client> => (await world!.member(world!.a, 'platform_admin', 'K. Boateng')).signIn()
const URL = '/api/approval-rules/proposals'
const outcome = ({ status, json }: Answer) => [status, json.code]
const LARGE: ApprovalRule = { id: 'large_amount', over_usd: '50000', approvals: 2 }
const HIGH: ApprovalRule = { id: 'high_risk', over_route_risk: '0.12', approvals: 2 }
const propose = (client: Client, rules: readonly ApprovalRule[], base_version = 0) => client.post(URL, { base_version, rules, note: 'agreed in the meeting of the board' })
const decide = (client: Client, id: string, act: 'confirm' | 'reject' | 'withdraw') => client.post(`${URL}/${id}/${act}`, act === 'reject' ? { because: 'not_discussed' } : {})
const read = async (client = desk) => (await client.get('/api/approval-rules')).json
/** Puts rules in force by two people. */
async function inForce(rules: readonly ApprovalRule[]): Promise<void> {
  const made = await propose(admin, rules, (await read()).in_force.version)
  assert.equal(made.status, 201, made.text)
  const done = await decide(second, made.json.id, 'confirm')
  assert.deepEqual([done.status, done.json.state], [200, 'in_force'], done.text)
}
/** A route to a supplier of about USD 26,000, asked for by the desk of the merchant, in its corridor. */
const route = async (): Promise<string> => {
  const made = await desk.post('/api/route-sessions', routeBody(world!.a, { on_behalf: { merchant_id: world!.a.merchants.own, reason: 'asked for by telephone' }, invoice: { number: `PI-${randomUUID().slice(0, 8)}`, currency: 'CNY', account_count: 1 } }))
  assert.equal(made.status, 201, made.text)
  return made.json.id
}
const accept = async (id: string) => (await world!.as(world!.a, 'merchant_client')).post(`/api/route-sessions/${id}/accept`, { version: 1 })
const show = async (id: string) => (await desk.get(`/api/route-sessions/${id}`)).json
const agreed = async (): Promise<string> => {
  const id = await route()
  const done = await accept(id)
  assert.equal(done.status, 200, done.text)
  return id
}
const approve = async (client: Client, id: string) => client.post(`/api/route-sessions/${id}/approve`, { version: (await show(id)).version, content_version: 1, reason_code: 'best_score_ready' })
const execute = async (client: Client, id: string) => client.post(`/api/route-sessions/${id}/execute`, { version: (await show(id)).version, mode: 'simulation' })

// Guarantee: rules are proposed by one admin and come in force by another; everybody of the desk reads them as sentences, with the difference while they wait and the history after; each step leaves one audit row in the view of governance.
test('rules are changed by two people', async () => {
  const first = await read()
  assert.deepEqual([first.in_force.version, first.in_force.id, first.proposal, first.history, first.admins], [0, null, null, [], 2])
  assert.deepEqual(first.in_force.rules.map((rule: { sentence: string; always: boolean }) => [rule.sentence, rule.always]), [
    ['Two people approve where more than USD 50,000 is sent.', false], ['Two people approve where the route’s risk is above 12 %.', false],
    ['Two people approve where the desk chose another route than the recommended one.', true], ['Two people approve where its mode is a controlled probe.', true],
  ])
  const made = await propose(admin, [{ ...LARGE, over_usd: '20000' }, { id: 'kenya', corridor_id: 'ke-cn', approvals: 3 }])
  assert.deepEqual([made.status, made.json.state, made.json.version, made.json.base_version, made.json.proposed_by.name], [201, 'proposed', 1, 0, 'A. Bello'], made.text)
  const open = await read()
  assert.deepEqual([open.in_force.version, open.proposal.id, open.proposal.asks_less, open.proposal.note], [0, made.json.id, true, 'agreed in the meeting of the board'])
  assert.deepEqual(open.proposal.changes.map(({ change, asks, before, after }: { change: string; asks: string; before: { sentence: string } | null; after: { sentence: string } | null }) => [change, asks, before?.sentence, after?.sentence]), [
    ['changed', 'more', 'Two people approve where more than USD 50,000 is sent.', 'Two people approve where more than USD 20,000 is sent.'],
    ['removed', 'less', 'Two people approve where the route’s risk is above 12 %.', undefined],
    ['added', 'more', undefined, 'Three people approve where the corridor is Kenya to China supplier payments.'],
  ])
  const confirmed = await decide(second, made.json.id, 'confirm')
  assert.deepEqual([confirmed.status, confirmed.json.state, confirmed.json.decided_by.name], [200, 'in_force', 'K. Boateng'], confirmed.text)
  await inForce([LARGE])
  const last = await read(admin)
  assert.deepEqual([last.in_force.version, last.proposal, last.history.map(({ version, state }: { version: number; state: string }) => [version, state])], [2, null, [[2, 'in_force'], [1, 'superseded']]])
  const audited = (await admin.get('/api/audit-events?view=readiness&limit=10')).json.items.filter(({ action }: { action: string }) => action.startsWith('approval_rules.'))
  assert.deepEqual(audited.map(({ action }: { action: string }) => action), ['approval_rules.confirmed', 'approval_rules.proposed', 'approval_rules.confirmed', 'approval_rules.proposed'])
  assert.deepEqual(audited[3].facts, { version: 1, base_version: 0, asks_less: true, changes: [{ rule: 'large_amount', change: 'changed', asks: 'more' }, { rule: 'high_risk', change: 'removed', asks: 'less' }, { rule: 'kenya', change: 'added', asks: 'more' }] })
})

// Guarantee: who proposed confirms and rejects nothing, nobody else takes it back, an account made by a link of the proposer is no second person, and each refusal changes nothing and leaves one audit row.
test('a proposal needs a second admin', async () => {
  const { json: { id } } = await propose(admin, [LARGE])
  const rows = (await world!.auditRows(world!.a)).length
  const late = await another()
  for (const [client, act, code] of [[admin, 'confirm', 'second_admin_required'], [admin, 'reject', 'second_admin_required'], [second, 'withdraw', 'not_your_proposal'], [late, 'confirm', 'second_admin_too_new']] as const) {
    assert.deepEqual(outcome(await decide(client, id, act)), [409, code])
  }
  assert.equal((await decide(await world!.stale(world!.a, 'platform_admin'), id, 'confirm')).json.code, 'step_up_required')
  assert.deepEqual((await world!.auditRows(world!.a)).slice(rows).map(({ action }) => action), ['approval_rules.confirmed', 'approval_rules.rejected', 'approval_rules.withdrawn', 'approval_rules.confirmed', 'approval_rules.confirmed'])
  assert.deepEqual([(await read()).in_force.version, (await read()).proposal.id], [0, id])
  assert.equal((await decide(late, id, 'reject')).json.state, 'rejected', 'saying no needs no standing')
  const invited = await admin.post('/api/members/invitations', { email: 'second@self.example', display_name: 'A. Bello', role: 'platform_admin' })
  const used = await world!.nobody.post('/api/auth/links/use', { token: invited.json.link.split('#link=')[1], password: 'five plain words are enough' })
  assert.ok(used.status < 300, used.text)
  const accomplice = await world!.nobody.post('/api/auth/login', { email: 'second@self.example', password: 'five plain words are enough' })
  assert.equal(accomplice.status, 200, accomplice.text)
  const next = await propose(admin, [LARGE])
  const { rows: [account] } = await world!.database.superuser.query<{ id: string }>("select id from users where email = 'second@self.example'")
  const { rows: [member] } = await world!.database.superuser.query<{ ok: boolean }>('select fc.is_second_admin(tenant_id, $1, proposed_by, proposed_at) as ok from approval_rule_sets where id = $2', [account!.id, next.json.id])
  assert.equal(member!.ok, false)
})

// Guarantee: a company with one Platform Admin changes no rules and is told why; a base that is no more, a second proposal, an unknown corridor, an id that is taken, a change that is none and a free sentence are refused.
test('what cannot be proposed is refused', async () => {
  for (const [rules, status, code, field] of [
    [[{ ...LARGE, corridor_id: 'no-where' }], 400, 'unknown_corridor', '/rules/0/corridor_id'], [[LARGE, { id: 'other_route', approvals: 3 }], 400, 'invalid_field', '/rules/1/id'], [[LARGE, LARGE], 400, 'invalid_field', '/rules/1/id'],
    [[HIGH, { ...LARGE, over_usd: '50000.00' }], 409, 'nothing_new', undefined], [[{ ...LARGE, sentence: 'Nobody approves.' } as ApprovalRule], 400, 'unknown_field', '/rules/0/sentence'], [[{ ...LARGE, approvals: 1 }], 400, 'invalid_field', '/rules/0/approvals'],
    [Array.from({ length: 41 }, (_, i) => ({ id: `r${i}`, approvals: 2 })), 400, 'invalid_field', '/rules'], [[{ ...LARGE, modes: ['manual', 'manual'] as ['manual', 'manual'] }], 400, 'invalid_field', '/rules/0/modes'],
  ] as const) {
    const answer = await propose(admin, rules)
    assert.deepEqual([...outcome(answer), answer.json.field], [status, code, field], answer.text)
  }
  assert.deepEqual(outcome(await propose(admin, [LARGE], 7)), [409, 'stale_version'])
  const { json: { id } } = await propose(admin, [LARGE])
  assert.deepEqual(outcome(await propose(second, [HIGH])), [409, 'rules_pending'])
  assert.equal((await decide(admin, id, 'withdraw')).json.state, 'withdrawn')
  for (const act of ['confirm', 'reject', 'withdraw'] as const) assert.deepEqual(outcome(await decide(admin, id, act)), [409, 'rules_decided'])
  await world!.database.superuser.query("update memberships set ended_at = now() where tenant_id = $1 and display_name = 'K. Boateng'", [world!.a.id])
  const alone = await propose(admin, [LARGE])
  assert.deepEqual([...outcome(alone), alone.json.detail], [409, 'second_admin_missing', 'Approval rules are changed by two Platform Admins, and this company has one. Invite another one first.'])
  assert.equal((await read()).admins, 1)
})

// Guarantee: a program has none of it, whatever scopes its key has; a Desk Operator reads the rules and changes none.
test('only admins in person change rules', async () => {
  const { json: { id } } = await propose(admin, [LARGE])
  const program = await world!.program(world!.a, 'platform_admin', { scopes: [...programScopesOf('platform_admin'), 'approval_rules:propose', 'approval_rules:decide', 'approval_rules:read'] })
  for (const client of [desk, program, await world!.as(world!.a, 'merchant_client')]) {
    for (const answer of [await propose(client, [HIGH]), await decide(client, id, 'confirm'), await decide(client, id, 'reject')]) assert.equal(answer.status, 404, answer.text)
  }
  assert.equal((await desk.get('/api/approval-rules')).status, 200)
  assert.equal((await program.get('/api/approval-rules')).status, 404)
})

// Guarantee: of a confirmation and a rejection at once exactly one happens, and the other is told so: in 20 tries never both and never none; of two proposals at once one waits.
test('a proposal is decided once, however many try', async () => {
  const third = await another()
  const seen = { confirmed: 0, rejected: 0 }
  for (let i = 0; i < 20; i++) {
    const base = (await read()).in_force.version
    const both = await Promise.all([propose(admin, [{ ...LARGE, over_usd: String(1000 + i) }], base), propose(third, [{ ...LARGE, over_usd: String(2000 + i) }], base)])
    assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409], both.map(({ text }) => text).join('\n'))
    const [first, other] = both[0]!.status === 201 ? [both[0]!, third] : [both[1]!, admin]
    const calls = [() => decide(second, first.json.id, 'confirm'), () => decide(other, first.json.id, 'reject')]
    const answers = await Promise.all((i % 2 === 0 ? calls : calls.reverse()).map((call) => call()))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409], answers.map(({ text }) => text).join('\n'))
    assert.equal(answers.find(({ status }) => status === 409)!.json.code, 'rules_decided')
    const now = await read()
    const done = answers.find(({ status }) => status === 200)!.json.state as string
    assert.equal(now.in_force.version === first.json.version, done === 'in_force')
    seen[done === 'in_force' ? 'confirmed' : 'rejected']++
  }
  assert.equal(seen.confirmed + seen.rejected, 20)
})

// Guarantee: what is agreed after a change asks by it, and says it in the words of that rule, also when other rules have come in force since.
test('an agreement asks by the rules in force', async () => {
  const before = await agreed()
  assert.deepEqual([(await show(before)).approval.required, (await show(before)).approval.why], [1, []])
  await inForce([{ ...LARGE, over_usd: '20000' }])
  const id = await agreed()
  assert.deepEqual([(await show(id)).approval.required, (await show(id)).approval.because, (await show(id)).approval.why], [2, ['large_amount'], ['More than USD 20,000 is sent.']])
  await inForce([{ ...LARGE, over_usd: '900000' }])
  assert.deepEqual([(await show(id)).approval.required, (await show(id)).approval.why], [2, ['More than USD 20,000 is sent.']], 'agreed under the set before')
  assert.equal((await show(await agreed())).approval.required, 1)
})

// Guarantee: rules that came to ask for more after an approval stop the execution, for one's own approval too; further approvals of other people let it go on, and never the requester's.
test('at execution the stricter rules win', async () => {
  const id = await agreed()
  // The desk asked for it on behalf: with one approval asked for, its own is enough.
  assert.equal((await approve(desk, id)).json.state, 'approved')
  await inForce([{ id: 'here', corridor_id: 'ng-cn', approvals: 2 }])
  const refused = await execute(desk, id)
  assert.deepEqual([...outcome(refused), refused.json.detail], [409, 'approval_missing', 'The rules ask for 2 approvals of what stands, and 0 count.'])
  const seen = await show(id)
  assert.deepEqual([seen.state, seen.approval.required, seen.approval.held, seen.approval.why, seen.approval.given[0].holds], ['approved', 2, 0, ['The corridor is Nigeria to China supplier payments.'], false])
  assert.equal(seen.action, 'The rules came to ask for more after it was approved: 0 of 2 approvals count. Somebody else approves it too.')
  const gate = (await desk.get(`/api/route-sessions/${id}/execution`)).json.gates.find(({ code }: { code: string }) => code === 'approved')
  assert.deepEqual([gate.clear, gate.sentence], [false, '0 of 2 approvals.'])
  assert.deepEqual(outcome(await approve(desk, id)), [409, 'not_ones_own'])
  assert.deepEqual(outcome(await approve(admin, id)), [409, 'admin_is_second'])
  const waits = await approve(await colleague(world!, world!.a), id)
  assert.deepEqual([waits.json.state, waits.json.approval.held, waits.json.approval.required, waits.json.timeline.at(-1).what], ['accepted', 1, 2, 'The rules came to ask for more approvals than were given.'], waits.text)
  assert.equal((await approve(admin, id)).json.state, 'approved')
  const begun = await execute(admin, id)
  assert.equal(begun.json.state, 'executing', begun.text)
})

// Guarantee: one further approval is enough where one of another person counted before, and the session stays approved meanwhile; laxer rules lower nothing that was agreed.
test('what was approved by another person is completed by one more', async () => {
  const [first, third] = [await colleague(world!, world!.a), await colleague(world!, world!.a)]
  const id = await agreed()
  assert.equal((await approve(first, id)).json.state, 'approved')
  await inForce([{ id: 'all', approvals: 2 }])
  assert.deepEqual(outcome(await execute(first, id)), [409, 'approval_missing'])
  assert.deepEqual(outcome(await approve(first, id)), [409, 'already_approved'])
  const done = await approve(third, id)
  assert.deepEqual([done.json.state, done.json.approval.held, done.json.approval.required], ['approved', 2, 2], done.text)
  const strict = await agreed()
  await inForce([])
  assert.equal((await show(strict)).approval.required, 2)
  assert.equal((await approve(first, strict)).json.state, 'accepted', 'the number of the agreement stands')
  assert.equal((await execute(third, id)).json.state, 'executing')
})
