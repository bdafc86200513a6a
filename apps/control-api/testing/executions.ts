/** Sessions on their way, for tests: accepted, approved, executed, their steps begun and proved, each through the API by whoever may. */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import type { Execution, ExecutionStep } from '#contracts/api/execution.ts'
import type { RouteRequestBody } from '#contracts/api/route-sessions.ts'
import { newId } from '#database/index.ts'
import { fieldsOfProof } from '#contracts/proof-fields.ts'
import { routeBody, type Answer, type Client, type Company, type World } from './world.ts'

/** A session of the company's merchant, accepted by the merchant itself. */
export async function acceptedSession(world: World, of: Company, change: Partial<RouteRequestBody> = {}): Promise<{ id: string; version: number }> {
  const merchant = await world.as(of, 'merchant_client')
  const made = await merchant.post('/api/route-sessions', routeBody(of, { invoice: { number: `PI-${randomUUID().slice(0, 8)}`, currency: 'CNY', account_count: 1 }, ...change }))
  assert.equal(made.status, 201, made.text)
  const accepted = await merchant.post(`/api/route-sessions/${made.json.id}/accept`, { version: made.json.version })
  assert.equal(accepted.status, 200, accepted.text)
  return { id: made.json.id, version: accepted.json.version }
}

/** The papers of the route that is recommended for routeBody, so that nothing is missing before payment. */
export const ALL_PAPERS = [
  'CAC_CERT', 'TIN', 'BVN_DIRECTORS', 'FORM_M_VALID_FX', 'PROFORMA_INVOICE', 'INSURANCE_110', 'SONCAP_OR_PERMIT', 'COMMERCIAL_INVOICE_OR_PO', 'RMB_PURPOSE_CODE', 'SUPPLIER_MAINLAND_CORPORATE_ACCOUNT',
  'SUPPLIER_BUSINESS_LICENSE',
]

export const approve = (client: Client, id: string, version: number, content_version = 1): Promise<Answer> =>
  client.post(`/api/route-sessions/${id}/approve`, { version, content_version, reason_code: 'best_score_ready' })

/** Records that nobody of the session stands on a list: every party that its route asks for. */
export async function screened(client: Client, id: string): Promise<void> {
  const { json } = await client.get(`/api/route-sessions/${id}/screenings`)
  for (const subject of json.standing.required) {
    const made = await client.post(`/api/route-sessions/${id}/screenings`, { subject, result: 'no_hit', list_name: 'UN Consolidated List', list_date: '2026-09-29' })
    assert.equal(made.status, 201, made.text)
  }
}

/** An accepted session with as many approvals as it asks for, executed in the mode. */
export async function executedSession(world: World, of: Company, mode?: string, change: Partial<RouteRequestBody> = {}): Promise<{ id: string; version: number }> {
  const desk = await world.as(of, 'desk_operator')
  const { id, version } = await acceptedSession(world, of, { documents_available: ALL_PAPERS, ...change })
  const approved = await approve(desk, id, version)
  assert.equal(approved.json.state, 'approved', approved.text)
  await screened(desk, id)
  const executed = await desk.post(`/api/route-sessions/${id}/execute`, { version: approved.json.version, ...(mode === undefined ? {} : { mode }) })
  assert.equal(executed.status, 200, executed.text)
  return { id, version: executed.json.version }
}

/** A file of the session that a scanner has passed, put straight into the database: what files are is tested where they are uploaded. */
export async function cleanFile(world: World, of: Company, session_id: string, { state = 'clean', content = randomBytes(32) }: { readonly state?: string; readonly content?: Buffer } = {}): Promise<string> {
  const id = newId()
  await world.database.superuser.query(`insert into artifacts (tenant_id, id, class, kind, file_name, media_type, size_bytes, sha256, storage_key, state, scanned_at, scanner, session_id, uploaded_by, uploaded_by_role)
    values ($1, $2, 'desk', 'bank_receipt', 'bank-copy.pdf', 'application/pdf', 1000, sha256($3), $4, $5, case when $5 <> 'quarantined' then now() end, 'test', $6, $7, 'desk_operator')`,
  [of.id, id, content, `test/${id}`, state, session_id, of.users.desk_operator])
  return id
}

export const executionOf = async (client: Client, id: string): Promise<Execution> => {
  const answer = await client.get(`/api/route-sessions/${id}/execution`)
  assert.equal(answer.status, 200, answer.text)
  return answer.json
}
export const onStep = (client: Client, id: string, position: number, verb: string, body: object): Promise<Answer> => client.post(`/api/route-sessions/${id}/steps/${position}/${verb}`, body)
export const RAIL = { owner: 'merchant', account_label: 'Naira account, Marina branch' } as const

/** What a proof of this kind says when it is of this step. */
export function matchingProof(step: ExecutionStep, kind: string, market_clock: string): Record<string, unknown> {
  const receipt = ['bank_credit_advice', 'supplier_receipt', 'wallet_receipt', 'redemption_confirmation', 'signed_acknowledgement'].includes(kind)
  const { instruction } = step
  const all: Record<string, unknown> = {
    amount: { money: receipt ? step.money_out : step.money_in }, happened_at: { happened_at: market_clock }, payee: { payee: instruction.payee }, account_last4: { account_last4: instruction.account_masked?.slice(-4) ?? '0000' },
    reference: { reference: step.reference }, charges: { charges: instruction.charges ?? 'OUR' }, transaction_hash: { transaction_hash: randomBytes(32).toString('hex') },
  }
  return Object.assign({}, ...fieldsOfProof(kind).map((field) => all[field]))
}

/** Begins the step, proves it with a file of each kind and confirms it. */
export async function carryOut(world: World, of: Company, client: Client, id: string, position: number): Promise<Execution> {
  const stepOf = (execution: Execution): ExecutionStep => execution.steps.find((one) => one.position === position)!
  let now = await executionOf(client, id)
  const started = await onStep(client, id, position, 'start', { version: stepOf(now).version, ...(stepOf(now).rail === null ? { rail: RAIL } : {}) })
  assert.equal(started.status, 200, started.text)
  now = started.json
  for (const kind of stepOf(now).proof_kinds) {
    const proved = await onStep(client, id, position, 'proofs', { version: stepOf(now).version, kind, artifact_id: await cleanFile(world, of, id), ...matchingProof(stepOf(now), kind, now.market_clock) })
    assert.equal(proved.status, 200, proved.text)
    now = proved.json
    assert.deepEqual(stepOf(now).proofs.at(-1)!.differences, [], kind)
  }
  const confirmed = await onStep(client, id, position, 'confirm', { version: stepOf(now).version, ...(stepOf(now).proof_kinds.length === 0 ? { reference: 'seen in the statement' } : {}) })
  assert.equal(confirmed.status, 200, confirmed.text)
  return confirmed.json
}
