/** A company's own rules of approval: two Platform Admins change them, and every session is asked by the set in force. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { viewsOf } from '#contracts/audit-views.ts'
import { programScopesOf } from '#platform/roles/index.ts'
import { colleague } from '#api/testing/calls.ts'
import { acceptedSession, ALL_PAPERS, approve, executionOf, screened } from '#api/testing/executions.ts'
import { openWorld, routeBody, type Answer, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
let admin: Client
let second: Client
let third: Client
before(async () => {
  world = await openWorld()
  desk = await world.as(world.a, 'desk_operator')
  admin = await world.as(world.a, 'platform_admin')
  ;[second, third] = await Promise.all([0, 1].map(async () => (await world.member(world.a, 'platform_admin', 'S. Admin')).signIn())) as [Client, Client]
})
after(() => world.close())

type Rule = Readonly<Record<string, unknown>>
const outcome = ({ status, json }: Answer) => [status, json.code, json.field]
const read = async (client = desk) => (await client.get('/api/approval-rules')).json
const amount = (over_usd: string, more: Rule = {}): Rule => ({ id: 'large_amount', over_usd, approvals: 2, ...more })
const propose = async (client: Client, rules: readonly Rule[], change: object = {}) => client.post('/api/approval-rules/proposals', { base_version: (await read()).in_force.version, rules, reason: 'the auditors asked for it', ...change })
const decide = (client: Client, id: string, verb: 'confirm' | 'reject' | 'withdraw') => client.post(`/api/approval-rules/proposals/${id}/${verb}`, verb === 'confirm' ? {} : { because: 'too_lax' })
const proposed = async (rules: readonly Rule[], client = admin): Promise<string> => {
  const made = await propose(client, rules)
  assert.equal(made.status, 201, made.text)
  return made.json.id
}
/** Puts rules in force by two people. */
const setRules = async (rules: readonly Rule[]): Promise<void> => {
  const done = await decide(second, await proposed(rules), 'confirm')
  assert.deepEqual([done.status, done.json.state], [200, 'in_force'], done.text)
}
const sentences = (set: { rules: { sentence: string }[] }) => set.rules.map(({ sentence }) => sentence)
const FLOOR = ['Two people approve when the desk chose another route than the recommended one.', 'Two people approve when it runs as a controlled probe.']

// Guarantee: rules count from the moment in which another Platform Admin confirms them and not before; the desk reads each rule, and what a proposal changes, in sentences; a set that was replaced stays readable.
test('other rules count when a second admin has confirmed them', async () => {
  const before_ = await read()
  assert.deepEqual([before_.in_force.version, before_.in_force.decided_at, before_.proposal, before_.second_admin], [0, null, null, true])
  assert.deepEqual(sentences(before_.in_force), ['Two people approve when more than USD 50,000 is sent.', 'Two people approve when the route’s risk is above 12 %.', ...FLOOR])
  assert.deepEqual(before_.in_force.rules.map(({ floor }: { floor: boolean }) => floor), [false, false, true, true])
  const id = await proposed([amount('20000.00'), { id: 'ghana', corridor_id: 'gh-cn', approvals: 3 }])
  const waiting = await read()
  assert.deepEqual([waiting.in_force, waiting.history.items], [before_.in_force, []], 'a proposal changes nothing')
  assert.deepEqual([waiting.proposal.id, waiting.proposal.version, waiting.proposal.state, waiting.proposal.proposed_by.name, waiting.proposal.decided_by], [id, 1, 'proposed', 'A. Bello', null])
  assert.deepEqual(waiting.proposal.changes, [
    { id: 'large_amount', what: 'changed', before: 'Two people approve when more than USD 50,000 is sent.', after: 'Two people approve when more than USD 20,000 is sent.' },
    { id: 'ghana', what: 'added', before: null, after: 'In the corridor GH → CN three people approve every payment.' },
    { id: 'high_risk', what: 'removed', before: 'Two people approve when the route’s risk is above 12 %.', after: null },
  ])
  assert.deepEqual((await decide(second, id, 'confirm')).json.decided_by.name, 'S. Admin')
  const after_ = await read()
  assert.deepEqual([after_.in_force.version, sentences(after_.in_force), after_.proposal, after_.history.items[0].state], [1, ['Two people approve when more than USD 20,000 is sent.', 'In the corridor GH → CN three people approve every payment.', ...FLOOR], null, 'in_force'])
  await setRules([])
  const later = await read()
  assert.deepEqual([sentences(later.in_force), later.history.items.map(({ version, state }: { version: number; state: string }) => [version, state])], [FLOOR, [[2, 'in_force'], [1, 'superseded']]])
  const page = (await desk.get('/api/approval-rules?limit=1')).json.history
  assert.deepEqual((await desk.get(`/api/approval-rules?limit=1&cursor=${page.next_cursor}`)).json.history.items.map(({ version }: { version: number }) => version), [1])
})

