/** Random commands of several people against a model of the two machines, one after the other and at once, on a real database. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { mayMove, SESSION_EDGES, STEP_EDGES, type StepState } from '#contracts/state-machines.ts'
import type { SessionState } from '#database/index.ts'
import { colleague } from '#api/testing/calls.ts'
import { acceptedSession, ALL_PAPERS, cleanFile, executionOf, matchingProof, onStep, RAIL } from '#api/testing/executions.ts'
import { openWorld, type Answer, type Client, type World } from '#api/testing/world.ts'

const RUNS = 6
const COMMANDS = 28
let world: World
let people: Client[]
before(async () => {
  world = await openWorld({ checkAnswers: false })
  people = [await world.as(world.a, 'desk_operator'), await colleague(world, world.a), await world.as(world.a, 'platform_admin')]
})
after(() => world.close())

const VERBS = ['approve', 'execute', 'pause', 'resume', 'reject', 'start', 'right_proof', 'wrong_proof', 'confirm', 'confirm_difference', 'reject_proof', 'fail', 'retry', 'unknown', 'found', 'not_sent'] as const
type Verb = (typeof VERBS)[number]
type Command = { readonly verb: Verb; readonly who: number; readonly position: number; readonly stale: boolean }
const command = fc.record<Command>({ verb: fc.constantFrom(...VERBS), who: fc.nat({ max: 2 }), position: fc.integer({ min: 1, max: 3 }), stale: fc.boolean().map((stale) => stale) })
/** What three people at once are mostly made to send. */
const LIKELY: readonly Verb[] = ['approve', 'execute', 'start', 'right_proof', 'confirm', 'pause', 'resume']

type ModelStep = { state: StepState; kinds: readonly string[]; proofs: { kind: string; by: number; differs: boolean }[] }
type Model = { state: SessionState; approvals: Set<number>; required: number; steps: ModelStep[] }

/** What the command does to the model; false where it must be refused. */
function apply(model: Model, { verb, who, position, stale }: Command): boolean {
  const step = model.steps[position - 1]
  const to = (state: SessionState): boolean => { model.state = state; return true }
  const inOrder = model.steps.slice(0, position - 1).every(({ state }) => state === 'confirmed')
  switch (verb) {
    case 'approve':
      if (stale || (model.state !== 'accepted' && model.state !== 'approved') || model.approvals.has(who) || (who === 2 && model.approvals.size === 0)) return false
      model.approvals.add(who)
      return model.state === 'accepted' && model.approvals.size >= model.required ? to('approved') : true
    case 'execute': return !stale && model.state === 'approved' && to('executing')
    case 'pause': return !stale && model.state === 'executing' && to('paused')
    case 'resume': return !stale && model.state === 'paused' && to('executing')
    case 'reject': return !stale && ['accepted', 'approved'].includes(model.state) && to('cancelled')
    default:
  }
  const anyPause = verb === 'fail' || verb === 'unknown'
  if (step === undefined || stale || !(model.state === 'executing' || (anyPause && model.state === 'paused'))) return false
  const move = (state: StepState): boolean => { step.state = state; return true }
  const open = step.proofs
  switch (verb) {
    case 'start': return step.state === 'ready' && inOrder && move('in_progress')
    case 'right_proof': case 'wrong_proof': {
      const kind = step.kinds.find((one) => !open.some((proof) => proof.kind === one))
      if (!['in_progress', 'awaiting_proof'].includes(step.state) || kind === undefined) return false
      open.push({ kind, by: who, differs: verb === 'wrong_proof' })
      return move('awaiting_proof')
    }
    case 'confirm': case 'confirm_difference': {
      if (step.kinds.length === 0 ? step.state !== 'in_progress' : step.state !== 'awaiting_proof' || open.length < step.kinds.length) return false
      const differing = open.filter(({ differs }) => differs)
      if (differing.length > 0 && (verb === 'confirm' || differing.some(({ by }) => by === who))) return false
      move('confirmed')
      const next = model.steps[position]
      if (next?.state === 'pending') next.state = 'ready'
      return true
    }
    case 'reject_proof': {
      if (step.state !== 'awaiting_proof') return false
      open.shift()
      return open.length === 0 ? move('in_progress') : true
    }
    case 'fail': if (!['in_progress', 'awaiting_proof', 'unknown'].includes(step.state)) return false; step.proofs = []; return move('failed')
    case 'retry': return step.state === 'failed' && move('ready')
    case 'unknown': return step.state === 'in_progress' && move('unknown')
    case 'found': return step.state === 'unknown' && move('in_progress')
    case 'not_sent': return step.state === 'unknown' && move('failed')
    default: return false
  }
}

