import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fieldsOfProof, PROOF_KIND_NAMES, PROOF_KINDS } from '#contracts/proof-fields.ts'
import { readDataset } from '#tools/read-dataset.ts'
import { readOtherwise, differencesOf, isTransactionHash, type Expected, type ReadFromProof } from './proof-check.ts'

const expected: Expected = {
  sends: { amount: '290782685.09', currency: 'NGN' }, receives: { amount: '1450000.00', currency: 'CNY' }, payees: ['Wenzhou Sample Machinery Co., Ltd', '温州示例机械有限公司'], account_last4: '0017',
  reference: 'FC-7K3M-9QXA-1', charges: 'OUR', network: 'TRON', started_at: '2026-09-30T09:00:00+01:00', now: '2026-09-30T15:00:00+01:00',
}
const right: ReadFromProof = {
  kind: 'mt103_or_pacs008', money: { amount: '1450000', currency: 'CNY' }, happened_at: '2026-09-30T10:00:00+01:00', payee: '温州示例机械有限公司', account_last4: '0017', reference: 'fc-7k3m-9qxa-1', charges: 'OUR',
  transaction_hash: 'a'.repeat(64),
}
const fields = (read: Partial<ReadFromProof>) => differencesOf(expected, { ...right, ...read }).map(({ field }) => field)

// Guarantee: what matches in every field differs in none, however banks write names, references and trailing zeros.
test('a right proof has no difference', () => {
  assert.deepEqual(fields({}), [])
  for (const payee of ['WENZHOU SAMPLE MACHINERY CO LTD', 'Wenzhou Sample Machinery Company Limited', 'Ｗenzhou Sample Machinery Co.,Ltd.']) assert.deepEqual(fields({ payee }), [], payee)
  assert.deepEqual(fields({ reference: 'FC 7K3M 9QXA 1', money: { amount: '290782685.09', currency: 'NGN' } }), [])
})

// Guarantee: each field that says something else is named by itself, with what was told and what was read.
test('each field that differs is shown', () => {
  for (const [read, field] of [
    [{ money: { amount: '1450000.01', currency: 'CNY' } }, 'amount'], [{ money: { amount: '1449999.99', currency: 'CNY' } }, 'amount'], [{ money: { amount: '1450000', currency: 'USD' } }, 'amount'],
    [{ happened_at: '2026-09-30T07:59:59+01:00' }, 'happened_at'], [{ happened_at: '2026-09-30T15:15:01+01:00' }, 'happened_at'],
    [{ payee: 'Wenzhou Sample Trading Co., Ltd' }, 'payee'], [{ payee: 'Co., Ltd' }, 'payee'], [{ account_last4: '0018' }, 'account_last4'], [{ reference: 'FC-7K3M-9QXA-2' }, 'reference'], [{ charges: 'SHA' }, 'charges'], [{ transaction_hash: 'xyz' }, 'transaction_hash'],
  ] as const) assert.deepEqual(fields(read), [field], JSON.stringify(read))
  assert.deepEqual(differencesOf(expected, { ...right, charges: 'SHA' }).map(({ instruction, read }) => [instruction, read]), [['OUR', 'SHA']])
})

// Guarantee: a receipt may be short by the smallest unit, as banks round, and by nothing more; and never over.
test('what arrives may be short by one smallest unit', () => {
  const receipt = (amount: string) => differencesOf(expected, { ...right, kind: 'bank_credit_advice', money: { amount, currency: 'CNY' } }).length
  assert.deepEqual(['1450000', '1449999.99', '1449999.98', '1450000.01'].map(receipt), [0, 0, 1, 1])
})

// Guarantee: a receipt shows what arrived: one of the money that was sent proves no arrival.
test('a receipt of what was sent is none', () => {
  for (const kind of ['bank_credit_advice', 'supplier_receipt', 'wallet_receipt', 'redemption_confirmation']) assert.ok(fields({ kind, money: { amount: '290782685.09', currency: 'NGN' } }).includes('amount'), kind)
})

// Guarantee: of a proof that shows nothing, every field that its kind must show is a difference; of an unknown kind, every field.
test('an empty proof never passes', () => {
  for (const kind of [...PROOF_KIND_NAMES, 'something_else', '__proto__', 'constructor']) {
    const empty: ReadFromProof = { kind, money: null, happened_at: null, payee: null, account_last4: null, reference: null, charges: null, transaction_hash: null }
    assert.deepEqual(differencesOf(expected, empty).map(({ field }) => field).sort(), [...fieldsOfProof(kind)].sort(), kind)
    assert.ok(fieldsOfProof(kind).length > 0)
  }
})

// Guarantee: every kind of proof that the corridor data asks for is one whose fields are known.
test('every kind of the data is known', () => {
  const kinds = new Set(readDataset().estimates.providers.flatMap(({ human_steps }) => human_steps.flatMap(({ proof_kinds }) => proof_kinds)))
  assert.deepEqual([...kinds].filter((kind) => !Object.hasOwn(PROOF_KINDS, kind)), [])
})

// Guarantee: an amount that is not exactly what was instructed never passes as it, whatever it is.
test('no other amount passes', () => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), (minor) => {
    const text = `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`
    assert.equal(fields({ money: { amount: text, currency: 'CNY' } }).includes('amount'), minor !== 145_000_000n)
  }))
})

// Guarantee: a transaction hash has the form of its network, and no other text passes for one.
test('a transaction hash has its network’s form', () => {
  const hex = 'aB3'.repeat(21) + 'f'
  for (const [network, hash, is] of [
    ['TRON', hex, true], ['TRON', `0x${hex}`, false], ['ETHEREUM', `0x${hex}`, true], ['ETHEREUM', hex, false], ['SOLANA', '5'.repeat(88), true], ['SOLANA', '0'.repeat(88), false], [null, hex, true], [null, 'x', false], ['TRON', hex.slice(1), false],
  ] as const) assert.equal(isTransactionHash(network, hash), is, `${network} ${hash}`)
})

// Guarantee: whatever was read otherwise from the same bytes before differs, field by field; the same in another writing, and what another kind of proof does not show, does not.
test('a second reading of a file', () => {
  const read = { kind: 'bank_receipt', money: { amount: '100.50', currency: 'CNY' }, happened_at: '2026-09-29T09:00:00+01:00', payee: null, account_last4: null, reference: 'FC-1-1', charges: null, transaction_hash: null }
  const fields = (change: object, now: object = {}) => readOtherwise({ ...read, ...now }, [{ ...read, ...change }]).map(({ field }) => field)
  assert.deepEqual(fields({}), [])
  assert.deepEqual(fields({ money: { amount: '100.5', currency: 'CNY' }, happened_at: '2026-09-29T08:00:00Z', reference: 'fc 1 1' }), [])
  assert.deepEqual(fields({ money: { amount: '100.49', currency: 'CNY' } }), ['amount'])
  assert.deepEqual(fields({ money: null, reference: 'FC-2-1' }), ['amount', 'reference'])
  assert.deepEqual(fields({ payee: 'Somebody' }), ['payee'])
  assert.deepEqual(fields({ kind: 'bank_acknowledgement', money: null, payee: 'Somebody' }), [])
  assert.deepEqual(fields({ kind: 'bank_acknowledgement', reference: 'FC-2-1' }), ['reference'])
})
