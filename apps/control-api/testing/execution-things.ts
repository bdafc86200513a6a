/** Sessions in each state of their execution, brought there by people who are no caller of the access matrix: nobody there decides about the own request. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Thing } from './calls.ts'
import { ALL_PAPERS, carryOut, cleanFile, executionOf, matchingProof, onStep, RAIL, screened } from './executions.ts'
import { routeBody, type Client, type Company, type World } from './world.ts'

type Make = (world: World, of: Company, owner: 'own' | 'other') => Promise<Thing>
const colleague = async (world: World, of: Company): Promise<Client> => (await world.member(of, 'desk_operator', 'F. Musa')).signIn()
const ok = <T extends { readonly status: number; readonly text: string }>(answer: T): T => { assert.ok(answer.status < 300, answer.text); return answer }

/** Accepted, and approved once by somebody; two approvals are asked for, so that every person of the desk may give the last. */
export const acceptedThing: Make = async (world, of, owner) => accepted(world, of, owner, '1450000')

async function accepted(world: World, of: Company, owner: 'own' | 'other', amount: string): Promise<Thing> {
  const client = await colleague(world, of)
  const made = ok(await client.post('/api/route-sessions', routeBody(of, {
    on_behalf: { merchant_id: of.merchants[owner], reason: 'asked for by telephone' }, ...(owner === 'own' ? {} : { supplier_id: of.suppliers.other }), documents_available: ALL_PAPERS,
    amount: { side: 'supplier_receives', value: amount, currency: 'CNY' }, invoice: { number: `PI-${randomUUID().slice(0, 8)}`, currency: 'CNY', account_count: 1 },
  })))
  const agreed = ok(await client.post(`/api/route-sessions/${made.json.id}/accept`, { version: 1, reason: 'agreed by telephone' }))
  const first = ok(await (await colleague(world, of)).post(`/api/route-sessions/${made.json.id}/approve`, { version: agreed.json.version, content_version: 1, reason_code: 'best_score_ready' }))
  return { id: made.json.id, candidate_id: made.json.recommended.id, version: first.json.version }
}

export const approvedThing: Make = async (world, of, owner) => {
  const thing = await accepted(world, of, owner, '185000')
  await screened(await colleague(world, of), thing.id)
  return thing
}

const executed = (mode?: string): Make => async (world, of, owner) => {
  const thing = await approvedThing(world, of, owner)
  const done = ok(await (await colleague(world, of)).post(`/api/route-sessions/${thing.id}/execute`, { version: thing.version, ...(mode === undefined ? {} : { mode }) }))
  return { ...thing, version: done.json.version }
}
export const executedThing: Make = executed()
/** Executed in simulation, with nothing of its run played. */
export const toSimulateThing: Make = executed('simulation')
export const pausedThing: Make = async (world, of, owner) => {
  const thing = await executedThing(world, of, owner)
  const done = ok(await (await colleague(world, of)).post(`/api/route-sessions/${thing.id}/pause`, { version: thing.version, reason_code: 'holiday' }))
  return { ...thing, version: done.json.version }
}

/** With its first step begun: `candidate_id` is a file that may prove it, `also` the kind of proof that it asks for, `version` the step's. */
export const startedThing: Make = async (world, of, owner) => {
  const thing = await executedThing(world, of, owner)
  const { json } = ok(await onStep(await colleague(world, of), thing.id, 1, 'start', { version: 1, rail: RAIL }))
  return { id: thing.id, candidate_id: await cleanFile(world, of, thing.id), version: json.steps[0].version, also: json.steps[0].proof_kinds[0] }
}
/** With its first step begun on an account that is on file. */
export const railedThing: Make = async (world, of, owner) => {
  const thing = await executedThing(world, of, owner)
  const client = await colleague(world, of)
  const account = ok(await (await world.as(of, 'platform_admin')).post('/api/provider-accounts', {
    provider_id: (await executionOf(client, thing.id)).steps[0]!.provider_id, label: `Naira account ${randomUUID().slice(0, 8)}`, currency: 'NGN', country: 'NG', rail_owner: 'merchant', merchant_id: of.merchants[owner],
    account_reference: '0123456789', account_holder: 'Alaba Sample Phones Ltd',
  }))
  ok(await onStep(client, thing.id, 1, 'start', { version: 1, rail: { owner: 'merchant', account_label: account.json.label, provider_account_id: account.json.id } }))
  return thing
}
/** With a proof of its first step that differs in one field; `candidate_id` is the proof. */
export const provedThing: Make = async (world, of, owner) => {
  const thing = await startedThing(world, of, owner)
  const client = await colleague(world, of)
  const now = await executionOf(client, thing.id)
  const right = matchingProof(now.steps[0]!, thing.also!, now.market_clock)
  const { json } = ok(await onStep(client, thing.id, 1, 'proofs', { version: thing.version, kind: thing.also!, artifact_id: thing.candidate_id, ...right, reference: 'FC-OTHER' }))
  return { id: thing.id, candidate_id: json.steps[0].proofs[0].id, version: json.steps[0].version }
}
const after = (make: Make, verb: string, body: object): Make => async (world, of, owner) => {
  const thing = await make(world, of, owner)
  const { json } = ok(await onStep(await colleague(world, of), thing.id, 1, verb, { version: thing.version, ...body }))
  return { ...thing, version: json.steps[0].version }
}
export const failedThing: Make = after(startedThing, 'fail', { reason_code: 'cut_off_missed' })
export const unknownThing: Make = after(startedThing, 'mark-unknown', {})

/** With every step done, so that it can be closed. */
const carriedOut = (make: Make): Make => async (world, of, owner) => {
  const thing = await make(world, of, owner)
  const client = await colleague(world, of)
  for (const { position } of (await executionOf(client, thing.id)).steps) await carryOut(world, of, client, thing.id, position)
  return thing
}
export const carriedOutThing: Make = carriedOut(executedThing)
/** The same of a simulation. */
export const simulatedThing: Make = carriedOut(toSimulateThing)