// Guarantee: nobody decides the own proposal but by withdrawing it, nobody withdraws another's, a proposal is decided once and one waits at a time; every step, done or refused, leaves one audit row in the view of governance.
test('one proposes and another decides', async () => {
  const rows = (await world.auditRows(world.a)).length
  const id = await proposed([amount('30000')])
  for (const verb of ['confirm', 'reject'] as const) assert.deepEqual(outcome(await decide(admin, id, verb)).slice(0, 2), [409, 'second_admin_required'])
  assert.deepEqual(outcome(await decide(second, id, 'withdraw')).slice(0, 2), [409, 'not_proposer'])
  assert.deepEqual(outcome(await propose(second, [amount('31000')])).slice(0, 2), [409, 'rules_proposed'])
  assert.equal((await decide(await world.stale(world.a, 'platform_admin'), id, 'confirm')).json.code, 'step_up_required')
  const back = await decide(admin, id, 'withdraw')
  assert.deepEqual([back.json.state, back.json.because], ['withdrawn', 'too_lax'])
  for (const [client, verb] of [[second, 'confirm'], [second, 'reject'], [admin, 'withdraw']] as const) assert.deepEqual(outcome(await decide(client, id, verb)).slice(0, 2), [409, 'rules_decided'])
  const rejected = await decide(second, await proposed([amount('30000')]), 'reject')
  assert.deepEqual([rejected.json.state, rejected.json.decided_by.name, (await read()).in_force.rules.length], ['rejected', 'S. Admin', 2])
  const actions = (await world.auditRows(world.a)).slice(rows).map(({ action }) => action)
  assert.deepEqual(actions, [
    'approval_rules.proposed', 'approval_rules.confirmed', 'approval_rules.rejected', 'approval_rules.withdrawn', 'approval_rules.proposed', 'approval_rules.confirmed',
    'approval_rules.withdrawn', 'approval_rules.confirmed', 'approval_rules.rejected', 'approval_rules.withdrawn', 'approval_rules.proposed', 'approval_rules.rejected',
  ])
  for (const action of actions) assert.ok(viewsOf(action).includes('readiness'), action)
})

// Guarantee: a set that nobody could mean is refused by field: an unknown corridor, a name twice or one of every company's, the set in force once more, one on an older set, more than forty, a rule with words of its own.
test('only rules that can be asked are proposed', async () => {
  await setRules([amount('40000')])
  for (const [rules, expected, change] of [
    [[amount('1'), { id: 'there', corridor_id: 'xx-yy', approvals: 2 }], [400, 'unknown_corridor', '/rules/1/corridor_id']], [[amount('1'), amount('2')], [400, 'invalid_field', '/rules/1/id']],
    [[{ id: 'live_probe', over_usd: '1', approvals: 2 }], [400, 'invalid_field', '/rules/0/id']], [[amount('40000.00')], [409, 'nothing_new', undefined]], [[amount('1')], [409, 'stale_version', undefined], { base_version: 0 }],
    [[amount('1', { sentence: 'Nobody approves anything.' })], [400, 'unknown_field', '/rules/0/sentence']], [[amount('1', { approvals: 1 })], [400, 'invalid_field', '/rules/0/approvals']], [[amount('1e9')], [400, 'invalid_field', '/rules/0/over_usd']],
    [[amount('1', { modes: [] })], [400, 'invalid_field', '/rules/0/modes']], [[amount('1', { other_route: false })], [400, 'invalid_field', '/rules/0/other_route']],
    [Array.from({ length: 41 }, (_, n) => amount('1', { id: `rule_${n}` })), [400, 'invalid_field', '/rules']],
  ] as const) assert.deepEqual(outcome(await propose(admin, rules, change ?? {})), expected, JSON.stringify(rules).slice(0, 80))
  assert.equal((await read()).proposal, null)
})

