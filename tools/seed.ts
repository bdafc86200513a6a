/**
 * The demo tenant: accounts, merchants, suppliers, the corridor data, and the ten intents of data/requests.json routed through the real
 * engine and policy. What is there already is left alone, so it may run at every start.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { digestOf } from '#contracts/canonical-json.ts'
import { DEMO_TENANT_ID } from '#contracts/demo.ts'
import type { Actor } from '#contracts/roles.ts'
import type { RouteRequestBody } from '#contracts/api/route-sessions.ts'
import type { PaymentIntent } from '#contracts/routing.ts'
import { askApprovals } from '#api/standing-offer.ts'
import { agreeToOffer, listRouteSessions, openDatabase, refused, transitionSession, withTenantRead, withTenantWrite, type Database } from '#database/index.ts'
import { provision, type Provisioner } from '#database/provision.ts'
import type { DatasetImport } from '#database/index.ts'
import { signedContext } from '#database/transactions.ts'
import { factsOf } from '#governance/index.ts'
import { parseDataset } from '#orchestrator/dataset.ts'
import { requestRoute, type RequestedRoute } from '#orchestrator/request-route.ts'
import { createSnapshotCache } from '#orchestrator/snapshot-cache.ts'
import { hashPassword } from '#platform/auth/index.ts'
import { loadTenantKeys, sealAccountMetadata, sealBankDetails, type KeyProvider, type TenantKeys } from '#platform/keys/index.ts'
import { openPolicy } from '#policy/index.ts'
import { DATA_FOLDER } from './read-dataset.ts'
import { DEMO_ACCOUNTS, DEMO_COLLEAGUE, DEMO_MERCHANT_OF_INTENT, DEMO_PARTIES, DEMO_TENANT, KEPT_DOCUMENTS, type DemoParty } from './seed/demo-parties.ts'
import { DEMO_PROVIDER_ACCOUNTS } from './seed/demo-provider-accounts.ts'

export { DEMO_ACCOUNTS } from './seed/demo-parties.ts'

export type SeedTarget = {
  /** owns the database */
  readonly owner_url: string
  /** serves requests: the sessions are made as a desk would make them */
  readonly serving_url: string
  readonly tenantKey: string
  /** wraps the demo tenant's data key, with which the suppliers' bank details and the accounts' metadata are sealed */
  readonly keyProvider: KeyProvider
  /** false leaves out the ten sessions */
  readonly sessions?: boolean
}

