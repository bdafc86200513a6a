/** A small Operator Company for tests: an admin, a desk operator, two merchants with a user and a supplier each, one corridor and a snapshot. */
import { AssertionError } from 'node:assert'
import type { Actor, Role } from '#contracts/roles.ts'
import { sha256Hex } from '#contracts/canonical-json.ts'
import type { PaymentIntent } from '#contracts/routing.ts'
import { addApproval, agreeToOffer, newId, newReference, setExecutionMode, withTenantWrite, type Database, type NewDecision, type NewRouteSession, type SessionState, type Tx, type WriteRequest } from '#database/index.ts'
import { provision } from '#database/provision.ts'
import { sealBankDetails } from '#platform/keys/index.ts'
import { TEST_TENANT_KEY, type TestDatabase } from './database.ts'
import { testKeysOf } from './keys.ts'

export type TestTenant = {
  readonly tenant_id: string
  readonly admin: Actor
  readonly desk: Actor
  readonly agent: Actor
  readonly merchant: Actor & { readonly merchant_id: string }
  readonly other_merchant: Actor & { readonly merchant_id: string }
  readonly supplier_id: string
  readonly other_supplier_id: string
  readonly snapshot_digest: string
}

/** Not a password hash: nobody signs in with it. */
const NO_PASSWORD = 'none'

/** Makes a tenant with ids of its own; emails are `role@name.example`. */
export async function makeTestTenant(test: Pick<TestDatabase, 'ownerUrl'>, name = `t${sha256Hex(newId()).slice(0, 8)}`, options: { readonly password_hash?: string; readonly market_clock?: string | null } = {}): Promise<TestTenant> {
  const tenant_id = newId()
  const ids = { merchant: newId(), other: newId(), supplier: newId(), otherSupplier: newId() }
  const digest = sha256Hex(`snapshot of ${name}`)
  return provision({ url: test.ownerUrl, tenantKey: TEST_TENANT_KEY }, tenant_id, async (p) => {
    await p.createTenant({ name, time_zone: 'Africa/Lagos', market_clock: options.market_clock === undefined ? '2026-09-29T09:00:00+01:00' : options.market_clock })
    for (const [id, label] of [[ids.merchant, 'Adeola'], [ids.other, 'Bisi']] as const) {
      await p.createMerchant({ id, name: `${label} of ${name}`, type: 'limited_company', city: 'Lagos', country: 'NG', trade: 'phones', trade_class: 'general', documents_on_file: ['TIN'] })
    }
    const keys = await testKeysOf(tenant_id, { read: p.readDataKeys, add: p.addDataKey })
    for (const [id, merchant_id] of [[ids.supplier, ids.merchant], [ids.otherSupplier, ids.other]] as const) {
      await p.createSupplier({
        id, merchant_id, legal_name: `Supplier of ${merchant_id}`, legal_name_zh: '深圳', country: 'CN', city: 'Shenzhen', method: 'mainland_corporate_account',
        settlement_currency: 'CNY', payee_type: 'company', payee_is_contract_seller: true, accepts_other_settlement: false, prefers: null, network: null,
        bank_name: 'Bank', bic: null, ...sealBankDetails(keys, id, { account_number: '6222020200011234821', cnaps: '102584000017' }),
      })
    }
    const member = async (role: Role, label: string, merchant_id: string | null): Promise<Actor> => {
      const user_id = await p.createAccount({ id: newId(), email: `${label}@${name}.example`, password_hash: options.password_hash ?? NO_PASSWORD })
      await p.createMembership({ user_id, role, merchant_id, display_name: `${label} ${name}` })
      return { user_id, tenant_id, role, merchant_id, session_id: newId(), display_name: `${label} ${name}` }
    }
    await p.importDataset({
      digest, note: 'test', facts: [], mode_ceilings: { 'ng-cn': 'manual' },
      files: {
        corridors: { corridors: [{ id: 'ng-cn', name: 'Nigeria to China', source: { country: 'NG', currency: 'NGN' }, destination: { country: 'CN' } }] },
        providers: [], estimates: { providers: [], weights: {}, default_limits: {}, manual_actors: [] }, rates: {},
      },
    })
    return {
      tenant_id, snapshot_digest: digest, supplier_id: ids.supplier, other_supplier_id: ids.otherSupplier,
      admin: await member('platform_admin', 'admin', null),
      desk: await member('desk_operator', 'desk', null),
      agent: await member('settlement_agent', 'agent', null),
      merchant: (await member('merchant_client', 'merchant', ids.merchant)) as TestTenant['merchant'],
      other_merchant: (await member('merchant_client', 'other', ids.other)) as TestTenant['other_merchant'],
    }
  })
}

/** A write request with a fresh key. */
export const writeRequest = (actor: Actor, over: Partial<WriteRequest> = {}): WriteRequest => ({
  actor, operation: 'testOperation', idempotency_key: newId(), fingerprint: sha256Hex('body'), request_id: newId(), ...over,
})