/** The same command to the API, with the versions of now, or with ones of before. */
async function send(id: string, { verb, who, position, stale }: Command): Promise<Answer> {
  const client = people[who]!
  const now = await executionOf(people[0]!, id)
  const step = now.steps.find((one) => one.position === position)
  const version = stale ? 0 : now.version
  const at = `/api/route-sessions/${id}`
  const stepVersion = stale ? 0 : (step?.version ?? 1)
  const on = (path: string, body: object): Promise<Answer> => onStep(client, id, position, path, { version: stepVersion, ...body })
  switch (verb) {
    case 'approve': return client.post(`${at}/approve`, { version, content_version: 1, reason_code: 'best_score_ready' })
    case 'execute': return client.post(`${at}/execute`, { version })
    case 'pause': return client.post(`${at}/pause`, { version, reason_code: 'holiday' })
    case 'resume': return client.post(`${at}/resume`, { version, reason_code: 'cause_cleared' })
    case 'reject': return client.post(`${at}/reject`, { version, reason_code: 'price_not_held' })
    case 'start': return on('start', step === undefined || step.rail === null ? { rail: RAIL } : {})
    case 'right_proof': case 'wrong_proof': {
      const kind = step?.proof_kinds.find((one) => !step.proofs.some((proof) => proof.kind === one && proof.state !== 'rejected')) ?? step?.proof_kinds[0] ?? 'bank_receipt'
      const right = step === undefined ? {} : matchingProof(step, kind, now.market_clock)
      return on('proofs', { kind, artifact_id: await cleanFile(world, world.a, id), ...right, ...(verb === 'wrong_proof' ? { happened_at: '2020-01-01T00:00:00Z' } : {}) })
    }
    case 'confirm': return on('confirm', step?.proof_kinds.length === 0 ? { reference: 'seen' } : {})
    case 'confirm_difference': return on('confirm', { accept_differences: 'confirmed_by_provider', ...(step?.proof_kinds.length === 0 ? { reference: 'seen' } : {}) })
    case 'reject_proof': return on('reject-proof', { proof_id: step?.proofs.find(({ state }) => state === 'submitted')?.id ?? '99999999-0000-4000-8000-00000000000a', reason_code: 'not_readable' })
    case 'fail': return on('fail', { reason_code: 'cut_off_missed' })
    case 'retry': return on('retry', { reason_code: 'cause_cleared' })
    case 'unknown': return on('mark-unknown', {})
    case 'found': return on('settle-unknown', { reason_code: 'seen_in_statement' })
    case 'not_sent': return on('settle-unknown', { reason_code: 'provider_says_not_sent' })
  }
}

/** What must hold whatever was sent: every move along an edge, once; nothing done without its proofs; nothing out of order. */
async function mustHold(id: string): Promise<void> {
  const { rows: moves } = await world.database.superuser.query<{ from_state: SessionState; to_state: SessionState }>('select from_state, to_state from route_session_transitions where session_id = $1 and from_state is not null order by seq', [id])
  for (const { from_state, to_state } of moves) assert.ok(mayMove(SESSION_EDGES, from_state, to_state), `${from_state} → ${to_state}`)
  const { rows: stepMoves } = await world.database.superuser.query<{ from_state: StepState; to_state: StepState }>(
    'select m.from_state, m.to_state from execution_step_transitions m join execution_steps t on t.id = m.step_id where t.session_id = $1 and m.from_state is not null order by m.step_id, m.seq', [id])
  for (const { from_state, to_state } of stepMoves) assert.ok(mayMove(STEP_EDGES, from_state, to_state), `${from_state} → ${to_state}`)
  const now = await executionOf(people[0]!, id)
  now.steps.forEach((step, i) => {
    if (step.state === 'confirmed') for (const kind of step.proof_kinds) assert.ok(step.proofs.some((proof) => proof.kind === kind && proof.state === 'accepted'), `${step.kind} without ${kind}`)
    if (step.state !== 'pending' && step.state !== 'skipped') assert.ok(now.steps.slice(0, i).every(({ state }) => state === 'confirmed'), `step ${i + 1} before its time`)
  })
}

