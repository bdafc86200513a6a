/** From an accepted route to its last step: approved by whom the rules ask for, executed in a mode that the server decides, and done only with proof. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { colleague } from '#api/testing/calls.ts'
import { acceptedSession, ALL_PAPERS, approve, carryOut, cleanFile, executedSession, executionOf, matchingProof, onStep, RAIL, screened } from '#api/testing/executions.ts'
import { openWorld, type Answer, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
let second: Client
let admin: Client
let merchant: Client
before(async () => {
  world = await openWorld()
  desk = await world.as(world.a, 'desk_operator')
  second = await colleague(world, world.a)
  admin = await world.as(world.a, 'platform_admin')
  merchant = await world.as(world.a, 'merchant_client')
})
after(() => world.close())

const outcome = ({ status, json }: Answer) => [status, json.code]
const large = { amount: { side: 'supplier_receives', value: '1450000', currency: 'CNY' }, documents_available: ALL_PAPERS } as const

// Guarantee: a route is carried out from acceptance to its last step, each step with the proof that its leg asks for, and every move leaves one audit row.
test('a manual route is carried out step by step', async () => {
  const rows = (await world.auditRows(world.a)).length
  const { id } = await executedSession(world, world.a)
  let now = await executionOf(desk, id)
  assert.deepEqual([now.mode, now.steps[0]!.state, now.steps.slice(1).every(({ state }) => state === 'pending')], ['manual', 'ready', true])
  for (const { position } of now.steps) now = await carryOut(world, world.a, desk, id, position)
  assert.ok(now.steps.length >= 2 && now.steps.every(({ state }) => state === 'confirmed'), JSON.stringify(now.steps.map(({ state }) => state)))
  const actions = (await world.auditRows(world.a)).slice(rows).map(({ action }) => action)
  const proofs = now.steps.reduce((sum, { proof_kinds }) => sum + proof_kinds.length, 0)
  assert.deepEqual(actions, ['route_session.requested', 'route_session.accepted', 'route_session.approved', 'screening.recorded', 'screening.recorded', 'screening.recorded', 'route_session.executed',
    ...now.steps.flatMap(({ proof_kinds }) => ['execution_step.started', ...proof_kinds.map(() => 'execution_step.proof_submitted'), 'execution_step.confirmed'])])
  assert.ok(proofs > 0)
})

// Guarantee: where the rules ask for four eyes neither the requester nor one person twice can approve, and one approval is not enough; who approves some time after the acceptance is told that it counts.
test('a large amount takes two people, neither of whom asked for it', async () => {
  const { id, version } = await acceptedSession(world, world.a, large)
  const seen = (await desk.get(`/api/route-sessions/${id}`)).json
  assert.deepEqual([seen.approval.required, seen.approval.because, seen.approval.agreed], [2, ['large_amount'], true])
  assert.deepEqual(outcome(await approve(admin, id, version)), [409, 'admin_is_second'])
  // Times are kept to the second: an approval of the same second as the acceptance would hide that it was looked for at the acceptance.
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  const first = await approve(desk, id, version)
  assert.deepEqual([first.status, first.json.state, first.json.approval.held], [200, 'accepted', 1])
  assert.deepEqual(outcome(await approve(desk, id, version)), [409, 'already_approved'])
  assert.deepEqual(outcome(await desk.post(`/api/route-sessions/${id}/execute`, { version })), [409, 'wrong_state'])
  const last = await approve(admin, id, version)
  assert.deepEqual([last.status, last.json.state, last.json.approval.held], [200, 'approved', 2])

  const own = await desk.post('/api/route-sessions', { ...(await requestBody()), on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } })
  const agreed = await second.post(`/api/route-sessions/${own.json.id}/accept`, { version: 1, reason: 'agreed by telephone' })
  assert.equal(agreed.status, 200, agreed.text)
  for (const client of [desk, second]) assert.deepEqual(outcome(await approve(client, own.json.id, agreed.json.version)), [409, 'not_ones_own'])
  assert.equal((await approve(await colleague(world, world.a), own.json.id, agreed.json.version)).status, 200)
})
async function requestBody() {
  const { routeBody } = await import('#api/testing/world.ts')
  return routeBody(world.a, { ...large, documents_available: [...ALL_PAPERS] })
}

// Guarantee: another route, or another price, takes the force of every approval before it, and is not approved until the merchant agrees to it.
test('an approval is of what stands and of nothing else', async () => {
  const { id, version } = await acceptedSession(world, world.a, { documents_available: ALL_PAPERS })
  const session = (await desk.get(`/api/route-sessions/${id}`)).json
  const other = session.alternatives.find((one: { id: string }) => one.id !== session.recommended.id)
  assert.ok(other !== undefined)
  const offered = await desk.post(`/api/route-sessions/${id}/offer`, { version, candidate_id: other.id, reason_code: 'merchant_prefers' })
  assert.deepEqual([offered.status, offered.json.state, offered.json.offer.because, offered.json.approval.agreed, offered.json.approval.required], [200, 'awaiting_merchant', 'other_route', false, 2], offered.text)
  const view = (await merchant.get(`/api/route-sessions/${id}`)).json
  assert.deepEqual([view.state, view.can_accept, view.you_pay.amount], ['Your turn', true, offered.json.all_in.merchant_pays.amount])
  assert.deepEqual(outcome(await approve(desk, id, offered.json.version, 2)), [409, 'wrong_state'])
  const agreed = await merchant.post(`/api/route-sessions/${id}/accept`, { version: offered.json.version })
  assert.equal(agreed.status, 200, agreed.text)
  assert.deepEqual(outcome(await approve(desk, id, agreed.json.version, 1)), [409, 'stale_version'])
  const first = await approve(desk, id, agreed.json.version, 2)
  assert.deepEqual([first.json.state, first.json.approval.held], ['accepted', 1])
  const again = await desk.post(`/api/route-sessions/${id}/offer`, { version: agreed.json.version, candidate_id: other.id, reason_code: 'price_moved' })
  assert.deepEqual([again.status, again.json.approval.held, again.json.approval.given[0].holds, again.json.offer.content_version], [200, 0, false, 3], again.text)
})

// Guarantee: the mode is never above the ceiling, whatever is wished, and a mode that the product cannot carry is refused by name.
test('the server decides the mode', async () => {
  const { id } = await executedSession(world, world.a, 'hybrid')
  assert.equal((await executionOf(desk, id)).mode, 'manual', 'the ceiling of this corridor')
  const played = await executedSession(world, world.a, 'simulation')
  assert.equal((await executionOf(desk, played.id)).mode, 'simulation')
})

// Guarantee: without its papers a conditional route is not executed, and nothing of it is half done.
test('a missing paper stops the execution', async () => {
  const { id, version } = await acceptedSession(world, world.a, { documents_available: ['PROFORMA_INVOICE'] })
  const { version: approved } = (await approve(desk, id, version)).json
  assert.deepEqual(outcome(await desk.post(`/api/route-sessions/${id}/execute`, { version: approved })), [409, 'screening_open'])
  await screened(desk, id)
  const answer = await desk.post(`/api/route-sessions/${id}/execute`, { version: approved })
  assert.deepEqual(outcome(answer), [409, 'document_missing'])
  assert.deepEqual((await executionOf(desk, id)).steps, [])
})

// Guarantee: a proof that differs is shown field by field, does not confirm the step, and is accepted only by a second person with a reason.
test('a proof that differs confirms nothing by itself', async () => {
  const { id } = await executedSession(world, world.a)
  const started = await onStep(desk, id, 1, 'start', { version: 1, rail: RAIL })
  const step = started.json.steps[0]
  const kind = step.proof_kinds[0]
  const right = matchingProof(step, kind, started.json.market_clock)
  const submitted = await onStep(desk, id, 1, 'proofs', { version: step.version, kind, artifact_id: await cleanFile(world, world.a, id), ...right, reference: 'FC-SOMETHING-ELSE' })
  const now = submitted.json.steps[0]
  assert.deepEqual([now.state, now.proofs[0].differences.map(({ field }: { field: string }) => field)], ['awaiting_proof', ['reference']], submitted.text)
  assert.deepEqual(outcome(await onStep(desk, id, 1, 'confirm', { version: now.version })), [409, 'proof_differs'])
  assert.deepEqual(outcome(await onStep(desk, id, 1, 'confirm', { version: now.version, accept_differences: 'bank_shortened_it' })), [409, 'second_person_for_difference'])
  const accepted = await onStep(second, id, 1, 'confirm', { version: now.version, accept_differences: 'bank_shortened_it' })
  assert.deepEqual([accepted.status, accepted.json.steps[0].state, accepted.json.steps[0].proofs[0].reason_code, accepted.json.steps[1].state], [200, 'confirmed', 'bank_shortened_it', 'ready'], accepted.text)
})

// Guarantee: one file proves one step, under whatever name or in whichever session; one that no scanner passed, or of another session, proves none.
test('a proof serves once', async () => {
  const [one, two] = [await executedSession(world, world.a), await executedSession(world, world.a)]
  const submit = async (id: string, artifact_id: string): Promise<Answer> => {
    const now = await executionOf(desk, id)
    const step = now.steps[0]!.state === 'ready' ? (await onStep(desk, id, 1, 'start', { version: now.steps[0]!.version, rail: RAIL })).json.steps[0] : now.steps[0]!
    return onStep(desk, id, 1, 'proofs', { version: step.version, kind: step.proof_kinds[0], artifact_id, ...matchingProof(step, step.proof_kinds[0], now.market_clock) })
  }
  const content = Buffer.from('the same bank copy')
  assert.equal((await submit(one.id, await cleanFile(world, world.a, one.id, { content }))).status, 200)
  assert.deepEqual(outcome(await submit(two.id, await cleanFile(world, world.a, two.id, { content }))), [409, 'proof_used'])
  assert.deepEqual(outcome(await submit(two.id, await cleanFile(world, world.a, two.id, { state: 'quarantined' }))), [409, 'artifact_not_usable'])
  assert.deepEqual(outcome(await submit(two.id, await cleanFile(world, world.a, one.id))), [404, 'not_found'])
  assert.deepEqual(outcome(await onStep(desk, two.id, 1, 'confirm', { version: 2 })), [409, 'proof_missing'])
})

// Guarantee: while a session is paused no step goes on; a step of which nobody knows is repeated by nobody until a person has found out.
test('a pause and an unknown step stop everything behind them', async () => {
  const { id, version } = await executedSession(world, world.a)
  await onStep(desk, id, 1, 'start', { version: 1, rail: RAIL })
  const paused = await desk.post(`/api/route-sessions/${id}/pause`, { version, reason_code: 'holiday' })
  assert.deepEqual([paused.status, paused.json.state], [200, 'paused'])
  assert.deepEqual(outcome(await onStep(desk, id, 1, 'proofs', { version: 2, kind: 'bank_receipt', artifact_id: await cleanFile(world, world.a, id) })), [409, 'wrong_state'])
  const resumed = await desk.post(`/api/route-sessions/${id}/resume`, { version: paused.json.version, reason_code: 'cause_cleared' })
  assert.equal(resumed.json.state, 'executing')
  assert.equal((await onStep(desk, id, 1, 'mark-unknown', { version: 2 })).json.steps[0].state, 'unknown')
  assert.deepEqual(outcome(await onStep(desk, id, 1, 'start', { version: 3 })), [409, 'wrong_step_state'])
  assert.equal((await onStep(desk, id, 1, 'settle-unknown', { version: 3, reason_code: 'provider_says_not_sent' })).json.steps[0].state, 'failed')
  assert.equal((await onStep(desk, id, 1, 'retry', { version: 4, reason_code: 'cause_cleared' })).json.steps[0].state, 'ready')
  assert.equal((await onStep(desk, id, 1, 'start', { version: 5 })).json.steps[0].state, 'in_progress', 'the account it runs on stands')
})

// Guarantee: of fifty who approve, execute or confirm at once, one does it; there is one transition, one plan, one confirmation.
test('each move happens once', async () => {
  const { id, version } = await acceptedSession(world, world.a, { documents_available: ALL_PAPERS })
  const done = (answers: readonly Answer[]) => answers.filter(({ status }) => status === 200).length
  const approvals = await Promise.all(Array.from({ length: 20 }, () => approve(desk, id, version)))
  assert.equal(done(approvals), 1, approvals.map(({ text }) => text).join('\n').slice(0, 500))
  const approved = (await desk.get(`/api/route-sessions/${id}`)).json.version
  await screened(desk, id)
  const executions = await Promise.all(Array.from({ length: 20 }, () => desk.post(`/api/route-sessions/${id}/execute`, { version: approved })))
  assert.equal(done(executions), 1)
  assert.equal((await executionOf(desk, id)).steps.filter(({ position }) => position === 1).length, 1)
  const starts = await Promise.all(Array.from({ length: 20 }, () => onStep(desk, id, 1, 'start', { version: 1, rail: RAIL })))
  assert.equal(done(starts), 1)
})

// Guarantee: the whole account number leaves only while the payment is executed, by a call that says why and leaves its row; the instruction itself is masked.
test('an instruction shows a masked account and reveals the whole for a reason', async () => {
  const { id } = await executedSession(world, world.a)
  const now = await executionOf(desk, id)
  const step = now.steps.find(({ instruction }) => instruction.payee === now.steps.at(-1)!.instruction.payee)!
  assert.match(step.instruction.account_masked!, /^•/)
  const shown = await onStep(desk, id, step.position, 'instruction/reveal', { reason: 'pay_by_hand' })
  assert.equal(shown.status, 200, shown.text)
  assert.ok(shown.json.account_number.endsWith(step.instruction.account_masked!.slice(-4)) && !JSON.stringify(now).includes(shown.json.account_number))
  assert.equal((await world.auditRows(world.a)).at(-1)!.action, 'payment_instruction.revealed')
  const accepted = await acceptedSession(world, world.a)
  assert.equal((await onStep(desk, accepted.id, 1, 'instruction/reveal', { reason: 'pay_by_hand' })).status, 404)
})
