/** The lines of a payment instruction in the order in which a bank's form asks for them. Pure. */
import type { PaymentInstruction } from '../../../api/types.ts'
import { formatDecimal } from '../../../shared/money.ts'

/** What was opened for this sheet; null while the account is masked. */
export type Opened = { readonly account_number: string | null; readonly cnaps: string | null } | null
export type Line = {
  readonly key: string
  readonly term: string
  readonly value: string
  /** what stands behind the value, muted */
  readonly note?: string
  readonly lang?: 'zh'
  readonly mono?: boolean
  /** false where the value is masked: half a number copied is worse than none */
  readonly whole: boolean
}

export function linesOf(instruction: PaymentInstruction, opened: Opened): readonly Line[] {
  const line = (key: string, term: string, value: string | null, more: Partial<Line> = {}): Line[] => (value === null || value === '' ? [] : [{ key, term, value, whole: true, ...more }])
  const { payee, payee_zh, money } = instruction
  return [
    ...line('payee', 'Payee', payee_zh ?? payee, payee_zh === null ? {} : { lang: 'zh' }),
    ...line('payee_latin', 'Payee, Latin', payee_zh === null ? null : payee),
    ...line('bank', 'Bank', instruction.bank_name, instruction.place === null ? {} : { note: instruction.place }),
    ...line('place', 'Place', instruction.bank_name === null ? instruction.place : null),
    ...line('cnaps', 'CNAPS', opened?.cnaps ?? instruction.cnaps_masked, { mono: true, whole: opened?.cnaps != null }),
    ...line('bic', 'BIC', instruction.bic, { mono: true }),
    ...line('account', 'Account', opened?.account_number ?? instruction.account_masked, { mono: true, whole: opened?.account_number != null }),
    ...line('amount', 'Amount', `${money.currency} ${formatDecimal(money.amount)}`),
    ...line('charges', 'Charges', instruction.charges, instruction.charges_mean === null ? {} : { note: instruction.charges_mean }),
    ...line('purpose', 'Purpose code', instruction.purpose_code, instruction.purpose === null ? {} : { note: instruction.purpose }),
    ...line('reference', 'Reference', instruction.reference, { mono: true }),
  ]
}

/** Every line as text, for one paste. A masked number says that it is one. */
export const asText = (lines: readonly Line[]): string => lines.map(({ term, value, whole }) => `${term}: ${value}${whole ? '' : ' (masked)'}`).join('\n')