// Guarantee: in a company with a single Platform Admin, whatever programs it has, nobody can propose rules, and the answer says why; the desk, a merchant, an agent and a program can neither propose nor decide anywhere.
test('who is alone cannot change the rules', async () => {
  const alone = await world.as(world.b, 'platform_admin')
  await world.program(world.b, 'platform_admin')
  assert.equal((await read(alone)).second_admin, false)
  const refused = await alone.post('/api/approval-rules/proposals', { base_version: 0, rules: [], reason: 'nobody else is here' })
  assert.deepEqual(outcome(refused).slice(0, 2), [409, 'second_admin_required'])
  assert.match(refused.json.detail, /A company with a single Platform Admin cannot change them\.$/)
  const id = await proposed([amount('33000')])
  for (const client of [desk, await world.as(world.a, 'merchant_client'), await world.as(world.a, 'settlement_agent'), await world.program(world.a, 'platform_admin', { scopes: [...programScopesOf('platform_admin'), 'approval_rules:propose', 'approval_rules:decide', 'approval_rules:read'] })]) {
    for (const answer of [await propose(client, []), await decide(client, id, 'confirm'), await decide(client, id, 'reject'), await decide(client, id, 'withdraw')]) assert.equal(answer.status, 404, answer.text)
  }
  assert.equal((await decide(alone, id, 'confirm')).status, 404, 'another company’s')
  assert.equal((await decide(admin, id, 'withdraw')).status, 200)
})

// Guarantee: of two admins who confirm and reject at the same moment exactly one decides and one is told that it is decided, and the rules in force are those of who was first.
test('two who decide at once decide once', async () => {
  for (let round = 0; round < 6; round++) {
    const standing = (await read()).in_force.version
    const id = await proposed([amount(String(60_000 + round))])
    const [confirmed, rejected] = await Promise.all([decide(second, id, 'confirm'), decide(third, id, 'reject')])
    assert.deepEqual([confirmed, rejected].map(({ status, json }) => (status === 200 ? 'done' : json.code)).sort(), ['done', 'rules_decided'], `${confirmed.text}\n${rejected.text}`)
    assert.equal((await read()).in_force.version > standing, confirmed.status === 200)
  }
})

// Guarantee: of two admins who propose at the same moment one does.
test('two who propose at once propose once', async () => {
  const answers = await Promise.all([propose(admin, [amount('71000')]), propose(second, [amount('72000')])])
  assert.deepEqual(answers.map(({ status, json }) => (status === 201 ? 'done' : json.code)).sort(), ['done', 'rules_proposed'])
  const [winner] = answers.filter(({ status }) => status === 201)
  assert.equal((await decide(third, winner!.json.id, 'reject')).status, 200)
})

const papers = { documents_available: ALL_PAPERS }
const sessionOf = async (id: string) => (await desk.get(`/api/route-sessions/${id}`)).json

// Guarantee: an acceptance and an offer are asked by the company's own rules in force then, and a session keeps the number and the sentences of that set after the set was replaced.
test('a session is asked by the rules of when it was agreed', async () => {
  await setRules([amount('20000'), { id: 'nigeria', corridor_id: 'ng-cn', approvals: 3 }])
  const { id, version } = await acceptedSession(world, world.a, papers)
  const why = ['More than USD 20,000 is sent.', 'In the corridor NG → CN every payment is approved by more than one person.']
  const { approval } = await sessionOf(id)
  assert.deepEqual([approval.required, approval.because, approval.why, approval.asked_now], [3, ['large_amount', 'nigeria'], why, null])
  await setRules([amount('90000')])
  const later = (await sessionOf(id)).approval
  assert.deepEqual([later.required, later.why, later.asked_now], [3, why, null], 'laxer rules take nothing back')
  const session = await sessionOf(id)
  const offered = await desk.post(`/api/route-sessions/${id}/offer`, { version, candidate_id: session.recommended.id, reason_code: 'price_moved' })
  assert.deepEqual([offered.status, offered.json.approval.required], [200, 1], 'a new offer is asked by the rules of now')
  const fresh = await acceptedSession(world, world.a, papers)
  assert.equal((await sessionOf(fresh.id)).approval.required, 1)
})