/** The same id for the same name at every start and on every machine. */
export function demoId(name: string): string {
  const hex = createHash('sha256').update(`flowclaw demo ${name}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

type FileIntent = PaymentIntent & { readonly merchant: PaymentIntent['merchant'] }
type DemoIntent = { readonly intent: FileIntent; readonly party: DemoParty; readonly merchant_id: string; readonly supplier_id: string }

const DATA_FILES = ['corridors', 'providers', 'estimates', 'rates'] as const

/** Brings the demo tenant to what the data files say. `seeded` is false where nothing was missing. */
export async function seedDemo(target: SeedTarget, folder: string = DATA_FOLDER): Promise<{ readonly seeded: boolean }> {
  const texts = Object.fromEntries([...DATA_FILES.map((name) => `${name}.json`), 'requests.json', 'facts.md'].map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
  // The bytes of the files name the seed, so that a second start compares one digest and reads nothing else.
  const note = `demo data ${digestOf([3, target.sessions ?? true, texts]).slice(0, 32)}`
  if (await isSeeded(target, note)) return { seeded: false }

  const intents = demoIntents(JSON.parse(texts['requests.json']!) as FileIntent[])
  const files = Object.fromEntries(DATA_FILES.map((name) => [name, JSON.parse(texts[`${name}.json`]!) as unknown])) as DatasetImport['files']
  const digest = digestOf(parseDataset(files))
  // One after the other: only so many hashes are made at once.
  const hashes: string[] = []
  for (const { password } of DEMO_ACCOUNTS) hashes.push(await hashPassword(password))
  const actors = await provision({ url: target.owner_url, tenantKey: target.tenantKey }, DEMO_TENANT_ID, async (p) => {
    await p.createTenant(DEMO_TENANT)
    const keys = await loadTenantKeys(target.keyProvider, DEMO_TENANT_ID, { read: p.readDataKeys, add: p.addDataKey })
    for (const each of intents) await createParties(p, keys, each)
    const made = await createMembers(p, hashes)
    await createProviderAccounts(p, keys, made.admin.user_id)
    await p.importDataset({ digest, note: 'data files of this version', files, facts: factsOf(texts['facts.md']!).facts, mode_ceilings: { 'ng-cn': 'manual' } })
    return made
  })
  if (target.sessions !== false) await routeIntents(target, intents, actors)
  await provision({ url: target.owner_url, tenantKey: target.tenantKey }, DEMO_TENANT_ID, (p) =>
    p.appendAudit({ user_id: actors.admin.user_id, action: 'tenant.seeded', entity: 'tenant', entity_id: DEMO_TENANT_ID, facts: { snapshot_digest: digest, note } }))
  return { seeded: true }
}

async function isSeeded(target: SeedTarget, note: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: target.owner_url })
  await client.connect()
  try {
    await client.query('begin read only')
    await client.query("select set_config('fc.tenant', $1, true)", [signedContext({ tenantKey: Buffer.from(target.tenantKey, 'base64url'), now: Date.now }, DEMO_TENANT_ID)])
    const { rows } = await client.query<{ payload: Buffer }>(
      "select payload from audit_events where tenant_id = $1 and entity = 'tenant' and action = 'tenant.seeded' order by seq desc limit 1", [DEMO_TENANT_ID])
    return rows[0] !== undefined && (JSON.parse(rows[0].payload.toString('utf8')) as { facts: { note: string } }).facts.note === note
  } finally {
    await client.end()
  }
}

function demoIntents(intents: readonly FileIntent[]): DemoIntent[] {
  return intents.map((intent) => {
    const party = DEMO_PARTIES[intent.id]
    if (party === undefined) throw new Error(`requests.json: no demo merchant for ${intent.id} (tools/seed/demo-parties.ts)`)
    return { intent, party, merchant_id: demoId(`merchant ${intent.id}`), supplier_id: demoId(`supplier ${intent.id}`) }
  })
}

async function createParties(p: Provisioner, keys: TenantKeys, { intent, party, merchant_id, supplier_id }: DemoIntent): Promise<void> {
  const settlement = intent.supplier_settlement
  await p.createMerchant({
    id: merchant_id, name: party.merchant, type: intent.merchant.type, city: intent.merchant.city, country: intent.merchant.country, trade: intent.merchant.trade,
    trade_class: intent.merchant.trade_class, documents_on_file: intent.documents_available.filter((code) => KEPT_DOCUMENTS.has(code)),
  })
  await p.createSupplier({
    id: supplier_id, merchant_id, legal_name: party.supplier, legal_name_zh: party.supplier_zh, country: settlement.country, city: settlement.city, method: settlement.method,
    settlement_currency: settlement.currency, payee_type: settlement.payee_type, payee_is_contract_seller: settlement.payee_is_contract_seller,
    accepts_other_settlement: settlement.accepts_other_settlement, prefers: settlement.prefers ?? null, network: settlement.network ?? null, bank_name: party.bank,
    ...sealBankDetails(keys, supplier_id, { account_number: party.account, cnaps: party.cnaps ?? null }), bic: party.bic ?? null, paid_before: !intent.first_payment_to_supplier,
  })
}

async function createMembers(p: Provisioner, hashes: readonly string[]): Promise<{ admin: Actor; desk: Actor; merchant: Actor }> {
  const made = new Map<string, Actor>()
  for (const [i, { role, email, name }] of DEMO_ACCOUNTS.entries()) {
    const key = email === DEMO_COLLEAGUE ? 'colleague' : role
    const user_id = await p.createAccount({ id: demoId(`user ${key}`), email, password_hash: hashes[i]! })
    const merchant_id = role === 'merchant_client' ? demoId(`merchant ${DEMO_MERCHANT_OF_INTENT}`) : null
    await p.createMembership({ user_id, role, merchant_id, display_name: name })
    made.set(key, { user_id, tenant_id: DEMO_TENANT_ID, role, merchant_id, session_id: demoId(`seed session ${key}`), display_name: name })
  }
  return { admin: made.get('platform_admin')!, desk: made.get('colleague')!, merchant: made.get('merchant_client')! }
}

async function createProviderAccounts(p: Provisioner, keys: TenantKeys, created_by: string): Promise<void> {
  for (const { reference, holder, instructions, merchant_of, ...account } of DEMO_PROVIDER_ACCOUNTS) {
    const id = demoId(`provider account ${account.provider_id} ${account.label}`)
    const sealed = sealAccountMetadata(keys, id, { account_reference: reference, account_holder: holder, instructions })
    await p.createProviderAccount({ ...account, ...sealed, id, merchant_id: merchant_of === undefined ? null : demoId(`merchant ${merchant_of}`), created_by })
  }
}

/** Each intent as its merchant would ask for it, through the same function as the API; its key makes a second seed answer the first's. */
async function routeIntents(target: SeedTarget, intents: readonly DemoIntent[], actors: { desk: Actor; merchant: Actor }): Promise<void> {
  const db = openDatabase({ url: target.serving_url, tenantKey: target.tenantKey, max: 2 })
  try {
    const policy = await openPolicy({})
    const deps = { db, policy, snapshots: createSnapshotCache(), now: () => new Date(), metrics: { routed: () => undefined, spent: () => undefined } }
    for (const each of intents) {
      const own = each.intent.id === DEMO_MERCHANT_OF_INTENT
      // An earlier version of this seed may have asked for it under another name.
      const known = await withTenantRead(db, actors.desk, (tx) => listRouteSessions(tx, { merchant_id: each.merchant_id, q: each.party.invoice, order: 'newest', limit: 1 }))
      if (known.items.length > 0) continue
      const result = await requestRoute(deps, {
        actor: own ? actors.merchant : actors.desk, idempotency_key: `demo-seed-${each.intent.id}`, request_id: demoId(`request ${each.intent.id}`), body: bodyOf(each, own),
      })
      if (result.ok && result.value.kind === 'routed' && ACCEPTED.has(each.intent.id)) await accept(db, actors.desk, each.intent.id, result.value)
      // A market clock that an admin has moved on since may be past a deadline: then that intent is simply not asked again.
      if (!result.ok && result.error.code !== 'invalid_field' && result.error.code !== 'idempotency_mismatch') throw new Error(`demo intent ${each.intent.id}: ${result.error.code} ${result.error.field ?? ''}`)
    }
  } finally {
    await db.close()
  }
}

/** Intents whose merchant has said yes by phone, so that the desk's queue begins with something to do. */
const ACCEPTED: ReadonlySet<string> = new Set(['req-008', 'req-010'])

async function accept(db: Database, desk: Actor, intent_id: string, { session, routed: { decision }, snapshot }: Extract<RequestedRoute, { kind: 'routed' }>): Promise<void> {
  const session_id = session.id
  const recommended = decision.candidates.find(({ id }) => id === decision.recommended_id)
  if (recommended === undefined) throw new Error(`demo intent ${intent_id}: nothing was recommended`)
  const request = { actor: desk, operation: 'acceptRouteSession', idempotency_key: `demo-accept-${intent_id}`, fingerprint: digestOf(session_id), request_id: demoId(`accept ${intent_id}`) }
  const done = await withTenantWrite(db, request, async (tx) => {
    const audit = { action: 'route_session.accepted', entity: 'route_session', entity_id: session_id, facts: {} }
    await agreeToOffer(tx, { session_id, ...(await askApprovals(tx, session, recommended, snapshot)) })
    const moved = await transitionSession(tx, { session_id, from: 'recommended', to: 'accepted', version: 1, market_clock: DEMO_TENANT.market_clock, reason: 'Accepted by phone' })
    return moved.ok ? { audit: { ...audit, transition_seq: moved.value.version }, response: { status: 200, body: { id: session_id } } } : refused(moved.error, audit)
  })
  // Somebody may have moved it on since an earlier start.
  if (!done.ok && done.error.code !== 'stale_version') throw new Error(`demo intent ${intent_id}: ${done.error.code}`)
}

function bodyOf({ intent, party, merchant_id, supplier_id }: DemoIntent, own: boolean): RouteRequestBody {
  return {
    supplier_id, corridor_id: intent.corridor_id, amount: intent.amount, needed_by: intent.needed_by, hard_deadline: intent.hard_deadline, purpose: intent.purpose,
    goods: intent.goods, invoice: { number: party.invoice, currency: intent.invoice_currency, account_count: intent.supplier_settlement.account_count },
    documents_available: intent.documents_available, preference: intent.preference, funding: intent.funding,
    ...(intent.max_total_cost_pct === undefined ? {} : { max_total_cost_pct: intent.max_total_cost_pct }),
    ...(intent.held_funds === undefined ? {} : { held_funds: intent.held_funds }),
    ...(own ? {} : { on_behalf: { merchant_id, reason: 'Asked by phone' } }),
  }
}
