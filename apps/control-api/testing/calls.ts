/**
 * One call of every operation: what it asks for, of whom, and what a right answer is. The access matrix, the crash tests and whatever else must
 * try every operation read this table; the matrix fails while an operation has no row here.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Role } from '#contracts/roles.ts'
import { totpOf } from '#platform/auth/totp.ts'
import type { OperationRecord } from '#api/http/operation.ts'
import { DATA_FOLDER, readTexts } from '#tools/read-dataset.ts'
import { acceptedThing, approvedThing, carriedOutThing, executedThing, failedThing, pausedThing, provedThing, railedThing, startedThing, toSimulateThing, unknownThing } from './execution-things.ts'
import { RAIL } from './executions.ts'
import { Form, pdfOf } from './forms.ts'
import { bring } from './bring.ts'
import { routeBody, type Answer, type Client, type Company, type World } from './world.ts'

export type Thing = { readonly id: string; readonly candidate_id: string; readonly version: number; /** whatever else the call needs of it */ readonly also?: string }
export type Call = {
  /** the roles that reach it, of those that hold the permission; `merchant` means its own merchant's things alone */
  readonly works_for: Role | 'nobody'
  readonly status: number
  /** what an own, a foreign (other tenant, other merchant) or a missing thing is; absent where the operation names no thing */
  readonly thing?: (world: World, of: Company, owner: 'own' | 'other') => Promise<Thing>
  /** takes away what an earlier call of the same person left in the way: for what a person may do once at a time */
  readonly ready?: (world: World, of: Company) => Promise<unknown>
  readonly url: (thing: Thing) => string
  readonly body?: (of: Company, thing: Thing, role: Role | 'nobody') => unknown
  /** where the call above is a refusal: what must stand for it to be done, and how it is asked for then */
  readonly done?: { readonly status: number; readonly ready: (world: World, user_id: string) => Promise<void>; readonly body: () => unknown }
}

/** What names nothing that exists. */
export const NOTHING: Thing = { id: '99999999-0000-4000-8000-000000000009', candidate_id: 'r9-9', version: 1 }
const MISSING_FILE = '99999999-0000-4000-8000-00000000000a'
/** Set for every account by whoever tries the calls. */
export const PASSWORD = 'a password of many words'