// Guarantee: where rules became stricter after a session was agreed to and approved, it is not executed with the approvals of before; nobody's own approval counts as one of the four eyes; with as many as the rules ask for it is executed.
test('stricter rules hold what was approved before', async () => {
  await setRules([amount('91000')])
  const asked = await desk.post('/api/route-sessions', { ...routeBody(world.a, { documents_available: [...ALL_PAPERS] }), on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } })
  const merchant = await world.as(world.a, 'merchant_client')
  const accepted = await merchant.post(`/api/route-sessions/${asked.json.id}/accept`, { version: 1 })
  assert.equal(accepted.status, 200, accepted.text)
  const id: string = asked.json.id
  const approved = await approve(desk, id, accepted.json.version)
  assert.deepEqual([approved.json.state, approved.json.approval.required], ['approved', 1], 'where one is enough it may be the requester’s')
  await screened(desk, id)
  await setRules([amount('20000')])
  const now = (await sessionOf(id)).approval
  assert.deepEqual([now.required, now.asked_now], [1, { required: 2, held: 0, why: ['More than USD 20,000 is sent.'] }])
  assert.deepEqual(now.not_by.map(({ because }: { because: string }) => because), ['requested', 'agreed'])
  const gate = (await executionOf(desk, id)).gates.find(({ code }) => code === 'approved')!
  assert.deepEqual([gate.clear, gate.sentence], [false, '0 of 2 approvals, which the rules ask for since they were changed. More than USD 20,000 is sent.'])
  const other = await colleague(world, world.a)
  const version: number = approved.json.version
  const execute = () => other.post(`/api/route-sessions/${id}/execute`, { version })
  assert.deepEqual(outcome(await execute()).slice(0, 2), [409, 'approval_missing'])
  const added = await approve(other, id, version)
  assert.equal(added.status, 200, added.text)
  assert.deepEqual(outcome(await execute()).slice(0, 2), [409, 'approval_missing'], 'the requester’s is none of the two')
  assert.equal((await approve(admin, id, version)).status, 200)
  assert.deepEqual((await sessionOf(id)).approval.asked_now, { required: 2, held: 2, why: ['More than USD 20,000 is sent.'] })
  const begun = await execute()
  assert.deepEqual([begun.status, begun.json.state, begun.json.approval.required], [200, 'executing', 1], begun.text)
})

// Guarantee: where a session is approved already, who asked for it or agreed to it for the merchant adds no approval for rules that became stricter.
test('an added approval is nobody’s own', async () => {
  await setRules([amount('92000')])
  const other = await colleague(world, world.a)
  const asked = await desk.post('/api/route-sessions', { ...routeBody(world.a, { documents_available: [...ALL_PAPERS] }), on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } })
  const accepted = await (await world.as(world.a, 'merchant_client')).post(`/api/route-sessions/${asked.json.id}/accept`, { version: 1 })
  const approved = await approve(other, asked.json.id, accepted.json.version)
  assert.equal(approved.json.state, 'approved')
  await setRules([amount('20000')])
  assert.deepEqual(outcome(await approve(desk, asked.json.id, approved.json.version)).slice(0, 2), [409, 'not_ones_own'])
})

// Guarantee: a rule on a mode is asked again when the mode is decided: what was agreed under another mode is not executed in one that asks for more.
test('a rule on a mode counts when it is executed in it', async () => {
  await setRules([{ id: 'played', modes: ['simulation'], approvals: 2 }])
  const { id, version } = await acceptedSession(world, world.a, papers)
  const approved = await approve(desk, id, version)
  assert.deepEqual([approved.json.state, approved.json.approval.required], ['approved', 1])
  await screened(desk, id)
  assert.deepEqual(outcome(await desk.post(`/api/route-sessions/${id}/execute`, { version: approved.json.version, mode: 'simulation' })).slice(0, 2), [409, 'approval_missing'])
  assert.equal((await desk.post(`/api/route-sessions/${id}/execute`, { version: approved.json.version })).json.execution_mode, 'manual')
})

// Guarantee: of a session that is accepted while the rules change, the number is that of one of the two sets, whole: its count, its reasons and the set that it names belong together.
test('an acceptance beside a confirmation is of one set', async () => {
  for (let round = 0; round < 4; round++) {
    await setRules([amount('90000', { id: 'lax' })])
    const id = await proposed([amount('20000', { id: 'strict' })])
    const [session] = await Promise.all([acceptedSession(world, world.a, papers), decide(second, id, 'confirm')])
    const { required, because, why } = (await sessionOf(session.id)).approval
    assert.ok((required === 1 && because.length === 0) || (required === 2 && because[0] === 'strict' && why[0] === 'More than USD 20,000 is sent.'), JSON.stringify([required, because, why]))
  }
})
