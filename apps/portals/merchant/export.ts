import type { MerchantSessionRow } from '../api/types.ts'
import { csvOf } from '../shared/csv.ts'

/** Route History as CSV, amounts as the exact decimal strings. */
export function tableOf(rows: readonly MerchantSessionRow[]): string {
  const head = ['reference', 'state', 'supplier', 'supplier_zh', 'description', 'supplier_gets', 'supplier_gets_currency', 'you_pay', 'you_pay_currency', 'needed_by', 'requested_at', 'next']
  const lines = rows.map((row) => [
    row.reference, row.state, row.supplier_name, row.supplier_name_zh ?? '', row.description, row.supplier_gets?.amount ?? '', row.supplier_gets?.currency ?? '',
    row.you_pay?.amount ?? '', row.you_pay?.currency ?? '', row.needed_by, row.requested_at, row.next.what,
  ])
  return csvOf([head, ...lines])
}