/** Runs a change as a person, keeps it, and gives back what it made. Throws where the write is refused, with its code as the `constraint`. */
export async function writeAs<T>(db: Database, actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
  let value: T | undefined
  const done = await withTenantWrite(db, writeRequest(actor), async (tx) => {
    value = await work(tx)
    return { audit: { action: 'test', entity: 'test', entity_id: newId(), transition_seq: null, facts: {} }, response: { status: 200, body: {} } }
  })
  if (!done.ok) throw Object.assign(new AssertionError({ message: done.error.code }), { constraint: done.error.code })
  return value as T
}

const INTENT: PaymentIntent = {
  id: 'intent', corridor_id: 'ng-cn', created_at: '2026-09-29T09:00:00+01:00', needed_by: '2026-10-09T17:00:00+08:00', hard_deadline: false,
  merchant: { type: 'limited_company', city: 'Lagos', country: 'NG', trade: 'phones', trade_class: 'general' }, purpose: 'goods',
  goods: { description: 'phones', class: 'electrical', paid: 'deposit' }, amount: { side: 'supplier_receives', value: '185000', currency: 'CNY' },
  invoice_currency: 'CNY',
  supplier_settlement: { method: 'mainland_corporate_account', currency: 'CNY', country: 'CN', city: 'Shenzhen', payee_type: 'company', payee_is_contract_seller: true, account_count: 1, accepts_other_settlement: false },
  first_payment_to_supplier: true, documents_available: ['TIN', 'FORM_Q'], preference: 'balanced', funding: 'bank_transfer',
}

/** A recommended session of the tenant's first merchant with `candidates` shown and `verdicts` judged. */
export function makeTestSession(tenant: TestTenant, over: Partial<NewRouteSession> = {}, size: { readonly candidates?: number; readonly verdicts?: number } = {}): NewRouteSession {
  const decision: NewDecision = {
    id: newId(), engine_version: '1', snapshot_digest: tenant.snapshot_digest, weights_revision: 'w1', policy_revision: 'p1', market_clock: '2026-09-29T09:00:00+01:00',
    result_digest: sha256Hex('result'), outcome: 'conditional', complete: true, degraded: [], options: { data_age: 'clock' }, recommended_id: 'r1-2', cheapest_id: 'r1-3',
    rulings: [{
      policy_revision: 'p1',
      verdicts: Array.from({ length: size.verdicts ?? 150 }, (_, i) => {
        const denials = i % 3 === 0 ? [] : [`pair_not_allowed:provider-${i % 7}`, `prohibited:rule-${i % 5}`]
        return { candidate_id: `r${i}-${i * 7 % 61}-${i * 13 % 97}`, allow: denials.length === 0, denials }
      }),
    }],
    candidates: Array.from({ length: size.candidates ?? 8 }, (_, i) => ({
      candidate_id: `r${i}-${i * 7 % 61}-${i * 13 % 97}`, rank: i + 1, status: 'conditional' as const, sent: { amount: '37102190.14', currency: 'NGN' },
      received: { amount: '185000.00', currency: 'CNY' }, cost_bps: '141.964521', score: '588.412345',
    })),
  }
  return {
    id: newId(), reference: newReference(), merchant_id: tenant.merchant.merchant_id, supplier_id: tenant.supplier_id, corridor_id: 'ng-cn', state: 'recommended',
    outcome: 'conditional', mode_ceiling: 'manual', on_behalf_reason: null, invoice_number: `INV-${newReference()}`, invoice_total: null, description: 'phones, 30% deposit',
    amount: { side: 'supplier_receives', value: '185000', currency: 'CNY' }, intent: INTENT, requested_at: '2026-09-29T09:00:00+01:00', due_at: '2026-10-09T17:00:00+08:00',
    valid_until: '2026-09-30T09:00:00+01:00', degraded: [], documents_used: ['FORM_Q'], providers_used: [], sends: { amount: '37102190.14', currency: 'NGN' }, receives: { amount: '185000.00', currency: 'CNY' },
    cost_bps: '141.964521', needed_by: '2026-10-09T17:00:00+08:00', desk_fee: { amount: '0.00', currency: 'NGN' }, desk_fee_rule_id: null, why: 'Conditional: 6 papers missing.', decision, ...over,
  }
}

/** What must stand before a session of makeTestSession moves to this state: the merchant's agreement, one approval of the desk, a mode. In the transaction of the move, ahead of it. */
export async function readyFor(tx: Tx, session: Pick<NewRouteSession, 'id' | 'mode_ceiling'>, to: SessionState): Promise<void> {
  if (to === 'accepted') await agreeToOffer(tx, { session_id: session.id, required: 1, because: [], rules_version: null })
  if (to === 'approved') await addApproval(tx, { id: newId(), session_id: session.id, content_version: 1, details_version: await detailsVersionOf(tx, session.id), candidate_id: 'r1-1', reason_code: 'best_score_ready', note: null })
  if (to === 'executing') await setExecutionMode(tx, session.id, session.mode_ceiling)
}
async function detailsVersionOf(tx: Tx, session_id: string): Promise<number> {
  const [row] = await tx.sql<{ version: number }>('select accepted_details_version as version from route_sessions where tenant_id = $1 and id = $2', [tx.actor.tenant_id, session_id])
  return row!.version
}
