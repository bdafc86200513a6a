import type { Pain001Instruction } from '../connectors/pain001/instruction.ts'

/** A payment that a bank would take, with whatever is changed in it. */
export const paymentInstruction = (over: Partial<Pain001Instruction> = {}): Pain001Instruction => ({
  version: 'pain.001.001.09', characters: 'swift', message_id: 'FC-7K3M-9QXA-1', created_at: '2026-09-29T09:00:00+01:00', requested_on: '2026-09-30', initiating_party: 'Lagos Route Desk Ltd',
  debtor: { name: 'Adeola Phones Ltd', account: { other: '0123456789' }, bic: 'ZEIBNGLA' },
  creditor: { legal_name: 'Shenzhen Huaqiang Electronics Co., Ltd', legal_name_zh: null, account: { other: '6222020200011234821' }, bic: 'ICBKCNBJSZN', cnaps: '102584000017', city: 'Shenzhen', country: 'CN' },
  amount: { amount: '27507.1', currency: 'USD' }, charges: 'OUR', purpose: 'GDDS', category_purpose: 'SUPP', reference: 'RS-7K3M-9QXA', invoice_number: 'PI-2026-0919', ...over,
})
/** One of every shape that the file can take. */
export const paymentShapes = (): Pain001Instruction[] => (['pain.001.001.09', 'pain.001.001.03'] as const).flatMap((version) => {
  const base = paymentInstruction({ version })
  return [
    base, { ...base, charges: 'SHA', purpose: null, category_purpose: null },
    { ...base, debtor: { ...base.debtor, bic: null, account: { iban: 'GB82WEST12345698765432' } }, creditor: { ...base.creditor, bic: null } },
    { ...base, creditor: { ...base.creditor, cnaps: null, account: { iban: 'AE070331234567890123456' }, country: 'AE', city: 'Dubai' }, amount: { amount: '9999999999999.99', currency: 'AED' } },
    { ...base, characters: 'unicode', creditor: { ...base.creditor, legal_name: 'A & B <"Trade"> \'Co\'', legal_name_zh: '深圳华强电子有限公司' }, amount: { amount: '185000', currency: 'CNH' } },
    { ...base, message_id: 'M'.repeat(35), reference: 'R'.repeat(35), invoice_number: '9'.repeat(60), initiating_party: 'I'.repeat(70), debtor: { ...base.debtor, name: 'D'.repeat(70) }, creditor: { ...base.creditor, legal_name: 'C'.repeat(70), city: 'S'.repeat(35) } },
  ] as Pain001Instruction[]
})
