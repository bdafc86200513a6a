/** Changes of suppliers' bank details: proposed, which holds the supplier, then confirmed by a second person, rejected or withdrawn. Numbers are sealed before they come here. */
import { decodeCursor, encodeCursor, isUuid } from './cursor.ts'
import type { Tx } from './transactions.ts'
import type { BankDetailChangeRow, ChangeToDecide, NewBankDetailChange } from './types.ts'

const SELECT = `select c.id, c.supplier_id, c.state, c.received_by, c.account_masked, c.cnaps_masked, c.bank_name, c.bic, c.replaced_account_masked, c.replaced_cnaps_masked,
    c.replaced_bank_name, c.replaced_bic, c.proposed_by, p.display_name as proposed_by_name, c.proposed_at, c.decided_by, d.display_name as decided_by_name, c.decided_at,
    c.confirmed_over, c.confirmed_with, c.rejected_because
  from bank_detail_changes c join memberships p on p.tenant_id = c.tenant_id and p.user_id = c.proposed_by
    left join memberships d on d.tenant_id = c.tenant_id and d.user_id = c.decided_by`

/** A page of a supplier's changes, newest first. Throws CursorError. */
export async function listBankDetailChanges(tx: Tx, supplier_id: string, ask: { readonly limit: number; readonly cursor?: string | null }): Promise<{ items: BankDetailChangeRow[]; next_cursor: string | null }> {
  const [before] = ask.cursor ? decodeCursor(ask.cursor, [isUuid]) : [null]
  // Ids rise with the time.
  const rows = await tx.sql<BankDetailChangeRow>(`${SELECT} where c.tenant_id = $1 and c.supplier_id = $2 and ($3::uuid is null or c.id < $3) order by c.id desc limit ${Math.trunc(ask.limit) + 1}`,
    [tx.actor.tenant_id, supplier_id, before])
  const items = rows.slice(0, ask.limit)
  return { items, next_cursor: rows.length > ask.limit ? encodeCursor([items.at(-1)!.id]) : null }
}

export async function readBankDetailChange(tx: Tx, id: string): Promise<BankDetailChangeRow | null> {
  return (await tx.sql<BankDetailChangeRow>(`${SELECT} where c.tenant_id = $1 and c.id = $2`, [tx.actor.tenant_id, id]))[0] ?? null
}

/** What a decision is made on: who proposed what, and both sealed values. */
export async function readChangeToDecide(tx: Tx, id: string): Promise<ChangeToDecide | null> {
  const [row] = await tx.sql<ChangeToDecide>(
    `select c.id, c.supplier_id, c.state, c.received_by, c.proposed_by, c.bic, c.details_sealed, s.method, s.bank_details_sealed as present_sealed
      from bank_detail_changes c join suppliers s on s.tenant_id = c.tenant_id and s.id = c.supplier_id where c.tenant_id = $1 and c.id = $2`, [tx.actor.tenant_id, id])
  return row ?? null
}

/** Proposes new details for a supplier of the tenant and holds it; false where it is held already. */
export async function proposeBankDetails(tx: Tx, change: NewBankDetailChange): Promise<boolean> {
  const [row] = await tx.sql<{ held: boolean }>('select fc.propose_bank_details($1, $2, $3, $4, $5, $6, $7, $8, $9) as held',
    [change.id, change.supplier_id, tx.actor.user_id, change.received_by, change.details_sealed, change.account_masked, change.cnaps_masked, change.bank_name, change.bic])
  return row!.held
}

/** Puts the proposed details in force: `present_sealed` is them for the supplier's row, `replaced_sealed` what stood there, for the change. False where somebody was first. */
export async function confirmBankDetails(tx: Tx, id: string, by: { readonly confirmed_over: string; readonly confirmed_with: string; readonly present_sealed: Buffer; readonly replaced_sealed: Buffer }): Promise<boolean> {
  const [row] = await tx.sql<{ done: boolean }>('select fc.confirm_bank_details($1, $2, $3, $4, $5, $6) as done',
    [id, tx.actor.user_id, by.confirmed_over, by.confirmed_with, by.present_sealed, by.replaced_sealed])
  return row!.done
}

/** Leaves the supplier with the details it had; false where somebody was first. */
export async function rejectBankDetails(tx: Tx, id: string, because: string): Promise<boolean> {
  const [row] = await tx.sql<{ done: boolean }>('select fc.reject_bank_details($1, $2, $3) as done', [id, tx.actor.user_id, because])
  return row!.done
}

/** Whether a route to the supplier may be accepted; if so, no change can hold it before this transaction has ended. */
export async function keepSupplierPayable(tx: Tx, supplier_id: string): Promise<boolean> {
  const [row] = await tx.sql<{ version: number | null }>('select fc.keep_supplier_payable($1) as version', [supplier_id])
  return row!.version !== null
}