/** A fresh session of the tenant's own or other merchant, in the state in which the operation works. */
export async function newSession(world: World, of: Company, owner: 'own' | 'other'): Promise<Thing> {
  const desk = await world.as(of, 'desk_operator')
  const body = routeBody(of, {
    on_behalf: { merchant_id: of.merchants[owner], reason: 'asked for by telephone' }, ...(owner === 'own' ? {} : { supplier_id: of.suppliers.other }),
  })
  const answer = await desk.post('/api/route-sessions', body)
  assert.equal(answer.status, 201, answer.text)
  return { id: answer.json.id, candidate_id: answer.json.recommended.id, version: answer.json.version }
}
const sessionThing: Call['thing'] = newSession
/** What closes it: everything went well, and nobody noted more than that. */
export const actualsBody = ({ candidate_id }: Pick<Thing, 'candidate_id'>) => ({
  result: 'completed', sent: { amount: '41000000.00', currency: 'NGN' }, received: { amount: '185000.00', currency: 'CNY' }, arrived_at: '2026-10-06T09:00:00+08:00',
  hops: candidate_id.split('-').map(() => ({ result: 'success', started_at: null, ended_at: null, amount_in: null, amount_out: null, filled: 'at_once' })),
})
const evidenceThing: Call['thing'] = async (world, of, owner) => {
  const session = await carriedOutThing(world, of, owner)
  const outcome = await (await world.as(of, 'desk_operator')).post(`/api/route-sessions/${session.id}/close`, { version: session.version, ...actualsBody(session) })
  assert.equal(outcome.status, 200, outcome.text)
  return { ...NOTHING, id: outcome.json.evidence[0].id }
}
/** A session that its merchant has agreed to. */
const agreedThing: Call['thing'] = async (world, of, owner) => {
  const thing = await newSession(world, of, owner)
  const accepted = await (await world.as(of, 'desk_operator')).post(`/api/route-sessions/${thing.id}/accept`, { version: 1, reason: 'agreed by telephone' })
  assert.equal(accepted.status, 200, accepted.text)
  return { ...thing, version: accepted.json.version }
}
/** What the desk asks about such a session, and waits for. */
const askThing: Call['thing'] = async (world, of, owner) => {
  const session = await agreedThing!(world, of, owner)
  const asked = await (await colleague(world, of)).post(`/api/route-sessions/${session.id}/asks`, { version: session.version, kind: 'question', text: 'Is the deposit refundable?', due_at: '2026-09-30T17:00:00+01:00' })
  assert.equal(asked.status, 201, asked.text)
  return { ...NOTHING, id: asked.json.ask.id }
}
/** Something that needs the desk and that nobody has in hand. */
const oneToClaim = (world: World, of: Company): Promise<unknown> => agreedThing!(world, of, 'own')
const supplierThing: Call['thing'] = async (_world, of, owner) => ({ ...NOTHING, id: of.suppliers[owner] })
const newSupplierBody = {
  legal_name: 'Sample Glass Co., Ltd', country: 'CN', city: 'Foshan', method: 'mainland_corporate_account', settlement_currency: 'CNY', payee_type: 'company',
  payee_is_contract_seller: true, accepts_other_settlement: false, account_number: '6222021111222233',
}
const NEW_NUMBER = '6222024444555566'
/** A supplier of its own, so that nobody else's payments are held. */
const newSupplierThing: Call['thing'] = async (world, of, owner) => {
  const made = await (await world.as(of, 'desk_operator')).post('/api/suppliers', { ...newSupplierBody, merchant_id: of.merchants[owner] })
  assert.equal(made.status, 201, made.text)
  return { ...NOTHING, id: made.json.id }
}
/** A fresh desk operator of the company, signed in. */
export const colleague = async (world: World, of: Company): Promise<Client> => (await world.member(of, 'desk_operator', 'F. Musa')).signIn()
/** A change that waits, proposed by somebody who is no other caller of these tests. */
const changeThing: Call['thing'] = async (world, of, owner) => changeOf(world, of, (await newSupplierThing!(world, of, owner)).id)
/** A supplier of its own, with a change that waits. */
const heldSupplierThing: Call['thing'] = async (world, of, owner) => {
  const supplier = await newSupplierThing!(world, of, owner)
  await changeOf(world, of, supplier.id)
  return supplier
}
async function changeOf(world: World, of: Company, supplier_id: string): Promise<Thing> {
  const made = await (await colleague(world, of)).post(`/api/suppliers/${supplier_id}/bank-detail-changes`, { received_by: 'email', account_number: NEW_NUMBER })
  assert.equal(made.status, 201, made.text)
  return { ...NOTHING, id: made.json.id }
}
const SCREENED = { subject: 'payee', list_name: 'UN Consolidated List', list_date: '2026-09-29' }
/** A possible hit on a fresh session, recorded by somebody who is no other caller of these tests. */
const doubtThing: Call['thing'] = async (world, of, owner) => {
  const session = await newSession(world, of, owner)
  const made = await (await colleague(world, of)).post(`/api/route-sessions/${session.id}/screenings`, { ...SCREENED, result: 'possible_hit' })
  assert.equal(made.status, 201, made.text)
  return { ...NOTHING, id: made.json.screening.id }
}
const newDocumentBody = () => ({ code: 'FORM_M_VALID_FX', number: `MF${randomUUID().slice(0, 8)}`, issued_on: '2026-09-01', value: { amount: '50000000', currency: 'USD' } })
const documentThing: Call['thing'] = async (world, of, owner) => {
  const made = await (await world.as(of, 'desk_operator')).post(`/api/merchants/${of.merchants[owner]}/documents`, newDocumentBody())
  assert.equal(made.status, 201, made.text)
  return { ...NOTHING, id: made.json.id }
}
/** A payment that is being carried out. */
const sentThing: Call['thing'] = async (world, of, owner) => {
  const session = await newSession(world, of, owner)
  return { ...session, version: await bring(world, of, session.id, ['accepted', 'approved', 'executing']) }
}
const STEP = { chaser: 'provider', action: 'trace_the_payment', due_at: '2026-10-02T17:00:00+01:00' }
const incidentThing: Call['thing'] = async (world, of, owner) => {
  const session = await sentThing!(world, of, owner)
  const made = await (await colleague(world, of)).post(`/api/route-sessions/${session.id}/incidents`, { kind: 'stuck', ...STEP })
  assert.equal(made.status, 201, made.text)
  return { ...NOTHING, id: made.json.id }
}
/** An event that nobody has reviewed, by its hash and number. */
const reviewableThing: Call['thing'] = async (world, of) => {
  const admin = await world.as(of, 'platform_admin')
  const set = await admin.put('/api/market-clock', { clock: '2026-09-29T09:00:00+01:00', reason: 'something to review' })
  assert.equal(set.status, 200, set.text)
  const [event] = (await admin.get('/api/audit-events?view=readiness&limit=1')).json.items
  return { ...NOTHING, id: event.hash, version: event.seq }
}
/** A fresh desk operator of the company. */
const memberThing: Call['thing'] = async (world, of) => ({ ...NOTHING, id: (await world.member(of, 'desk_operator', 'F. Musa')).user_id })
/** Somebody who has left the company. */
const formerMemberThing: Call['thing'] = async (world, of, owner) => {
  const thing = await memberThing(world, of, owner)
  await world.database.superuser.query('update memberships set ended_at = now() where user_id = $1', [thing.id])
  return thing
}
/** An open request of a fresh member. */
const privacyRequestThing: Call['thing'] = async (world, of, owner) => {
  const { id: user_id } = await memberThing(world, of, owner)
  const id = randomUUID()
  await world.database.superuser.query("insert into privacy_requests (tenant_id, id, user_id, kind) values ($1, $2, $3, 'correction')", [of.id, id, user_id])
  return { ...NOTHING, id }
}
const invitation = () => ({ email: `${randomUUID()}@invited.example`, display_name: 'F. Musa', role: 'desk_operator' })
const invitationThing: Call['thing'] = async (world, of) => {
  const answer = await (await world.as(of, 'platform_admin')).post('/api/members/invitations', invitation())
  assert.equal(answer.status, 201, answer.text)
  return { ...NOTHING, id: answer.json.id }
}
const FACTOR = Buffer.alloc(20, 5)
/** An account with a second factor, and with nothing counted against it. */
const withFactor = (state: 'begun' | 'enrolled') => async ({ database }: World, user_id: string): Promise<void> => {
  await database.superuser.query('delete from login_throttle')
  await database.superuser.query("insert into account_factors (user_id, totp_secret, enrolled_at) values ($1, $2, case $3 when 'enrolled' then now() end)", [user_id, FACTOR, state])
}
const NO_LINK = 'a-token-that-no-link-has-ever-had-0000000000'.slice(0, 43)
const newKeyBody = { label: 'Nightly books', role: 'desk_operator', scopes: ['route_session:read'], lasts_days: 30 }
const apiKeyThing: Call['thing'] = async (world, of) => {
  const made = await (await world.as(of, 'platform_admin')).post('/api/api-keys', newKeyBody)
  assert.equal(made.status, 201, made.text)
  return { ...NOTHING, id: made.json.api_key.id }
}
const newSourceBody = () => ({ provider_id: 'ng-licensed-otc-desk', label: `Source ${randomUUID().slice(0, 8)}` })
const quoteSourceThing: Call['thing'] = async (world, of) => {
  const made = await (await world.as(of, 'platform_admin')).post('/api/quote-sources', newSourceBody())
  assert.equal(made.status, 201, made.text)
  return { ...NOTHING, id: made.json.quote_source.id }
}
const newAccountBody = (of: Company) => ({
  provider_id: 'ng-bank-rmb-direct', label: `Yuan account ${randomUUID().slice(0, 8)}`, currency: 'CNH', country: 'NG', rail_owner: 'merchant', merchant_id: of.merchants.own, account_reference: '0123456789',
  account_holder: 'Alpha Route Desk Ltd', instructions: 'quote the invoice number',
})
const providerAccountThing: Call['thing'] = async (world, of) => {
  const made = await (await world.as(of, 'platform_admin')).post('/api/provider-accounts', newAccountBody(of))
  assert.equal(made.status, 201, made.text)
  return { ...NOTHING, id: made.json.id }
}
const newMerchant: Call['thing'] = async (world, of) => {
  const id = randomUUID()
  await world.database.superuser.query("insert into merchants (tenant_id, id, name, type, city, country, trade, trade_class) values ($1, $2, $3, 'limited_company', 'Lagos', 'NG', 'toys', 'general')", [of.id, id, `New ${id}`])
  return { ...NOTHING, id }
}
/** A form that stores a small PDF of the merchant's own. */
export const uploadForm = (fields: Readonly<Record<string, string | undefined>> = {}, text = `Invoice ${randomUUID()}`): Form =>
  new Form({ class: 'merchant', kind: 'PROFORMA_INVOICE', ...fields }, { name: 'proforma.pdf', type: 'application/pdf', bytes: pdfOf(text) })
