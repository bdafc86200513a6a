/** Merchants and suppliers of the tenant in context. Account numbers are sealed before they come here. */
import { sql } from 'kysely'
import { err, ok, type Result } from '#contracts/result.ts'
import { decodeCursor, encodeCursor, isName, isUuid } from './cursor.ts'
import { newId } from './ids.ts'
import type { Tx } from './transactions.ts'
import type { MerchantRow, NewMerchant, NewSupplier, SupplierRow } from './types.ts'

export const MERCHANT = ['id', 'name', 'type', 'city', 'country', 'trade', 'trade_class', 'documents_on_file', 'version'] as const
export const SUPPLIER = [
  'id', 'merchant_id', 'legal_name', 'legal_name_zh', 'country', 'city', 'method', 'settlement_currency', 'payee_type', 'payee_is_contract_seller',
  'accepts_other_settlement', 'prefers', 'network', 'bank_name', 'account_masked', 'bic', 'cnaps_masked', 'details_state', 'paid_before', 'created_at',
] as const

/** All merchants of the tenant by name; at most 1,000, which is more than a desk serves. `merchant_id` narrows it to one. */
export async function listMerchants(tx: Tx, merchant_id: string | null = null): Promise<MerchantRow[]> {
  let query = tx.db.selectFrom('merchants').select(MERCHANT).where('tenant_id', '=', tx.actor.tenant_id)
  if (merchant_id !== null) query = query.where('id', '=', merchant_id)
  return query.orderBy('name').orderBy('id').limit(1000).execute()
}

export async function readMerchant(tx: Tx, id: string): Promise<MerchantRow | null> {
  return (await tx.db.selectFrom('merchants').select(MERCHANT).where('tenant_id', '=', tx.actor.tenant_id).where('id', '=', id).executeTakeFirst()) ?? null
}

const isNameTaken = async (tx: Tx, name: string, except: string | null): Promise<boolean> =>
  (await tx.db.selectFrom('merchants').select('id').where('tenant_id', '=', tx.actor.tenant_id).where('name', '=', name).$if(except !== null, (query) => query.where('id', '!=', except!)).executeTakeFirst()) !== undefined

/** Makes a merchant without papers on file; a name stands once in a company. */
export async function createMerchant(tx: Tx, merchant: NewMerchant): Promise<Result<MerchantRow, { code: 'name_taken' }>> {
  if (await isNameTaken(tx, merchant.name, null)) return err({ code: 'name_taken' })
  const { name, type, city, country, trade, trade_class } = merchant
  return ok(await tx.db.insertInto('merchants').values({ tenant_id: tx.actor.tenant_id, id: newId(), name, type, city, country, trade, trade_class }).returning(MERCHANT).executeTakeFirstOrThrow())
}

/** Changes what is named of a merchant, at the version that was read. */
export async function changeMerchant(tx: Tx, id: string, change: Partial<NewMerchant> & { readonly version: number }): Promise<Result<MerchantRow, { code: 'not_found' | 'stale_version' | 'name_taken' }>> {
  const { version, ...fields } = change
  if ((await readMerchant(tx, id)) === null) return err({ code: 'not_found' })
  if (fields.name !== undefined && (await isNameTaken(tx, fields.name, id))) return err({ code: 'name_taken' })
  const changed = await tx.db.updateTable('merchants').set({ ...fields, version: version + 1 })
    .where('tenant_id', '=', tx.actor.tenant_id).where('id', '=', id).where('version', '=', version).returning(MERCHANT).executeTakeFirst()
  return changed === undefined ? err({ code: 'stale_version' }) : ok(changed)
}

export type SupplierQuery = { readonly merchant_id?: string | null; /** part of a legal name, in either script */ readonly q?: string | null; /** those that a change of bank details holds, or the others */ readonly details_state?: SupplierRow['details_state'] | null; readonly limit: number; readonly cursor?: string | null }