const accepted = () => acceptedSession(world, world.a, { amount: { side: 'supplier_receives', value: '1450000', currency: 'CNY' }, documents_available: ALL_PAPERS })
/** What a desk would do next; two of three commands are this, so that runs come far, and the third is whatever. */
function next(model: Model, random: Command): Command {
  const position = Math.max(1, model.steps.findIndex(({ state }) => state !== 'confirmed') + 1)
  const step = model.steps[position - 1]
  const as = (verb: Verb, who = random.who): Command => ({ verb, who, position, stale: false })
  if (model.state === 'accepted') return as('approve', model.approvals.has(0) ? 1 : 0)
  if (model.state === 'approved') return as('execute')
  if (model.state === 'paused') return as('resume')
  switch (step?.state) {
    case 'ready': return as('start')
    case 'in_progress': return as(step.kinds.length === 0 ? 'confirm' : random.position === 3 ? 'wrong_proof' : 'right_proof')
    case 'awaiting_proof': return step.proofs.length < step.kinds.length ? as('right_proof') : step.proofs.some(({ differs }) => differs) ? as(random.stale ? 'reject_proof' : 'confirm_difference') : as('confirm')
    case 'unknown': return as(random.stale ? 'found' : 'not_sent')
    case 'failed': return as('retry')
    default: return as('pause')
  }
}

// Guarantee: whatever the desk sends in whatever order, each command does what the machines say or is refused with a code, leaves one audit row, and product and model agree after each.
test('commands do what the model says', async (t) => {
  const done = new Map<Verb, number>()
  await fc.assert(fc.asyncProperty(fc.array(command, { minLength: COMMANDS, maxLength: COMMANDS }), async (random) => {
    const { id } = await accepted()
    const model: Model = { state: 'accepted', approvals: new Set(), required: 2, steps: [] }
    for (const [i, any] of random.entries()) {
      const one = i % 3 === 2 && !(i < 6 && any.verb === 'reject') ? any : next(model, any)
      const before = (await world.auditRows(world.a)).length
      const right = apply(model, one)
      const answer = await send(id, one)
      assert.equal(answer.status === 200, right, `${JSON.stringify(one)} in ${model.state} [${model.steps.map(({ state }) => state)}]: ${answer.status} ${answer.json.code ?? ''}`)
      assert.ok(answer.status === 200 || (answer.status >= 400 && answer.status < 500), answer.text)
      assert.equal((await world.auditRows(world.a)).length, before + 1, `${one.verb} leaves one row`)
      const now = await executionOf(people[0]!, id)
      if (right && one.verb === 'execute') model.steps = now.steps.map(({ state, proof_kinds }) => ({ state, kinds: proof_kinds, proofs: [] }))
      assert.deepEqual([now.state, now.steps.map(({ state }) => state)], [model.state, model.steps.map(({ state }) => state)], JSON.stringify(one))
      if (right) done.set(one.verb, (done.get(one.verb) ?? 0) + 1)
    }
    await mustHold(id)
  }), { numRuns: RUNS })
  t.diagnostic(JSON.stringify(Object.fromEntries(done)))
  for (const verb of ['approve', 'execute', 'start', 'right_proof', 'confirm'] as const) assert.ok((done.get(verb) ?? 0) > 0, `${verb} was never done`)
})

// Guarantee: the same sent by three people at once ends in no state that the machines do not know, does nothing twice and answers no server error.
test('commands at once keep the machines', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(command, command, command, command), { minLength: 9, maxLength: 9 }), async (rounds) => {
    const { id } = await accepted()
    for (const [i, four] of rounds.entries()) {
      const before = (await world.auditRows(world.a)).length
      const likely = LIKELY[i % LIKELY.length]!
      const answers = await Promise.all(four.map((one, n) => send(id, n < 2 ? { ...one, verb: likely, stale: false, position: 1 } : one)))
      for (const answer of answers) assert.ok(answer.status < 500, answer.text)
      assert.equal((await world.auditRows(world.a)).length, before + four.length)
      await mustHold(id)
    }
  }), { numRuns: RUNS })
})
