import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PaymentInstruction } from '../../../api/types.ts'
import { asText, linesOf } from './instruction-lines.ts'

const instruction: PaymentInstruction = {
  payee: 'Wenzhou Sample Machinery Co., Ltd.', payee_zh: '温州示例机械有限公司', bank_name: 'Sample Bank', place: 'Wenzhou, CN', account_masked: '•••• 0017', cnaps_masked: '•••• 0014', bic: null,
  money: { amount: '1450000.85', currency: 'CNY' }, charges: 'OUR', charges_mean: 'The payer bears all charges.', purpose_code: 'GDDS', purpose: 'Goods trade', reference: 'FC-REQ008-1', cut_off: null,
}
const of = (key: string, opened: Parameters<typeof linesOf>[1] = null) => linesOf(instruction, opened).find((line) => line.key === key)

// Guarantee: amount and reference are copied to the last digit, and a masked number is never copied as if it were one.
test('the lines of an instruction', () => {
  assert.deepEqual([of('amount')!.value, of('reference')!.value, of('bic')], ['CNY 1,450,000.85', 'FC-REQ008-1', undefined])
  assert.deepEqual([of('account')!.value, of('account')!.whole, of('cnaps')!.whole], ['•••• 0017', false, false])
  const opened = { account_number: '330501627835 0017', cnaps: null }
  assert.deepEqual([of('account', opened)!.value, of('account', opened)!.whole, of('cnaps', opened)!.whole], ['330501627835 0017', true, false])
  assert.match(asText(linesOf(instruction, null)), /^Account: •••• 0017 \(masked\)$/m)
  assert.match(asText(linesOf(instruction, opened)), /^Account: 330501627835 0017$/m)
})