/** Suppliers by legal name. Throws CursorError. */
export async function listSuppliers(tx: Tx, ask: SupplierQuery): Promise<{ items: SupplierRow[]; next_cursor: string | null }> {
  let query = tx.db.selectFrom('suppliers').select(SUPPLIER).where('tenant_id', '=', tx.actor.tenant_id)
  if (ask.merchant_id) query = query.where('merchant_id', '=', ask.merchant_id)
  if (ask.details_state) query = query.where('details_state', '=', ask.details_state)
  if (ask.q) query = query.where(sql<boolean>`position(lower(${ask.q}) in lower(concat_ws(' ', legal_name, legal_name_zh))) > 0`)
  if (ask.cursor) {
    const [name, id] = decodeCursor(ask.cursor, [isName, isUuid]) as [string, string]
    query = query.where((eb) => eb(eb.refTuple('legal_name', 'id'), '>', eb.tuple(name, id)))
  }
  const rows = (await query.orderBy('legal_name').orderBy('id').limit(ask.limit + 1).execute()) as SupplierRow[]
  const items = rows.slice(0, ask.limit)
  const last = items.at(-1)
  return { items, next_cursor: rows.length > ask.limit && last !== undefined ? encodeCursor([last.legal_name, last.id]) : null }
}

/** One supplier; with `merchant_id`, only if it is that merchant's. */
export async function readSupplier(tx: Tx, id: string, ask: { readonly merchant_id?: string | null } = {}): Promise<SupplierRow | null> {
  let query = tx.db.selectFrom('suppliers').select(SUPPLIER).where('tenant_id', '=', tx.actor.tenant_id).where('id', '=', id)
  if (ask.merchant_id) query = query.where('merchant_id', '=', ask.merchant_id)
  return ((await query.executeTakeFirst()) as SupplierRow | undefined) ?? null
}

/** "•••• 4821"; a short number shows nothing of itself. */
export function maskAccount(number: string): string {
  const plain = number.replace(/\s/g, '')
  return plain.length >= 8 ? `•••• ${plain.slice(-4)}` : '••••'
}

/** Saves a supplier, its bank details sealed. */
export async function createSupplier(tx: Tx, supplier: NewSupplier): Promise<void> {
  await tx.db.insertInto('suppliers').values({ tenant_id: tx.actor.tenant_id, ...rowOf(supplier) }).execute()
}

/** The columns of a new supplier, field by field: whatever else an object carries stays out. */
export const rowOf = (supplier: NewSupplier) => ({
  id: supplier.id, merchant_id: supplier.merchant_id, legal_name: supplier.legal_name, legal_name_zh: supplier.legal_name_zh, country: supplier.country, city: supplier.city,
  method: supplier.method, settlement_currency: supplier.settlement_currency, payee_type: supplier.payee_type, payee_is_contract_seller: supplier.payee_is_contract_seller,
  accepts_other_settlement: supplier.accepts_other_settlement, prefers: supplier.prefers, network: supplier.network, bank_name: supplier.bank_name,
  bank_details_sealed: supplier.bank_details_sealed, account_masked: supplier.account_masked, bic: supplier.bic, cnaps_masked: supplier.cnaps_masked,
  paid_before: supplier.paid_before ?? false,
})

/** What a reveal needs: the sealed details and what stands beside them. With `merchant_id`, only if it is that merchant's. */
export async function readSealedDetails(tx: Tx, id: string, ask: { readonly merchant_id?: string | null } = {}): Promise<{ bank_details_sealed: Buffer; bank_name: string | null; bic: string | null } | null> {
  let query = tx.db.selectFrom('suppliers').select(['bank_details_sealed', 'bank_name', 'bic']).where('tenant_id', '=', tx.actor.tenant_id).where('id', '=', id)
  if (ask.merchant_id) query = query.where('merchant_id', '=', ask.merchant_id)
  const row = await query.executeTakeFirst()
  if (row === undefined) return null
  if (row.bank_details_sealed === null) throw new Error('a supplier is not sealed: the start of this version did not end')
  return { ...row, bank_details_sealed: row.bank_details_sealed }
}