/** A file that the desk stored for the merchant, judged. */
export const newArtifact = async (world: World, of: Company, owner: 'own' | 'other', fields: Readonly<Record<string, string | undefined>> = {}): Promise<Thing> => {
  const made = await (await world.as(of, 'platform_admin')).post('/api/artifacts', uploadForm({ merchant_id: of.merchants[owner], ...fields }))
  assert.equal(made.status, 201, made.text)
  await world.deps.artifacts.scanRound()
  return { ...NOTHING, id: made.json.id }
}
const artifactThing: Call['thing'] = newArtifact
const merchantThing: Call['thing'] = async (_world, of, owner) => ({ ...NOTHING, id: of.merchants[owner] })
/** Another company in which everybody of this one has the same role too; the other one has none of them. */
export const secondCompany = async (world: World, of: Company, owner: 'own' | 'other' = 'own'): Promise<Thing> => {
  if (owner === 'other') return { ...NOTHING, id: world.b.id }
  const id = of.id.replaceAll(/[12]/g, (digit) => (digit === '1' ? '7' : '8'))
  const put = (text: string, values: unknown[]) => world.database.superuser.query(`${text} on conflict do nothing`, values)
  await put("insert into tenants (tenant_id, name, time_zone, second_factor_of_admins) values ($1, $2, 'Asia/Shanghai', 'off')", [id, `Second of ${of.id.slice(0, 2)}`])
  await put("insert into merchants (tenant_id, id, name, type, city, country, trade, trade_class) values ($1, $2, 'Twice Ltd', 'limited_company', 'Lagos', 'NG', 'toys', 'general')", [id, id])
  for (const [role, user_id] of Object.entries(of.users)) {
    await put('insert into memberships (tenant_id, user_id, role, merchant_id, display_name) values ($1, $2, $3, $4, $5)', [id, user_id, role, role === 'merchant_client' ? id : null, 'Same Person'])
  }
  return { ...NOTHING, id }
}
/** A leg of the demo data that changes currency. */
export const QUOTED_LEG = 'ng-bank-rmb-direct|NGN|CNH|NG|CN|cross_border_transfer|'
/** A provider can be out once at a time. */
const endOutages: Call['ready'] = (world, of) =>
  world.database.superuser.query("update provider_outages set ended_at = now(), ended_by = reported_by, ended_because = 'works_again' where tenant_id = $1 and ended_at is null", [of.id])
