/**
 * Examples of the OpenAPI document, recorded from real answers: `node apps/control-api/examples.test.ts --record` writes examples/*.json and
 * openapi.json. Without --record the same calls are made again, and the test fails where the server no longer answers so.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashPassword } from '#platform/auth/index.ts'
import { readExamples, type Example } from './http/openapi.ts'
import { carriedOutThing } from './testing/execution-things.ts'
import { bring } from './testing/bring.ts'
import { secondCompany } from './testing/calls.ts'
import { DATA_FOLDER, readTexts } from '#tools/read-dataset.ts'
import { ALL_PAPERS, cleanFile, matchingProof, onStep, RAIL, screened } from './testing/executions.ts'
import { Form, pdfOf } from './testing/forms.ts'
import { openWorld, routeBody, type Answer, type Client, type World } from './testing/world.ts'

const DIR = join(import.meta.dirname, 'examples')
const OPENAPI = join(import.meta.dirname, 'openapi.json')
const recording = process.argv.includes('--record')
const PASSWORD = 'a password of many words'

let world: World
before(async () => {
  world = await openWorld({ now: () => new Date('2026-09-29T08:00:00Z') })
  await world.database.superuser.query('update users set password_hash = $1', [await hashPassword(PASSWORD)])
})
after(() => world.close())

/** What differs between two runs of the same calls: ids and references made new, wall-clock times, tokens, hashes. Equal things stay equal. */
function settle(value: unknown, seen: Map<string, string>): unknown {
  const text = JSON.stringify(value)
    .replaceAll(/"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"/g, (id) => known(seen, id, (n) => `"01990000-0000-7000-8000-${String(n).padStart(12, '0')}"`))
    .replaceAll(/"RS-[0-9A-Z]{4}-[0-9A-Z]{4}"/g, (reference) => known(seen, reference, (n) => `"RS-0000-${String(n).padStart(4, '0')}"`))
    .replaceAll(/"(csrf_token)":"[^"]+"/g, '"$1":"0uF3cVd6w0QbJ1c8m2y7Zk5xT9aLrN4eHsPqGvXoBtA"')
    .replaceAll(/"fck_[a-z0-9]{8}(_[A-Za-z0-9_-]{43})?"/g, (_key, secret) => (secret === undefined ? '"fck_7k3m9qxa"' : '"fck_7k3m9qxa_shown-once-and-kept-nowhere-so-write-it-down0"'))
    .replaceAll(/"next_cursor":"([0-9])\.[^"]+"/g, '"next_cursor":"$1.WyIyMDI2LTA5LTMwIDA4OjAwOjAwKzAwIiwiMDE5OTAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAzIl0"')
    // A short one is an event's number, which is the same in every run.
    .replaceAll(/"next_cursor":"Wy[^"]{21,}"/g, '"next_cursor":"WyIyMDI2LTA5LTI5IDA4OjAwOjAwKzAwIiwiMDE5OTAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAzIl0"')
    .replaceAll(/"(hash|head_hash|key_id)":"[0-9a-f]{64}"/g, '"$1":"5f2c0b7d9a4e61d8c3b5f7092e4a6c81d3f50b7a9c2e4d6f8091a3b5c7d9e0f1"')
    .replaceAll(/"(public_key|signature)":"[A-Za-z0-9_-]{43,86}"/g, '"$1":"0uF3cVd6w0QbJ1c8m2y7Zk5xT9aLrN4eHsPqGvXoBtA"')
    .replaceAll(/(?<=#link=|"token":")[A-Za-z0-9_-]{43}/g, '0uF3cVd6w0QbJ1c8m2y7Zk5xT9aLrN4eHsPqGvXoBtA')
    .replaceAll(/"sha256":"[0-9a-f]{64}"/g, '"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"')
    .replaceAll(/"(FC-)[0-9A-Z]{4}-[0-9A-Z]{4}-([0-9]+)"/g, '"$10000-0001-$2"')
    .replaceAll(/(?<=[0-9a-f]{4}-[0-9a-f]{12}\.)[0-9a-f]{8}-[0-9a-f-]{27}/g, '01990000-0000-7000-8000-000000009999')
    .replaceAll(/"fcq_[A-Za-z0-9_-]{43}"/g, '"fcq_shown-once-and-kept-by-the-provider-alone-0000000"')
    .replaceAll(/"secret":"[A-Z2-7]+"/g, '"secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"')
    .replaceAll(/secret=[A-Z2-7]+/g, 'secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
    .replaceAll(/"request_id":"[^"]+"/g, '"request_id":"6a1f0c52-3a7e-4a0b-9c5d-2f8e7b6d4c1a"')
    .replaceAll(/"(decided_at|proposed_at|created_at|changed_at|submitted_at|signed_at|expires_at|proved_until|started_at|last_seen_at|made_at|ended_at|erased_at|last_used_at|revoked_at|retired_at|imported_at|proved_at|used_at|requested_at|due_at|answered_at|at)":"20[0-9]{2}-[0-9T:-]+Z"/g, '"$1":"2026-09-29T08:00:00Z"')
    .replaceAll(/"(decided_at|proposed_at|created_at|changed_at|signed_at|expires_at|proved_until|started_at|last_seen_at|made_at|ended_at|erased_at|last_used_at|revoked_at|retired_at|imported_at|closed_at|undone_at|last_evidence_at|proved_at|used_at|requested_at|due_at|answered_at|at)":"20[0-9]{2}-[0-9T:-]+Z"/g, '"$1":"2026-09-29T08:00:00Z"')
    .replaceAll(/"(decided_at|proposed_at|created_at|changed_at|signed_at|expires_at|proved_until|started_at|last_seen_at|made_at|ended_at|erased_at|last_used_at|revoked_at|retired_at|imported_at|proved_at|used_at|requested_at|due_at|answered_at|claimed_at|asked_at|closed_at|paused_at|at)":"20[0-9]{2}-[0-9T:-]+Z"/g, '"$1":"2026-09-29T08:00:00Z"')
    .replaceAll(/"(decided_at|proposed_at|created_at|changed_at|signed_at|expires_at|proved_until|started_at|last_seen_at|made_at|ended_at|erased_at|last_used_at|revoked_at|retired_at|imported_at|proved_at|used_at|requested_at|due_at|answered_at|uploaded_at|scanned_at|removed_at|keep_until|at)":"20[0-9]{2}-[0-9T:.-]+Z"/g, '"$1":"2026-09-29T08:00:00Z"')
    .replaceAll(/"(decided_at|proposed_at|created_at|changed_at|signed_at|expires_at|proved_until|started_at|last_seen_at|made_at|ended_at|erased_at|last_used_at|revoked_at|retired_at|imported_at|proved_at|used_at|requested_at|due_at|answered_at|recorded_at|opened_at|resolved_at|at)":"20[0-9]{2}-[0-9T:-]+Z"/g, '"$1":"2026-09-29T08:00:00Z"')
    .replaceAll(/"(decided_at|proposed_at|created_at|changed_at|signed_at|expires_at|proved_until|started_at|last_seen_at|made_at|ended_at|erased_at|last_used_at|revoked_at|retired_at|imported_at|proved_at|used_at|requested_at|due_at|answered_at|captured_at|repriced_at|reported_at|at)":"20[0-9]{2}-[0-9T:-]+Z"/g, '"$1":"2026-09-29T08:00:00Z"')
    .replaceAll(/"(decided_at|proposed_at|created_at|changed_at|submitted_at|signed_at|expires_at|proved_until|started_at|last_seen_at|made_at|ended_at|erased_at|last_used_at|revoked_at|retired_at|imported_at|proved_at|used_at|requested_at|due_at|answered_at|at|uploaded_at|scanned_at|removed_at|keep_until)":"20[0-9]{2}-[0-9T:-]+Z"/g, '"$1":"2026-09-29T08:00:00Z"')
    .replaceAll(/"(decided_at|proposed_at|created_at|changed_at|submitted_at|signed_at|expires_at|proved_until|started_at|last_seen_at|made_at|ended_at|erased_at|last_used_at|revoked_at|retired_at|imported_at|proved_at|used_at|requested_at|due_at|answered_at|uploaded_at|scanned_at|removed_at|keep_until|at)":"20[0-9]{2}-[0-9T:.-]+Z"/g, '"$1":"2026-09-29T08:00:00Z"')
  return JSON.parse(text)
}
function known(seen: Map<string, string>, found: string, make: (n: number) => string): string {
  if (!seen.has(found)) seen.set(found, make(seen.size + 1))
  return seen.get(found)!
}

/** Of a file that is sent whole, an example shows its beginning. */
const TEXT_MAX = 120

type Say = (operationId: string, name: string, summary: string, client: Client, method: string, path: string, body?: unknown) => Promise<Answer>

/** One route from its acceptance to a confirmed step. */
async function sayExecution(say: Say): Promise<void> {
  // Sessions of their own: the calls before signed everybody out.
  const [merchant, desk] = [await world.as(world.a, 'merchant_client'), await world.as(world.a, 'desk_operator')]
  const second = await (await world.member(world.a, 'desk_operator', 'F. Musa')).signIn()
  const made = await merchant.post('/api/route-sessions', routeBody(world.a, { documents_available: [...ALL_PAPERS], invoice: { number: 'PI-2026-0941', currency: 'CNY', account_count: 1 } }))
  const at = `/api/route-sessions/${made.json.id}`
  const accepted = await merchant.post(`${at}/accept`, { version: 1 })
  const other = await merchant.post('/api/route-sessions', routeBody(world.a, { documents_available: [...ALL_PAPERS], invoice: { number: 'PI-2026-0942', currency: 'CNY', account_count: 1 } }))
  await merchant.post(`/api/route-sessions/${other.json.id}/accept`, { version: 1 })
  const alternative = (await desk.get(`/api/route-sessions/${other.json.id}`)).json.alternatives[1]
  await say('offerRoute', 'other', 'The desk offers another route, and the merchant is asked again', desk, 'POST', `/api/route-sessions/${other.json.id}/offer`, { version: 2, candidate_id: alternative.id, reason_code: 'merchant_prefers' })
  await say('rejectRouteSession', 'price', 'The desk does not go on with it', desk, 'POST', `/api/route-sessions/${other.json.id}/reject`, { version: 3, reason_code: 'price_not_held' })
  const approval = { version: accepted.json.version, content_version: 1, reason_code: 'best_score_ready' }
  const approved = await say('approveRouteSession', 'approved', 'The one approval that the rules ask for', desk, 'POST', `${at}/approve`, approval)
  await screened(desk, made.json.id)
  await say('executeRouteSession', 'manual', 'It begins, in the mode that the server decides', desk, 'POST', `${at}/execute`, { version: approved.json.version, mode: 'hybrid' })
  await say('getExecution', 'begun', 'Gates, steps and instructions', desk, 'GET', `${at}/execution`)
  await say('revealInstruction', 'whole', 'The whole account, for a reason that the audit keeps', desk, 'POST', `${at}/steps/1/instruction/reveal`, { reason: 'pay_by_hand' })
  await say('startStep', 'rail-missing', 'Whose account it runs on is said first', desk, 'POST', `${at}/steps/1/start`, { version: 1 })
  const started = await say('startStep', 'begun', 'The bank is instructed', desk, 'POST', `${at}/steps/1/start`, { version: 1, rail: RAIL })
  await say('draftPaymentFile', 'account-missing', 'No file is made without an account on file that it is paid from', desk, 'POST', `${at}/steps/1/draft`, { reason: 'print_for_bank' })
  await say('markStepUnknown', 'unknown', 'Nobody knows whether the order went out', desk, 'POST', `${at}/steps/1/mark-unknown`, { version: 2 })
  await say('settleUnknownStep', 'not-sent', 'The bank says that it did not', desk, 'POST', `${at}/steps/1/settle-unknown`, { version: 3, reason_code: 'provider_says_not_sent' })
  await say('retryStep', 'again', 'A person decides to try again', desk, 'POST', `${at}/steps/1/retry`, { version: 4, reason_code: 'cause_cleared' })
  await say('startStep', 'again', 'And does', desk, 'POST', `${at}/steps/1/start`, { version: 5 })
  const step = started.json.steps[0]
  const proof = { kind: step.proof_kinds[0], ...matchingProof(step, step.proof_kinds[0], started.json.market_clock) }
  const wrong = await say('submitProof', 'differs', 'A proof whose reference is that of something else', desk, 'POST', `${at}/steps/1/proofs`, { ...proof, version: 6, artifact_id: await cleanFile(world, world.a, made.json.id), reference: 'FC-OTHER' })
  await say('confirmStep', 'differs', 'It confirms nothing by itself', desk, 'POST', `${at}/steps/1/confirm`, { version: 7 })
  await say('rejectProof', 'wrong-paper', 'Another one is asked for', desk, 'POST', `${at}/steps/1/reject-proof`, { version: 7, proof_id: wrong.json.steps[0].proofs[0].id, reason_code: 'wrong_paper' })
  await say('submitProof', 'matches', 'A proof that matches in every field', desk, 'POST', `${at}/steps/1/proofs`, { ...proof, version: 8, artifact_id: await cleanFile(world, world.a, made.json.id) })
  await say('confirmStep', 'confirmed', 'The step is done, the next one is ready', second, 'POST', `${at}/steps/1/confirm`, { version: 9 })
  const paused = await say('pauseRouteSession', 'holiday', 'Nothing goes on', desk, 'POST', `${at}/pause`, { version: approved.json.version + 1, reason_code: 'holiday' })
  await say('resumeRouteSession', 'cleared', 'It goes on', desk, 'POST', `${at}/resume`, { version: paused.json.version, reason_code: 'cause_cleared' })
  const failing = await onStep(desk, made.json.id, 2, 'start', { version: 2, rail: RAIL })
  assert.equal(failing.status, 200, failing.text)
  await say('failStep', 'cut-off', 'A step did not happen', desk, 'POST', `${at}/steps/2/fail`, { version: 3, reason_code: 'cut_off_missed' })
  const played = await merchant.post('/api/route-sessions', routeBody(world.a, { documents_available: [...ALL_PAPERS], invoice: { number: 'PI-2026-0977', currency: 'CNY', account_count: 1 } }))
  const run = `/api/route-sessions/${played.json.id}`
  const agreed = await merchant.post(`${run}/accept`, { version: 1 })
  const ready = await desk.post(`${run}/approve`, { ...approval, version: agreed.json.version })
  const executed = await desk.post(`${run}/execute`, { version: ready.json.version, mode: 'simulation', seed: 'harmattan' })
  assert.equal(executed.status, 200, `${agreed.text}\n${ready.text}\n${executed.text}`)
  await say('advanceSimulation', 'next', 'The next event of a simulated run happens', desk, 'POST', `${run}/simulation/advance`, { to: 'next', played_to: 0 })
  await say('advanceSimulation', 'stale', 'Somebody played it on meanwhile', desk, 'POST', `${run}/simulation/advance`, { to: 'next', played_to: 0 })
  await desk.post(`${run}/simulation/advance`, { to: 'next' })
  await say('getSimulation', 'so-far', 'What has happened; the rest is told to nobody', desk, 'GET', `${run}/simulation`)
}

/** The calls, in an order in which each finds what it needs. */
async function record(): Promise<Example[]> {
  const examples: Example[] = []
  const seen = new Map<string, string>()
  const [merchant, desk, admin] = [await world.as(world.a, 'merchant_client'), await world.as(world.a, 'desk_operator'), await world.as(world.a, 'platform_admin')]
  async function say(operationId: string, name: string, summary: string, client: Client, method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await client.ask(method, path, body === undefined ? {} : { body })
    const shown = body instanceof Form ? body.shown : body
    // A fault of the server is no example of anything: recorded, it would stand as what the operation promises.
    assert.ok(answer.status < 500, `${operationId}.${name} is no example: ${answer.status} ${answer.text}`)
    const settled = settle({ path, ...(shown === undefined ? {} : { body: JSON.parse(JSON.stringify(shown, (_, value: unknown) => (typeof value === 'string' && value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}…` : value))) as unknown }) }, seen) as Example['request']
    const template = settle(path.split('/'), seen) as string[]
    examples.push({
      operationId, name, summary, request: { ...settled, path: template.join('/') },
      answer: { status: answer.status, ...(answer.json === null ? {} : { body: settle(answer.json, seen) }) },
    })
    return answer
  }
  const body = routeBody(world.a, { invoice: { number: 'PI-2026-0917', currency: 'CNY', account_count: 1 } })
  const onBehalf = { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' }

  await say('login', 'merchant', 'A Merchant Client signs in', world.nobody, 'POST', '/api/auth/login', { email: 'merchant_client@alpha.example', password: PASSWORD })
  await say('login', 'wrong', 'A wrong password', world.nobody, 'POST', '/api/auth/login', { email: 'merchant_client@alpha.example', password: 'not this one at all' })
  await say('getPortalSession', 'desk', 'A Desk Operator', desk, 'GET', '/api/portal/session')
  await say('getPortalConfig', 'plain', 'A server without demo data', world.nobody, 'GET', '/api/portal/config')
  await say('getOnboarding', 'routed', 'A company that has routed', desk, 'GET', '/api/onboarding')
  await say('listMerchants', 'own', 'A Merchant Client has one', merchant, 'GET', '/api/merchants')
  const merchantBody = { name: 'Onitsha Sample Shoes Ltd', type: 'limited_company', city: 'Onitsha', country: 'NG', trade: 'shoes', trade_class: 'general' }
  const added = await say('createMerchant', 'added', 'A Platform Admin adds a merchant', admin, 'POST', '/api/merchants', merchantBody)
  await say('createMerchant', 'name-taken', 'A name stands once in a company', admin, 'POST', '/api/merchants', merchantBody)
  await say('getMerchant', 'one', 'One merchant', desk, 'GET', `/api/merchants/${world.a.merchants.own}`)
  await say('changeMerchant', 'city', 'It has moved', admin, 'PATCH', `/api/merchants/${added.json.id}`, { city: 'Aba', version: 1 })
  await say('createSupplier', 'company', 'A company with its own account', merchant, 'POST', '/api/suppliers', {
    legal_name: 'Wenzhou Sample Machinery Co., Ltd', legal_name_zh: '温州示范包装机械有限公司', country: 'CN', city: 'Wenzhou', method: 'mainland_corporate_account', settlement_currency: 'CNY',
    payee_type: 'company', payee_is_contract_seller: true, accepts_other_settlement: false, bank_name: 'Sample Bank, Wenzhou', account_number: '6222021111222233', bic: 'SAMPCNBJ', cnaps: '102333000017',
  })
  await say('listSuppliers', 'own', 'Saved suppliers, accounts masked', merchant, 'GET', '/api/suppliers?limit=2')
  await say('getSupplier', 'one', 'One supplier', merchant, 'GET', `/api/suppliers/${world.a.suppliers.own}`)
  await say('revealSupplier', 'whole', 'The whole bank details, for a reason that the audit keeps', desk, 'POST', `/api/suppliers/${world.a.suppliers.own}/reveal`, { reason: 'question_of_bank' })
  const routed = await say('createRouteSession', 'merchant', 'A deposit in yuan, as its merchant sees the answer', merchant, 'POST', '/api/route-sessions', body)
  await say('createRouteSession', 'duplicate', 'The same invoice again', merchant, 'POST', '/api/route-sessions', body)
  await say('createRouteSession', 'no-route', 'A personal wallet for goods: no route, and what would help', merchant, 'POST', '/api/route-sessions',
    routeBody(world.a, { supplier_id: world.a.suppliers.wallet, amount: { side: 'supplier_receives', value: '18600', currency: 'CNY' }, invoice: { number: 'WX-77', currency: 'CNY', account_count: 1 } }))
  const second = await say('createRouteSession', 'desk', 'The desk asks for a merchant and gets the whole answer', desk, 'POST', '/api/route-sessions',
    routeBody(world.a, { on_behalf: onBehalf, invoice: { number: 'PI-2026-0918', currency: 'CNY', account_count: 1 }, preference: 'cheapest' }))
  const id = routed.json.id
  await say('createRouteSession', 'unknown-field', 'A field that the request does not have', merchant, 'POST', '/api/route-sessions', { ...body, tenant_id: world.b.id })
  await say('listRouteSessions', 'queue', 'The desk’s queue', desk, 'GET', '/api/route-sessions?view=open&limit=2')
  await say('listRouteSessions', 'history', 'A merchant’s Route History', merchant, 'GET', '/api/route-sessions?limit=2')
  await say('getRouteSession', 'merchant', 'The merchant-safe view', merchant, 'GET', `/api/route-sessions/${id}`)
  await say('getRouteRequest', 'again', 'What was asked, to send it again', merchant, 'GET', `/api/route-sessions/${id}/request`)
  await say('listCandidates', 'refused', 'Refused candidates, one page', desk, 'GET', `/api/route-sessions/${id}/candidates?status=refused&limit=1`)
  await say('getCandidate', 'recommended', 'The recommended route in full', desk, 'GET', `/api/route-sessions/${second.json.id}/candidates/${second.json.recommended.id}`)
  await say('acceptRouteSession', 'merchant', 'The merchant accepts', merchant, 'POST', `/api/route-sessions/${id}/accept`, { version: 1 })
  await say('acceptRouteSession', 'stale', 'It has changed since', merchant, 'POST', `/api/route-sessions/${id}/accept`, { version: 1 })
  await say('cancelRouteSession', 'merchant', 'The merchant cancels', merchant, 'POST', `/api/route-sessions/${id}/cancel`, { version: 2, reason: 'ordered elsewhere' })
  await say('replayRouteSession', 'identical', 'The decision replays identically', desk, 'POST', `/api/route-sessions/${id}/replay`, {})
  const quoted = await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))
  assert.equal(quoted.status, 201, quoted.text)
  await say('listRates', 'sheet', 'Every price that changes currency, with its age and who said it', desk, 'GET', '/api/rates')
  const YUAN = 'ng-bank-rmb-direct|NGN|CNH|NG|CN|cross_border_transfer|'
  await say('saveRates', 'saved', 'A price heard on the telephone, and one that is the same as before', desk, 'POST', '/api/rates', { changes: [{ leg: YUAN, said: { price: '199.9', unit: 'NGN', per: 'CNH' }, source: 'phone_call' }, { leg: 'ng-licensed-exchange|NGN|USDT|NG||onramp|', said: { spread_bps: '145' }, source: 'screen_capture' }] })
  await say('saveRates', 'wrong', 'One line is wrong, so nothing is saved', desk, 'POST', '/api/rates', { changes: [{ leg: YUAN, said: { price: '19.99', unit: 'NGN', per: 'CNH' }, source: 'phone_call' }] })
  const prices = await say('listQuotes', 'session', 'Whether a session’s price stands, and for which legs a quote can be captured', desk, 'GET', `/api/route-sessions/${quoted.json.id}/quotes`)
  const [leg] = prices.json.legs
  const firm = { session_id: quoted.json.id, kind: 'firm', leg: leg.leg, sell_amount: '90000000', price: leg.price, quoted_as: leg.quoted_as, fee: { amount: '5000', currency: leg.from, details: 'transfer fee' }, expires_at: '2026-09-29T11:00:00+01:00', source: 'email' }
  const captured = await say('captureQuote', 'firm', 'A firm quote for an amount; its total price is worked out', desk, 'POST', '/api/quotes', firm)
  await say('captureQuote', 'differs', 'The total price does not follow', desk, 'POST', '/api/quotes', { ...firm, total_price: '1' })
  await say('repriceRouteSession', 'firm', 'Priced again with the firm quote, which is used up', desk, 'POST', `/api/route-sessions/${quoted.json.id}/reprice`, { version: 1, quote_ids: [captured.json.id] })
  await say('reportProviderOutage', 'out', 'A provider is out; the open sessions that go through it', desk, 'POST', '/api/provider-outages', { provider_id: leg.provider_id, reason: 'not_answering', source: 'phone_call' })
  const outages = await say('listProviderOutages', 'all', 'Providers that are out', desk, 'GET', '/api/provider-outages')
  await say('endProviderOutage', 'again', 'It works again', desk, 'POST', `/api/provider-outages/${outages.json.items[0].id}/end`, { because: 'works_again' })
  await say('listCorridors', 'desk', 'The first of the corridors', desk, 'GET', '/api/corridors?limit=1')
  await say('getCorridor', 'merchant', 'The papers of a corridor, for a merchant', merchant, 'GET', '/api/corridors/ng-us')
  await say('listProviders', 'page', 'Providers, one page', desk, 'GET', '/api/providers?limit=2')
  await say('getProvider', 'bank', 'A bank, each number with its source', desk, 'GET', '/api/providers/ng-bank-rmb-direct')
  const accountBody = {
    provider_id: 'ng-bank-rmb-direct', label: 'Yuan, Marina branch', currency: 'CNH', country: 'NG', rail_owner: 'operator', account_reference: '0123456789', account_holder: 'Alpha Route Desk Ltd',
    instructions: 'quote the invoice number in every order',
  }
  const account = await say('createProviderAccount', 'operator', 'An account of the Operator Company, its reference masked from now on', admin, 'POST', '/api/provider-accounts', accountBody)
  await say('createProviderAccount', 'currency', 'No leg of the provider takes or gives this', admin, 'POST', '/api/provider-accounts', { ...accountBody, currency: 'USDT' })
  await say('listProviderAccounts', 'bank', 'The accounts of one provider, as the desk sees them', desk, 'GET', '/api/provider-accounts?provider_id=ng-bank-rmb-direct')
  await say('getProviderAccount', 'one', 'One account, masked', desk, 'GET', `/api/provider-accounts/${account.json.id}`)
  await say('revealProviderAccount', 'whole', 'What the provider knows it by, for a reason that the audit keeps', admin, 'POST', `/api/provider-accounts/${account.json.id}/reveal`, { reason: 'reconcile' })
  await say('retireProviderAccount', 'closed', 'Out of use for good', admin, 'POST', `/api/provider-accounts/${account.json.id}/retire`, { reason: 'closed' })
  await say('retireProviderAccount', 'again', 'It was retired before', admin, 'POST', `/api/provider-accounts/${account.json.id}/retire`, { reason: 'closed' })
  await say('getFact', 'rate', 'The source of a rate', desk, 'GET', '/api/facts/F001')
  await say('putDeskFeeRule', 'corridor', 'A fee for one corridor', admin, 'PUT', '/api/desk-fee-rules', { merchant_id: null, corridor_id: 'ng-cn', fixed: { amount: '5000', currency: 'NGN' }, bps: '20', minimum: { amount: '10000', currency: 'NGN' }, reason: 'agreed for the quarter' })
  await say('listDeskFeeRules', 'all', 'All rules', desk, 'GET', '/api/desk-fee-rules')
  await say('setMarketClock', 'demo', 'A day later in the demo market', admin, 'PUT', '/api/market-clock', { clock: '2026-09-30T09:00:00+01:00', reason: 'to show expiry' })
  await say('listAuditEvents', 'sessions', 'What happened to route sessions, newest first', admin, 'GET', '/api/audit-events?entity=route_session&limit=2')
  await say('listAuditEvents', 'wrong-time', 'A day that no calendar has', admin, 'GET', '/api/audit-events?from=2026-02-30T00:00:00Z')
  await say('verifyAuditEvents', 'whole', 'Every hash holds', admin, 'GET', '/api/audit-events/verification')
  await say('exportAuditEvents', 'file', 'The chain as a file', admin, 'GET', '/api/audit-events/export')
  const { json: { items: [newest] } } = await admin.get('/api/audit-events?view=readiness&limit=1')
  const review = { view: 'readiness', through_seq: newest.seq, hash: newest.hash }
  await say('createAuditReview', 'readiness', 'Readiness was looked through, the reviewer’s own changes among it', admin, 'POST', '/api/audit-reviews', { ...review, note: 'agreed with the fee sheet' })
  await say('createAuditReview', 'reviewed', 'Reviewed that far already', admin, 'POST', '/api/audit-reviews', review)
  await say('listAuditReviews', 'all', 'Where each view stands, and who reviewed it', admin, 'GET', '/api/audit-reviews')
  await say('listAuditCheckpoints', 'signed', 'What the export signed, and the key', admin, 'GET', '/api/audit-checkpoints?limit=1')
  const invited = await say('createInvitation', 'merchant', 'A link for a merchant’s new user, shown once', admin, 'POST', '/api/members/invitations', { email: 'ngozi@adeola.example', display_name: 'Ngozi Eze', role: 'merchant_client', merchant_id: world.a.merchants.own })
  await say('createInvitation', 'member', 'Somebody who is a member', admin, 'POST', '/api/members/invitations', { email: 'desk_operator@alpha.example', display_name: 'A. Okafor', role: 'desk_operator' })
  await say('listInvitations', 'open', 'Links that can still be used', admin, 'GET', '/api/members/invitations')
  const token = String(invited.json.link).split('#link=')[1]!
  await say('openAccountLink', 'invite', 'What a link is for', world.nobody, 'POST', '/api/auth/links/open', { token })
  await say('useAccountLink', 'joined', 'The invitation is used up', world.nobody, 'POST', '/api/auth/links/use', { token, password: 'five plain words are enough' })
  await say('useAccountLink', 'again', 'It works once', world.nobody, 'POST', '/api/auth/links/use', { token, password: 'five plain words are enough' })
  await say('listMembers', 'all', 'Members of the company', admin, 'GET', '/api/members')
  const agent = world.a.users.settlement_agent
  await say('changeMemberRole', 'legacy', 'A role by the name that older clients send', admin, 'PUT', `/api/members/${agent}/role`, { role: 'operator' })
  await say('createRecoveryLink', 'agent', 'A link by which a member chooses a new password', admin, 'POST', `/api/members/${agent}/recovery-links`, {})
  await say('endMembership', 'agent', 'The membership ends', admin, 'POST', `/api/members/${agent}/end`, {})
  await say('eraseMember', 'agent', 'A pseudonym stands for who left', admin, 'POST', `/api/members/${agent}/erase`, { reason: 'person_asked' })
  await say('eraseMember', 'still-member', 'Nobody is erased while a member', admin, 'POST', `/api/members/${world.a.users.desk_operator}/erase`, { reason: 'person_asked' })
  const withdrawn = await admin.post('/api/members/invitations', { email: 'nobody@adeola.example', display_name: 'N. N.', role: 'desk_operator' })
  await say('revokeInvitation', 'one', 'A link is withdrawn', admin, 'POST', `/api/members/invitations/${withdrawn.json.id}/revoke`, {})
  const keyed = await say('createApiKey', 'books', 'A program that reads what was decided', admin, 'POST', '/api/api-keys', { label: 'Nightly books', role: 'desk_operator', scopes: ['route_session:read', 'corridor:read'], lasts_days: 90 })
  await say('createApiKey', 'governance', 'No program is given governance', admin, 'POST', '/api/api-keys', { label: 'Nightly books', role: 'platform_admin', scopes: ['desk_fee_rule:write'], lasts_days: 90 })
  await say('revokeApiKey', 'one', 'Revoked, from the next request on', admin, 'POST', `/api/api-keys/${keyed.json.api_key.id}/revoke`, {})
  await say('listApiKeys', 'all', 'Who made each key, and when it was last used', admin, 'GET', '/api/api-keys')
  const data = readTexts(DATA_FOLDER)
  const files = { ...data, 'rates.json': data['rates.json'].replace('not tradable', 'not for trading') }
  await say('getMarketData', 'in-force', 'What is in force, and how old its prices are', desk, 'GET', '/api/market-data')
  await say('previewMarketDataImport', 'changed', 'What the files would change (the text of each is longer than shown)', admin, 'POST', '/api/market-data/imports/preview', { files })
  await say('importMarketData', 'imported', 'In force from now on (the text of each file is longer than shown)', admin, 'POST', '/api/market-data/imports', { files, from_revision: 1 })
  await say('importMarketData', 'nothing-new', 'The same files again', admin, 'POST', '/api/market-data/imports', { files })
  await say('importMarketData', 'wrong', 'What is wrong is named by file, record and field', admin, 'POST', '/api/market-data/imports', { files: { ...files, 'rates.json': '{"as_of": "2026-09-29", "as_of": "2026-09-30"}' } })
  const person = await world.as(world.a, 'settlement_agent')
  const correction = await say('createPrivacyRequest', 'correction', 'Something is written wrongly', person, 'POST', '/api/privacy/requests', { kind: 'correction', note: 'my name has two t' })
  await say('createPrivacyRequest', 'again', 'One open request of a kind', person, 'POST', '/api/privacy/requests', { kind: 'correction' })
  const erasure = await say('createPrivacyRequest', 'erasure', 'An erasure is asked for', person, 'POST', '/api/privacy/requests', { kind: 'erasure' })
  await say('exportMyData', 'agent', 'Everything that is held about one person', person, 'POST', '/api/privacy/my-data', {})
  await say('listPrivacyRequests', 'open', 'What people asked, what is due first', admin, 'GET', '/api/privacy/member-requests')
  await say('answerPrivacyRequest', 'done', 'It was corrected', admin, 'POST', `/api/privacy/member-requests/${correction.json.id}/answer`, { answer: 'done' })
  await say('answerPrivacyRequest', 'answered', 'It is answered once', admin, 'POST', `/api/privacy/member-requests/${correction.json.id}/answer`, { answer: 'refused', refusal: 'nothing_wrong' })
  await say('answerPrivacyRequest', 'not-erased', 'An erasure is done by erasing', admin, 'POST', `/api/privacy/member-requests/${erasure.json.id}/answer`, { answer: 'done' })
  await say('listOwnPrivacyRequests', 'own', 'What I asked for', person, 'GET', '/api/privacy/requests')
  await say('listMarketDataImports', 'all', 'Who imported what, and when', desk, 'GET', '/api/market-data/imports')
  await say('listAccountSessions', 'own', 'Where this account is signed in', desk, 'GET', '/api/auth/sessions')
  await say('putDeskFeeRule', 'step-up', 'The last proof is too old', await world.stale(world.a, 'platform_admin'), 'PUT', '/api/desk-fee-rules', { merchant_id: null, corridor_id: 'ng-cn', fixed: { amount: '5000', currency: 'NGN' }, bps: '20', minimum: { amount: '10000', currency: 'NGN' }, reason: 'agreed for the quarter' })
  await say('stepUp', 'wrong', 'Not the password of the account', desk, 'POST', '/api/auth/step-up', { password: 'not this one at all' })
  await say('stepUp', 'proved', 'Proved for five minutes, under a new session cookie', await world.as(world.a, 'platform_admin'), 'POST', '/api/auth/step-up', { password: PASSWORD })
  await say('getSecondFactor', 'none', 'An account without one', desk, 'GET', '/api/auth/second-factor')
  await say('beginSecondFactor', 'secret', 'What an authenticator is given', desk, 'POST', '/api/auth/second-factor/begin', {})
  await say('confirmSecondFactor', 'wrong', 'Not a code of this secret', desk, 'POST', '/api/auth/second-factor/confirm', { code: 'none of it' })
  await say('renewRecoveryCodes', 'none', 'There is nothing to recover', desk, 'POST', '/api/auth/second-factor/recovery-codes', {})
  await say('disableSecondFactor', 'none', 'There is nothing to take off', desk, 'POST', '/api/auth/second-factor/disable', {})
  await say('resetMemberSecondFactor', 'agent', 'A member has lost the telephone', admin, 'POST', `/api/members/${world.a.users.settlement_agent}/second-factor/reset`, { reason: 'device_lost' })
  const { id: second_company } = await secondCompany(world, world.a)
  await say('switchTenant', 'unknown', 'A company that does not exist, or of which I am no member', admin, 'POST', '/api/auth/tenant', { tenant_id: world.b.id })
  await say('switchTenant', 'second', 'Over to the second company, without a new sign-in', await world.as(world.a, 'desk_operator'), 'POST', '/api/auth/tenant', { tenant_id: second_company })
  await say('changePassword', 'wrong', 'The current password is not right', admin, 'POST', '/api/auth/password', { current_password: 'not this one at all', new_password: `${PASSWORD} more` })
  await say('changePassword', 'changed', 'A new password, a new session cookie, every other session ended', admin, 'POST', '/api/auth/password', { current_password: PASSWORD, new_password: `${PASSWORD} more` })
  await say('logoutEverywhere', 'all', 'Signed out in every browser', desk, 'POST', '/api/auth/logout-everywhere', {})
  const [proposer, second_person] = [await world.as(world.a, 'desk_operator'), await world.as(world.a, 'platform_admin')]
  const kenya = world.a.suppliers.kenya
  const change = await say('proposeBankDetails', 'email', 'Word of a new account came by email', proposer, 'POST', `/api/suppliers/${kenya}/bank-detail-changes`, { received_by: 'email', account_number: '6222024444555566', bank_name: 'Sample Bank, Guangzhou', bic: 'SAMPCNBJ' })
  await say('proposeBankDetails', 'pending', 'Only one waits at a time', second_person, 'POST', `/api/suppliers/${kenya}/bank-detail-changes`, { received_by: 'chat', account_number: '6222024444555567' })
  const told = { confirmed_over: 'phone_call', account_number: '6222 0244 4455 5566', bic: 'SAMPCNBJ', confirmed_with: 'Mr Wu, on the number of the contract' }
  await say('confirmBankDetails', 'own', 'Who proposed it cannot confirm it', proposer, 'POST', `/api/bank-detail-changes/${change.json.id}/confirm`, told)
  await say('confirmBankDetails', 'differs', 'The supplier names another account', second_person, 'POST', `/api/bank-detail-changes/${change.json.id}/confirm`, { ...told, account_number: '6222024444555567' })
  await say('confirmBankDetails', 'confirmed', 'A second person asked by telephone and was told the same account', second_person, 'POST', `/api/bank-detail-changes/${change.json.id}/confirm`, told)
  const denied = await proposer.post(`/api/suppliers/${kenya}/bank-detail-changes`, { received_by: 'chat', account_number: '6222024444555567' })
  await say('rejectBankDetails', 'denied', 'The supplier knows nothing of it', second_person, 'POST', `/api/bank-detail-changes/${denied.json.id}/reject`, { because: 'supplier_denies_it' })
  await say('listBankDetailChanges', 'all', 'Every change of a supplier, newest first', proposer, 'GET', `/api/suppliers/${kenya}/bank-detail-changes`)
  const carried = await carriedOutThing(world, world.a, 'own')
  const page = `/api/route-sessions/${carried.id}`
  const predicted = (await say('getSessionOutcome', 'predicted', 'What the decision predicts, before anything is recorded', proposer, 'GET', `${page}/outcome`)).json.prediction
  const happened = {
    result: 'completed', sent: predicted.sent, received: { amount: '184500.00', currency: predicted.received.currency }, arrived_at: predicted.arrival_p90,
    hops: predicted.hops.map((hop: { starts_at_p50: string; ends_at_p50: string; ends_at_p90: string; amount_in: string; amount_out: string }) => ({ result: 'success', started_at: hop.starts_at_p50, ended_at: hop.ends_at_p90, amount_in: hop.amount_in, amount_out: hop.amount_out, filled: 'at_once' })),
  }
  await say('previewSessionOutcome', 'moves', 'How far recording this would move each estimate', proposer, 'POST', `${page}/outcome-preview`, happened)
  await say('closeRouteSession', 'incomplete', 'A completed session says when the money arrived', proposer, 'POST', `${page}/close`, { version: carried.version, ...happened, arrived_at: undefined })
  const outcome = (await say('closeRouteSession', 'completed', 'The supplier got less than predicted, and later', proposer, 'POST', `${page}/close`, { version: carried.version, ...happened })).json
  const [evidence] = outcome.evidence
  await say('getProviderEstimates', 'after-one', 'What one outcome taught about a provider', proposer, 'GET', `/api/providers/${evidence.provider_id}/estimates`)
  await say('undoEstimateEvidence', 'undone', 'It was recorded wrongly, and counts no more', second_person, 'POST', `/api/estimate-evidence/${evidence.id}/undo`, { because: 'recorded_wrongly' })
  await say('undoEstimateEvidence', 'again', 'Only once', second_person, 'POST', `/api/estimate-evidence/${evidence.id}/undo`, { because: 'market_moved' })
  const [holder, client] = [await world.as(world.a, 'desk_operator'), await world.as(world.a, 'merchant_client')]
  const shared = (await holder.post('/api/route-sessions', routeBody(world.a, { on_behalf: onBehalf, invoice: { number: 'PI-2026-0943', currency: 'CNY', account_count: 1 } }))).json.id
  await client.post(`/api/route-sessions/${shared}/accept`, { version: 1 })
  await say('claimNextRouteSession', 'first', 'What is due first and nobody has in hand', proposer, 'POST', '/api/route-sessions/claim-next', {})
  await say('claimRouteSession', 'mine', 'Taken in hand for a quarter of an hour', proposer, 'POST', `/api/route-sessions/${shared}/claim`, {})
  await say('claimRouteSession', 'held', 'A colleague has it in hand', holder, 'POST', `/api/route-sessions/${shared}/claim`, {})
  await say('claimRouteSession', 'taken-over', 'Taken over, for a reason that the audit keeps', holder, 'POST', `/api/route-sessions/${shared}/claim`, { takeover: 'holder_is_away' })
  await say('releaseRouteSession', 'back', 'Given back', holder, 'POST', `/api/route-sessions/${shared}/release`, {})
  const paper = await say('askMerchant', 'paper', 'The desk needs a paper; its clock stands from now on', holder, 'POST', `/api/route-sessions/${shared}/asks`, { version: 2, kind: 'document', document_code: 'FORM_M_VALID_FX', text: 'Please send the Form M of your bank', due_at: '2026-10-02T17:00:00+01:00' })
  const wrong = await say('askMerchant', 'question', 'One more question while it waits', holder, 'POST', `/api/route-sessions/${shared}/asks`, { version: 3, kind: 'question', text: 'Is the deposit refundable?', due_at: '2026-10-02T17:00:00+01:00' })
  await say('withdrawAsk', 'back', 'Not needed any more', holder, 'POST', `/api/asks/${wrong.json.ask.id}/withdraw`, {})
  await say('answerAsk', 'text', 'The merchant answers; the desk’s clock runs on', client, 'POST', `/api/asks/${paper.json.ask.id}/answer`, { text: 'My bank sent it to you this morning' })
  await say('answerAsk', 'again', 'It was answered before', client, 'POST', `/api/asks/${paper.json.ask.id}/answer`, { text: 'Here it is' })
  await say('createMessage', 'desk', 'The desk writes', holder, 'POST', `/api/route-sessions/${shared}/messages`, { text: 'Thank you, we have it' })
  await say('listMessages', 'merchant', 'The thread as its merchant reads it', client, 'GET', `/api/route-sessions/${shared}/messages`)
  await say('markMessagesSeen', 'merchant', 'The merchant has read it', client, 'POST', `/api/route-sessions/${shared}/messages/seen`, { through_seq: 3 })
  const proforma = pdfOf('Proforma invoice PI-2026-0917')
  const form = (fields: Readonly<Record<string, string>>, name = 'proforma.pdf') => new Form({ class: 'merchant', kind: 'PROFORMA_INVOICE', ...fields }, { name, type: 'application/pdf', bytes: proforma })
  const owner = await world.as(world.a, 'merchant_client')
  const stored = await say('createArtifact', 'merchant', 'A merchant sends its proforma invoice', owner, 'POST', '/api/artifacts', form({ session_id: id }))
  await say('createArtifact', 'wrong-type', 'The name says something else than the content', owner, 'POST', '/api/artifacts', form({}, 'proforma.png'))
  await say('createArtifact', 'raw-path', 'A path is no file', owner, 'POST', '/api/artifacts', form({ file_path: '/srv/proforma.pdf' }))
  await say('getArtifactContent', 'quarantined', 'Nobody opens a file before its check', owner, 'GET', `/api/artifacts/${stored.json.id}/content`)
  await world.deps.artifacts.scanRound()
  await say('getArtifact', 'clean', 'Checked, by what, and as the desk sees it', second_person, 'GET', `/api/artifacts/${stored.json.id}`)
  const note_of_desk = await second_person.post('/api/artifacts', new Form({ class: 'desk', kind: 'quote' }, { name: 'quote.csv', type: 'text/csv', bytes: Buffer.from('pair,rate\r\nUSD/CNH,7.1\r\n') }))
  await world.deps.artifacts.scanRound()
  await say('previewArtifact', 'table', 'Only pictures and PDF files are shown in place', second_person, 'GET', `/api/artifacts/${note_of_desk.json.id}/preview`)
  await say('removeArtifact', 'wrong-file', 'The bytes go, the row stays', second_person, 'POST', `/api/artifacts/${note_of_desk.json.id}/remove`, { reason: 'wrong_file' })
  await say('listArtifacts', 'desk', 'The newest files, as the desk sees them', second_person, 'GET', '/api/artifacts?limit=2')
  const source = await say('createQuoteSource', 'otc', 'Where a provider sends signed quotes; its secret, shown once', second_person, 'POST', '/api/quote-sources', { provider_id: 'ng-licensed-otc-desk', label: 'Licensed desk, quotes' })
  await say('listQuoteSources', 'all', 'Every source, without its secret', second_person, 'GET', '/api/quote-sources')
  await say('renewQuoteSecret', 'one', 'The old secret counts no more', second_person, 'POST', `/api/quote-sources/${source.json.quote_source.id}/renew-secret`, {})
  await say('receiveSignedQuote', 'unsigned', 'Not signed by the secret of this source, or no source', world.nobody, 'POST', source.json.quote_source.address, {
    quote_ref: 'Q-2026-0929-17', sell_asset: 'NGN', buy_asset: 'USDT', sell_amount: '1000000', price: '0.00066', fee: { amount: '0', currency: 'NGN' }, observed_at: '2026-09-29T08:59:00Z', expires_at: '2026-09-29T09:10:00Z',
  })
  await say('getReferenceRates', 'none', 'The operator named no feed', proposer, 'GET', '/api/reference-rates')
  await say('applyReferenceRates', 'none', 'The operator named no feed', second_person, 'POST', '/api/reference-rates/apply', {})
  // Sessions of their own: those above have gone to another company or ended by now.
  const [operator, admin_again, payer] = [await world.as(world.a, 'desk_operator'), await world.as(world.a, 'platform_admin'), await world.as(world.a, 'merchant_client')]
  const payment = await operator.post('/api/route-sessions', routeBody(world.a, { on_behalf: onBehalf, invoice: { number: 'PI-2026-0944', currency: 'CNY', account_count: 1, total: '616666.67' } }))
  assert.equal(payment.status, 201, payment.text)
  const of = `/api/route-sessions/${payment.json.id}`
  const looked_up = { subject: 'payee', list_name: 'UN Consolidated List', list_date: '2026-09-29' }
  const doubt = await say('recordScreening', 'possible-hit', 'The supplier may be on a list', operator, 'POST', `${of}/screenings`, { ...looked_up, result: 'possible_hit', note: 'same name, other city' })
  await say('clearScreening', 'own', 'Who found it does not clear it', operator, 'POST', `/api/screenings/${doubt.json.screening.id}/clear`, { because: 'other_company' })
  await say('clearScreening', 'cleared', 'A admin_again person says why it is none', admin_again, 'POST', `/api/screenings/${doubt.json.screening.id}/clear`, { because: 'other_company' })
  await say('listScreenings', 'missing', 'What stands between the session and its payment', operator, 'GET', `${of}/screenings`)
  const papers = `/api/merchants/${world.a.merchants.own}/documents`
  const kept_paper = await say('recordMerchantDocument', 'form-m', 'A Form M, which counts for 180 days', payer, 'POST', papers, { code: 'FORM_M_VALID_FX', number: 'MF20260012345', issued_on: '2026-09-01', value: { amount: '90000', currency: 'USD' } })
  await say('recordMerchantDocument', 'too-late', 'Nothing counts longer than the corridor data says', payer, 'POST', papers, { code: 'PROFORMA_INVOICE', number: 'PI-2026-0945', issued_on: '2026-09-01', expires_on: '2027-09-01' })
  await say('listMerchantDocuments', 'own', 'Papers with expiry and used value, and what the quarter has left', payer, 'GET', papers)
  await say('withdrawMerchantDocument', 'cancelled', 'The bank cancelled it', payer, 'POST', `/api/merchant-documents/${kept_paper.json.id}/withdraw`, { because: 'cancelled_by_issuer' })
  await say('getInvoice', 'deposit', 'A deposit that is not agreed to yet', payer, 'GET', `${of}/invoice`)
  await bring(world, world.a, payment.json.id, ['accepted', 'approved', 'executing'])
  const incident = await say('openPaymentIncident', 'returned', 'The bank sent the money back', operator, 'POST', `${of}/incidents`, { kind: 'returned', chaser: 'provider', action: 'ask_the_bank', due_at: '2026-10-02T17:00:00+01:00', note: 'told by telephone' })
  await say('chasePaymentIncident', 'merchant', 'The account details did not match', operator, 'POST', `/api/incidents/${incident.json.id}/chase`, { version: 1, chaser: 'merchant', action: 'correct_the_details', due_at: '2026-10-05T17:00:00+01:00', merchant_text: 'details_refused' })
  await say('listPaymentIncidents', 'open', 'Open incidents, due first', operator, 'GET', '/api/incidents?state=open')
  await say('resolvePaymentIncident', 'money-back', 'The money is back, and the session returned', operator, 'POST', `/api/incidents/${incident.json.id}/resolve`, { version: 2, resolution: 'money_back' })
  await say('healthReady', 'ready', 'Ready', world.nobody, 'GET', '/health/ready')
  await say('healthLive', 'live', 'Alive', world.nobody, 'GET', '/health/live')
  await sayExecution(say)
  // Last: from here on every agreement asks by them.
  const rules_url = '/api/approval-rules/proposals'
  const own_rules = { base_version: 0, rules: [{ id: 'large_amount', over_usd: '20000', approvals: 2 }, { id: 'kenya', corridor_id: 'ke-cn', over_route_risk: '0.1', approvals: 3 }], note: 'Agreed with the board on Monday' }
  await say('proposeApprovalRules', 'alone', 'One admin alone changes no rules', second_person, 'POST', rules_url, own_rules)
  const other_admin = await (await world.member(world.a, 'platform_admin', 'K. Boateng')).signIn()
  const proposed_rules = await say('proposeApprovalRules', 'proposed', 'A lower amount, a rule for one corridor, and none on risk elsewhere', second_person, 'POST', rules_url, own_rules)
  await say('proposeApprovalRules', 'pending', 'Only one waits at a time', other_admin, 'POST', rules_url, own_rules)
  await say('getApprovalRules', 'open', 'What holds, and what the proposal changes of it', proposer, 'GET', '/api/approval-rules')
  const rules_at = (id: string, act: string) => `${rules_url}/${id}/${act}`
  await say('confirmApprovalRules', 'own', 'Who proposed them does not confirm them', second_person, 'POST', rules_at(proposed_rules.json.id, 'confirm'), {})
  await say('confirmApprovalRules', 'confirmed', 'A second admin puts them in force', other_admin, 'POST', rules_at(proposed_rules.json.id, 'confirm'), {})
  const fewer = await other_admin.post(rules_url, { base_version: 1, rules: [], note: 'Fewer hands' })
  await say('rejectApprovalRules', 'too-little', 'They would ask for too little', second_person, 'POST', rules_at(fewer.json.id, 'reject'), { because: 'asks_too_little' })
  const again = await other_admin.post(rules_url, { base_version: 1, rules: [], note: 'Fewer hands' })
  await say('withdrawApprovalRules', 'own', 'Taken back by who proposed them', other_admin, 'POST', rules_at(again.json.id, 'withdraw'), {})
  return examples
}

const fileOf = (example: Example): string => `${example.operationId}.${example.name}.json`

// Guarantee: every example in the documentation is an answer that this server gives today.
test('the recorded examples are what the server answers', async () => {
  const now = await record()
  if (recording) {
    for (const file of readExamples(DIR).map(fileOf)) rmSync(join(DIR, file))
    for (const example of now) writeFileSync(join(DIR, fileOf(example)), `${JSON.stringify(example, null, 1)}\n`)
  }
  const recorded = new Map(readExamples(DIR).map((example) => [fileOf(example), example]))
  assert.deepEqual([...recorded.keys()].sort(), now.map(fileOf).sort())
  for (const example of now) assert.deepEqual(JSON.parse(JSON.stringify(example)), recorded.get(fileOf(example)), fileOf(example))
})

// Guarantee: openapi.json, from which the portals' types are made, is the document that the server serves.
test('openapi.json is the served document', async () => {
  const fresh = recording ? await openWorld() : world
  const served = (await fresh.nobody.get('/openapi.json')).json
  if (recording) {
    writeFileSync(OPENAPI, `${JSON.stringify(served, null, 1)}\n`)
    await fresh.close()
  }
  assert.ok(existsSync(OPENAPI))
  assert.deepEqual(JSON.parse(readFileSync(OPENAPI, 'utf8')), served)
  assert.equal(served.openapi, '3.1.0')
  const described = Object.values(served.paths as Record<string, Record<string, { operationId: string }>>).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
  assert.deepEqual(described.sort(), world.app.operations.map(({ operationId }) => operationId).sort())
})