const outageThing: Call['thing'] = async (world, of) => {
  await endOutages(world, of)
  const made = await (await world.as(of, 'desk_operator')).post('/api/provider-outages', { provider_id: 'gh-bank-advance', reason: 'maintenance', source: 'email' })
  assert.equal(made.status, 201, made.text)
  return { ...NOTHING, id: made.json.items[0].id }
}
const DATA = readTexts(DATA_FOLDER)
/** The files that FlowClaw ships, with something in them that no import before had. */
export const newMarketData = () => ({ files: { ...DATA, 'rates.json': DATA['rates.json'].replace(/"mid_definition": "/, `$&Sample ${randomUUID()}. `) } })
const onBehalf = (of: Company, role: Role | 'nobody') => (role === 'merchant_client' ? {} : { on_behalf: { merchant_id: of.merchants.own, reason: 'asked for by telephone' } })

export const CALLS: Readonly<Record<string, Call>> = {
  login: { works_for: 'nobody', status: 401, url: () => '/api/auth/login', body: () => ({ email: 'nobody@alpha.example', password: 'not the password of anyone' }) },
  logout: { works_for: 'settlement_agent', status: 204, url: () => '/api/auth/logout', body: () => ({}) },
  stepUp: { works_for: 'settlement_agent', status: 200, url: () => '/api/auth/step-up', body: () => ({ password: PASSWORD }) },
  getSecondFactor: { works_for: 'settlement_agent', status: 200, url: () => '/api/auth/second-factor' },
  beginSecondFactor: { works_for: 'settlement_agent', status: 200, url: () => '/api/auth/second-factor/begin', body: () => ({}) },
  // The accounts of a world have no second factor; `done` is of one that has, and more of them in second-factor.test.ts.
  confirmSecondFactor: { works_for: 'settlement_agent', status: 401, url: () => '/api/auth/second-factor/confirm', body: () => ({ code: 'none of ours' }), done: { status: 200, ready: withFactor('begun'), body: () => ({ code: totpOf(FACTOR, Math.floor(Date.now() / 30_000)) }) } },
  renewRecoveryCodes: { works_for: 'settlement_agent', status: 409, url: () => '/api/auth/second-factor/recovery-codes', body: () => ({}), done: { status: 200, ready: withFactor('enrolled'), body: () => ({}) } },
  disableSecondFactor: { works_for: 'settlement_agent', status: 409, url: () => '/api/auth/second-factor/disable', body: () => ({}), done: { status: 204, ready: withFactor('enrolled'), body: () => ({}) } },
  resetMemberSecondFactor: {
    works_for: 'platform_admin', status: 200, thing: async (world, of, owner) => (owner === 'own' ? memberThing!(world, of, owner) : NOTHING),
    url: ({ id }) => `/api/members/${id}/second-factor/reset`, body: () => ({ reason: 'device_lost' }),
  },
  changePassword: { works_for: 'settlement_agent', status: 200, url: () => '/api/auth/password', body: () => ({ current_password: PASSWORD, new_password: `${PASSWORD} more` }) },
  logoutEverywhere: { works_for: 'settlement_agent', status: 204, url: () => '/api/auth/logout-everywhere', body: () => ({}) },
  listAccountSessions: { works_for: 'settlement_agent', status: 200, url: () => '/api/auth/sessions' },
  switchTenant: { works_for: 'settlement_agent', status: 200, thing: secondCompany, url: () => '/api/auth/tenant', body: (_of, { id }) => ({ tenant_id: id }) },
  getPortalSession: { works_for: 'settlement_agent', status: 200, url: () => '/api/portal/session' },
  getPortalConfig: { works_for: 'nobody', status: 200, url: () => '/api/portal/config' },
  openAccountLink: { works_for: 'nobody', status: 404, url: () => '/api/auth/links/open', body: () => ({ token: NO_LINK }) },
  useAccountLink: { works_for: 'nobody', status: 404, url: () => '/api/auth/links/use', body: () => ({ token: NO_LINK, password: PASSWORD }) },
  listMembers: { works_for: 'platform_admin', status: 200, url: () => '/api/members' },
  changeMemberRole: { works_for: 'platform_admin', status: 200, thing: memberThing, url: ({ id }) => `/api/members/${id}/role`, body: () => ({ role: 'settlement_agent' }) },
  endMembership: { works_for: 'platform_admin', status: 200, thing: memberThing, url: ({ id }) => `/api/members/${id}/end`, body: () => ({}) },
  eraseMember: { works_for: 'platform_admin', status: 200, thing: formerMemberThing, url: ({ id }) => `/api/members/${id}/erase`, body: () => ({ reason: 'person_asked' }) },
  createRecoveryLink: { works_for: 'platform_admin', status: 201, thing: memberThing, url: ({ id }) => `/api/members/${id}/recovery-links`, body: () => ({}) },
  createInvitation: { works_for: 'platform_admin', status: 201, url: () => '/api/members/invitations', body: invitation },
  listInvitations: { works_for: 'platform_admin', status: 200, url: () => '/api/members/invitations' },
  revokeInvitation: { works_for: 'platform_admin', status: 200, thing: invitationThing, url: ({ id }) => `/api/members/invitations/${id}/revoke`, body: () => ({}) },
  getOnboarding: { works_for: 'desk_operator', status: 200, url: () => '/api/onboarding' },
  listMerchants: { works_for: 'merchant_client', status: 200, url: () => '/api/merchants' },
  createMerchant: {
    works_for: 'platform_admin', status: 201, url: () => '/api/merchants',
    body: () => ({ name: `Sample ${randomUUID()}`, type: 'limited_company', city: 'Lagos', country: 'NG', trade: 'phone accessories', trade_class: 'general' }),
  },
  getMerchant: { works_for: 'merchant_client', status: 200, thing: merchantThing, url: ({ id }) => `/api/merchants/${id}` },
  changeMerchant: {
    works_for: 'platform_admin', status: 200, thing: newMerchant, url: ({ id }) => `/api/merchants/${id}`, body: (_of, { version }) => ({ city: 'Ibadan', version }),
  },
  createSupplier: {
    works_for: 'merchant_client', status: 201, url: () => '/api/suppliers',
    body: (of, _thing, role) => ({
      ...newSupplierBody, ...(role === 'merchant_client' ? {} : { merchant_id: of.merchants.own }),
    }),
  },
  listSuppliers: { works_for: 'merchant_client', status: 200, url: () => '/api/suppliers' },
  getSupplier: { works_for: 'merchant_client', status: 200, thing: supplierThing, url: ({ id }) => `/api/suppliers/${id}` },
  revealSupplier: { works_for: 'merchant_client', status: 200, thing: supplierThing, url: ({ id }) => `/api/suppliers/${id}/reveal`, body: () => ({ reason: 'check_against_invoice' }) },
  proposeBankDetails: {
    works_for: 'desk_operator', status: 201, thing: newSupplierThing, url: ({ id }) => `/api/suppliers/${id}/bank-detail-changes`,
    body: () => ({ received_by: 'email', account_number: NEW_NUMBER, bank_name: 'Sample Bank' }),
  },
  listBankDetailChanges: { works_for: 'desk_operator', status: 200, thing: heldSupplierThing, url: ({ id }) => `/api/suppliers/${id}/bank-detail-changes` },
  confirmBankDetails: {
    works_for: 'desk_operator', status: 200, thing: changeThing, url: ({ id }) => `/api/bank-detail-changes/${id}/confirm`,
    body: () => ({ confirmed_over: 'phone_call', account_number: NEW_NUMBER, confirmed_with: 'Mr Wu, on the number of the contract' }),
  },
  rejectBankDetails: { works_for: 'desk_operator', status: 200, thing: changeThing, url: ({ id }) => `/api/bank-detail-changes/${id}/reject`, body: () => ({ because: 'supplier_denies_it' }) },
  createRouteSession: {
    works_for: 'merchant_client', status: 201, url: () => '/api/route-sessions', thing: supplierThing,
    body: (of, { id }, role) => routeBody(of, { supplier_id: id, ...onBehalf(of, role) }),
  },
  listRouteSessions: { works_for: 'merchant_client', status: 200, url: () => '/api/route-sessions' },
  getRouteSession: { works_for: 'merchant_client', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}` },
  getRouteRequest: { works_for: 'merchant_client', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/request` },
  listCandidates: { works_for: 'desk_operator', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/candidates?limit=1` },
  getCandidate: { works_for: 'desk_operator', status: 200, thing: sessionThing, url: ({ id, candidate_id }) => `/api/route-sessions/${id}/candidates/${candidate_id}` },
  acceptRouteSession: {
    works_for: 'merchant_client', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/accept`,
    body: (_of, { version }, role) => ({ version, ...(role === 'merchant_client' ? {} : { reason: 'agreed by telephone' }) }),
  },
  cancelRouteSession: {
    works_for: 'merchant_client', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/cancel`, body: (_of, { version }) => ({ version, reason: 'ordered elsewhere' }),
  },
  replayRouteSession: { works_for: 'desk_operator', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/replay`, body: () => ({}) },
  approveRouteSession: { works_for: 'desk_operator', status: 200, thing: acceptedThing, url: ({ id }) => `/api/route-sessions/${id}/approve`, body: (_of, { version }) => ({ version, content_version: 1, reason_code: 'best_score_ready' }) },
  offerRoute: { works_for: 'desk_operator', status: 200, thing: agreedThing, url: ({ id }) => `/api/route-sessions/${id}/offer`, body: (_of, { version, candidate_id }) => ({ version, candidate_id, reason_code: 'price_moved' }) },
  rejectRouteSession: { works_for: 'desk_operator', status: 200, thing: acceptedThing, url: ({ id }) => `/api/route-sessions/${id}/reject`, body: (_of, { version }) => ({ version, reason_code: 'price_not_held' }) },
  executeRouteSession: { works_for: 'desk_operator', status: 200, thing: approvedThing, url: ({ id }) => `/api/route-sessions/${id}/execute`, body: (_of, { version }) => ({ version }) },
  pauseRouteSession: { works_for: 'desk_operator', status: 200, thing: executedThing, url: ({ id }) => `/api/route-sessions/${id}/pause`, body: (_of, { version }) => ({ version, reason_code: 'holiday' }) },
  resumeRouteSession: { works_for: 'desk_operator', status: 200, thing: pausedThing, url: ({ id }) => `/api/route-sessions/${id}/resume`, body: (_of, { version }) => ({ version, reason_code: 'cause_cleared' }) },
  getExecution: { works_for: 'desk_operator', status: 200, thing: executedThing, url: ({ id }) => `/api/route-sessions/${id}/execution` },
  startStep: { works_for: 'desk_operator', status: 200, thing: executedThing, url: ({ id }) => `/api/route-sessions/${id}/steps/1/start`, body: () => ({ version: 1, rail: RAIL }) },
  submitProof: {
    works_for: 'desk_operator', status: 200, thing: startedThing, url: ({ id }) => `/api/route-sessions/${id}/steps/1/proofs`,
    body: (_of, { version, candidate_id, also }) => ({ version, kind: also ?? 'mt103_or_pacs008', artifact_id: also === undefined ? MISSING_FILE : candidate_id }),
  },
  confirmStep: { works_for: 'desk_operator', status: 200, thing: provedThing, url: ({ id }) => `/api/route-sessions/${id}/steps/1/confirm`, body: (_of, { version }) => ({ version, accept_differences: 'confirmed_by_provider' }) },
  rejectProof: {
    works_for: 'desk_operator', status: 200, thing: provedThing, url: ({ id }) => `/api/route-sessions/${id}/steps/1/reject-proof`,
    body: (_of, { version, candidate_id }) => ({ version, proof_id: candidate_id === NOTHING.candidate_id ? MISSING_FILE : candidate_id, reason_code: 'not_readable' }),
  },
  failStep: { works_for: 'desk_operator', status: 200, thing: startedThing, url: ({ id }) => `/api/route-sessions/${id}/steps/1/fail`, body: (_of, { version }) => ({ version, reason_code: 'cut_off_missed' }) },
  retryStep: { works_for: 'desk_operator', status: 200, thing: failedThing, url: ({ id }) => `/api/route-sessions/${id}/steps/1/retry`, body: (_of, { version }) => ({ version, reason_code: 'cause_cleared' }) },
  markStepUnknown: { works_for: 'desk_operator', status: 200, thing: startedThing, url: ({ id }) => `/api/route-sessions/${id}/steps/1/mark-unknown`, body: (_of, { version }) => ({ version }) },
  settleUnknownStep: { works_for: 'desk_operator', status: 200, thing: unknownThing, url: ({ id }) => `/api/route-sessions/${id}/steps/1/settle-unknown`, body: (_of, { version }) => ({ version, reason_code: 'seen_in_statement' }) },
  revealInstruction: { works_for: 'desk_operator', status: 200, thing: executedThing, url: ({ id }) => `/api/route-sessions/${id}/steps/1/instruction/reveal`, body: () => ({ reason: 'pay_by_hand' }) },
  draftPaymentFile: { works_for: 'desk_operator', status: 200, thing: railedThing, url: ({ id }) => `/api/route-sessions/${id}/steps/1/draft`, body: () => ({ reason: 'pay_by_hand' }) },
  getSimulation: { works_for: 'desk_operator', status: 200, thing: toSimulateThing, url: ({ id }) => `/api/route-sessions/${id}/simulation` },
  advanceSimulation: { works_for: 'desk_operator', status: 200, thing: toSimulateThing, url: ({ id }) => `/api/route-sessions/${id}/simulation/advance`, body: () => ({ to: 'next' }) },
  closeRouteSession: {
    works_for: 'desk_operator', status: 200, thing: carriedOutThing, url: ({ id }) => `/api/route-sessions/${id}/close`, body: (_of, { version, candidate_id }) => ({ version, ...actualsBody({ candidate_id }) }),
  },
  previewSessionOutcome: { works_for: 'desk_operator', status: 200, thing: carriedOutThing, url: ({ id }) => `/api/route-sessions/${id}/outcome-preview`, body: (_of, { candidate_id }) => actualsBody({ candidate_id }) },
  getSessionOutcome: { works_for: 'desk_operator', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/outcome` },
  getProviderEstimates: { works_for: 'desk_operator', status: 200, url: () => '/api/providers/ng-bank-rmb-direct/estimates' },
  undoEstimateEvidence: { works_for: 'platform_admin', status: 200, thing: evidenceThing, url: ({ id }) => `/api/estimate-evidence/${id}/undo`, body: () => ({ because: 'recorded_wrongly' }) },
  recordScreening: { works_for: 'desk_operator', status: 201, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/screenings`, body: () => ({ ...SCREENED, result: 'no_hit', note: 'no match on the Chinese name' }) },
  listScreenings: { works_for: 'desk_operator', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/screenings` },
  clearScreening: { works_for: 'desk_operator', status: 200, thing: doubtThing, url: ({ id }) => `/api/screenings/${id}/clear`, body: () => ({ because: 'other_company' }) },
  listMerchantDocuments: { works_for: 'merchant_client', status: 200, thing: merchantThing, url: ({ id }) => `/api/merchants/${id}/documents` },
  recordMerchantDocument: { works_for: 'merchant_client', status: 201, thing: merchantThing, url: ({ id }) => `/api/merchants/${id}/documents`, body: newDocumentBody },
  withdrawMerchantDocument: { works_for: 'merchant_client', status: 200, thing: documentThing, url: ({ id }) => `/api/merchant-documents/${id}/withdraw`, body: () => ({ because: 'entered_wrongly' }) },
  openPaymentIncident: {
    works_for: 'desk_operator', status: 201, thing: sentThing, url: ({ id }) => `/api/route-sessions/${id}/incidents`,
    body: () => ({ kind: 'short_credited', ...STEP, amount_missing: { amount: '120.50', currency: 'CNY' }, note: 'told by the supplier', merchant_note: 'We ask the bank for the rest' }),
  },
  listSessionIncidents: { works_for: 'desk_operator', status: 200, thing: sentThing, url: ({ id }) => `/api/route-sessions/${id}/incidents` },
  listPaymentIncidents: { works_for: 'desk_operator', status: 200, url: () => '/api/incidents?state=open' },
  chasePaymentIncident: { works_for: 'desk_operator', status: 200, thing: incidentThing, url: ({ id }) => `/api/incidents/${id}/chase`, body: (_of, { version }) => ({ version, ...STEP, chaser: 'desk', action: 'ask_the_bank' }) },
  resolvePaymentIncident: { works_for: 'desk_operator', status: 200, thing: incidentThing, url: ({ id }) => `/api/incidents/${id}/resolve`, body: (_of, { version }) => ({ version, resolution: 'arrived_in_full' }) },
  getInvoice: { works_for: 'merchant_client', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/invoice` },
  streamEvents: { works_for: 'merchant_client', status: 200, url: () => '/api/events' },
  claimRouteSession: { works_for: 'desk_operator', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/claim`, body: () => ({ takeover: 'urgent' }) },
  claimNextRouteSession: { works_for: 'desk_operator', status: 200, url: () => '/api/route-sessions/claim-next', body: () => ({}), ready: oneToClaim },
  releaseRouteSession: {
    works_for: 'desk_operator', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/release`, body: () => ({}),
  },
  listMessages: { works_for: 'merchant_client', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/messages` },
  createMessage: { works_for: 'merchant_client', status: 201, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/messages`, body: () => ({ text: 'We look at it today' }) },
  markMessagesSeen: { works_for: 'merchant_client', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/messages/seen`, body: () => ({ through_seq: 1 }) },
  askMerchant: {
    works_for: 'desk_operator', status: 201, thing: agreedThing, url: ({ id }) => `/api/route-sessions/${id}/asks`,
    body: (_of, { version }) => ({ version, kind: 'document', document_code: 'FORM_M_VALID_FX', text: 'Please send your Form M', due_at: '2026-09-30T17:00:00+01:00' }),
  },
  answerAsk: { works_for: 'merchant_client', status: 200, thing: askThing, url: ({ id }) => `/api/asks/${id}/answer`, body: () => ({ text: 'Here it is' }) },
  withdrawAsk: { works_for: 'desk_operator', status: 200, thing: askThing, url: ({ id }) => `/api/asks/${id}/withdraw`, body: () => ({}) },
  listRates: { works_for: 'desk_operator', status: 200, url: () => '/api/rates' },
  saveRates: { works_for: 'desk_operator', status: 200, url: () => '/api/rates', body: () => ({ changes: [{ leg: QUOTED_LEG, said: { price: '199.9', unit: 'NGN', per: 'CNH' }, source: 'phone_call' }] }) },
  listQuotes: { works_for: 'desk_operator', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/quotes` },
  captureQuote: {
    works_for: 'desk_operator', status: 201, thing: sessionThing, url: () => '/api/quotes',
    body: (_of, { id }) => ({ session_id: id, kind: 'indicative', leg: QUOTED_LEG, price: '199.9', quoted_as: { unit: 'NGN', per: 'CNH' }, expires_at: '2026-09-29T12:00:00+01:00', source: 'phone_call' }),
  },
  repriceRouteSession: { works_for: 'desk_operator', status: 200, thing: sessionThing, url: ({ id }) => `/api/route-sessions/${id}/reprice`, body: (_of, { version }) => ({ version, quote_ids: [] }) },
  listProviderOutages: { works_for: 'desk_operator', status: 200, url: () => '/api/provider-outages' },
  reportProviderOutage: { works_for: 'desk_operator', status: 201, url: () => '/api/provider-outages', ready: endOutages, body: () => ({ provider_id: 'ke-bank-wire', reason: 'not_answering', source: 'phone_call' }) },
  endProviderOutage: { works_for: 'desk_operator', status: 200, thing: outageThing, url: ({ id }) => `/api/provider-outages/${id}/end`, body: () => ({ because: 'works_again' }) },
  listCorridors: { works_for: 'merchant_client', status: 200, url: () => '/api/corridors' },
  getCorridor: { works_for: 'merchant_client', status: 200, url: () => '/api/corridors/ng-cn' },
  listProviders: { works_for: 'desk_operator', status: 200, url: () => '/api/providers' },
  getProvider: { works_for: 'desk_operator', status: 200, url: () => '/api/providers/ng-bank-rmb-direct' },
  listProviderAccounts: { works_for: 'desk_operator', status: 200, url: () => '/api/provider-accounts' },
  createProviderAccount: { works_for: 'platform_admin', status: 201, url: () => '/api/provider-accounts', body: newAccountBody },
  getProviderAccount: { works_for: 'desk_operator', status: 200, thing: providerAccountThing, url: ({ id }) => `/api/provider-accounts/${id}` },
  revealProviderAccount: { works_for: 'platform_admin', status: 200, thing: providerAccountThing, url: ({ id }) => `/api/provider-accounts/${id}/reveal`, body: () => ({ reason: 'reconcile' }) },
  retireProviderAccount: { works_for: 'platform_admin', status: 200, thing: providerAccountThing, url: ({ id }) => `/api/provider-accounts/${id}/retire`, body: () => ({ reason: 'closed' }) },
  listArtifacts: { works_for: 'merchant_client', status: 200, url: () => '/api/artifacts' },
  createArtifact: {
    works_for: 'merchant_client', status: 201, thing: sessionThing, url: () => '/api/artifacts', body: (_of, { id }) => uploadForm({ session_id: id }),
  },
  getArtifact: { works_for: 'merchant_client', status: 200, thing: artifactThing, url: ({ id }) => `/api/artifacts/${id}` },
  getArtifactContent: { works_for: 'merchant_client', status: 200, thing: artifactThing, url: ({ id }) => `/api/artifacts/${id}/content` },
  previewArtifact: { works_for: 'merchant_client', status: 200, thing: artifactThing, url: ({ id }) => `/api/artifacts/${id}/preview` },
  removeArtifact: { works_for: 'platform_admin', status: 200, thing: artifactThing, url: ({ id }) => `/api/artifacts/${id}/remove`, body: () => ({ reason: 'wrong_file' }) },
  listQuoteSources: { works_for: 'platform_admin', status: 200, url: () => '/api/quote-sources' },
  createQuoteSource: { works_for: 'platform_admin', status: 201, url: () => '/api/quote-sources', body: newSourceBody },
  renewQuoteSecret: { works_for: 'platform_admin', status: 200, thing: quoteSourceThing, url: ({ id }) => `/api/quote-sources/${id}/renew-secret`, body: () => ({}) },
  getReferenceRates: { works_for: 'desk_operator', status: 200, url: () => '/api/reference-rates' },
  // There is a feed in routes/reference-rates/apply.test.ts.
  applyReferenceRates: { works_for: 'platform_admin', status: 409, url: () => '/api/reference-rates/apply', body: () => ({}) },
  // Signed quotes: routes/webhooks/receive-quote.test.ts.
  receiveSignedQuote: {
    works_for: 'nobody', status: 404, url: () => `/api/webhooks/quotes/${NOTHING.id}.${NOTHING.id}`,
    body: () => ({ quote_ref: 'Q-1', sell_asset: 'NGN', buy_asset: 'USDT', sell_amount: '1000000', price: '0.00066', fee: { amount: '0', currency: 'NGN' }, observed_at: '2026-09-29T08:59:00Z', expires_at: '2026-09-29T09:10:00Z' }),
  },
  getFact: { works_for: 'desk_operator', status: 200, url: () => '/api/facts/F001' },
  listDeskFeeRules: { works_for: 'desk_operator', status: 200, url: () => '/api/desk-fee-rules' },
  putDeskFeeRule: {
    works_for: 'platform_admin', status: 200, url: () => '/api/desk-fee-rules',
    body: () => ({ merchant_id: null, corridor_id: 'gh-cn', fixed: { amount: '0', currency: 'USD' }, bps: '10', minimum: { amount: '0', currency: 'USD' }, reason: 'agreed with the desk' }),
  },
  setMarketClock: { works_for: 'platform_admin', status: 200, url: () => '/api/market-clock', body: () => ({ clock: '2026-09-29T09:00:00+01:00', reason: 'demonstration' }) },
  getMarketData: { works_for: 'desk_operator', status: 200, url: () => '/api/market-data' },
  listMarketDataImports: { works_for: 'desk_operator', status: 200, url: () => '/api/market-data/imports' },
  previewMarketDataImport: { works_for: 'platform_admin', status: 200, url: () => '/api/market-data/imports/preview', body: newMarketData },
  importMarketData: { works_for: 'platform_admin', status: 201, url: () => '/api/market-data/imports', body: newMarketData },
  listAuditEvents: { works_for: 'desk_operator', status: 200, url: () => '/api/audit-events' },
  verifyAuditEvents: { works_for: 'platform_admin', status: 200, url: () => '/api/audit-events/verification' },
  exportAuditEvents: { works_for: 'platform_admin', status: 200, url: () => '/api/audit-events/export' },
  listAuditReviews: { works_for: 'platform_admin', status: 200, url: () => '/api/audit-reviews' },
  createAuditReview: {
    works_for: 'platform_admin', status: 201, thing: reviewableThing, url: () => '/api/audit-reviews',
    body: (_of, { id, version }) => ({ view: 'readiness', through_seq: version, hash: id }),
  },
  listAuditCheckpoints: { works_for: 'platform_admin', status: 200, url: () => '/api/audit-checkpoints' },
  listApiKeys: { works_for: 'platform_admin', status: 200, url: () => '/api/api-keys' },
  createApiKey: { works_for: 'platform_admin', status: 201, url: () => '/api/api-keys', body: () => newKeyBody },
  revokeApiKey: { works_for: 'platform_admin', status: 200, thing: apiKeyThing, url: ({ id }) => `/api/api-keys/${id}/revoke`, body: () => ({}) },
  exportMyData: { works_for: 'settlement_agent', status: 200, url: () => '/api/privacy/my-data', body: () => ({}) },
  listOwnPrivacyRequests: { works_for: 'settlement_agent', status: 200, url: () => '/api/privacy/requests' },
  createPrivacyRequest: {
    works_for: 'settlement_agent', status: 201, url: () => '/api/privacy/requests', body: () => ({ kind: 'correction', note: 'my name is written otherwise' }),
    ready: (world, of) => world.database.superuser.query('delete from privacy_requests where tenant_id = $1 and user_id = any ($2)', [of.id, Object.values(of.users)]),
  },
  listPrivacyRequests: { works_for: 'platform_admin', status: 200, url: () => '/api/privacy/member-requests' },
  answerPrivacyRequest: {
    works_for: 'platform_admin', status: 200, thing: privacyRequestThing, url: ({ id }) => `/api/privacy/member-requests/${id}/answer`, body: () => ({ answer: 'refused', refusal: 'nothing_wrong' }),
  },
  healthLive: { works_for: 'nobody', status: 200, url: () => '/health/live' },
  healthReady: { works_for: 'nobody', status: 200, url: () => '/health/ready' },
  metrics: { works_for: 'nobody', status: 200, url: () => '/metrics' },
}

/** Makes the call of an operation with this thing, as this client. */
export const makeCall = (client: Client, operation: OperationRecord, call: Call, of: Company, thing: Thing, role: Role | 'nobody', headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  client.ask(operation.method, call.url(thing), { headers, ...(call.body === undefined ? {} : { body: call.body(of, thing, role) }) })

/** Everything of an answer that a caller can tell apart, but the request's id and the time. */
export const bytesOf = ({ status, headers, text }: Answer): string => {
  const { 'x-request-id': _id, date: _date, ...rest } = headers as Record<string, unknown>
  return JSON.stringify([status, rest, text])
}

/** Some tests are a call of every operation by every role: they take as long as there are operations, each call as long as one. */
export const EVERY_OPERATION = { timeout: 900_000 }
