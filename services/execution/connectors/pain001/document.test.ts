import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { paymentInstruction, paymentShapes } from '../../testing/payment-instruction.ts'
import { pain001 } from './document.ts'
import type { Pain001Instruction } from './instruction.ts'

/** Elements of the message in the order of the schema, as iso20022.org has it; a choice stands at its place. Read apart from what writes the file. */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  Document: ['CstmrCdtTrfInitn'], CstmrCdtTrfInitn: ['GrpHdr', 'PmtInf'], GrpHdr: ['MsgId', 'CreDtTm', 'NbOfTxs', 'CtrlSum', 'InitgPty'], InitgPty: ['Nm'],
  PmtInf: ['PmtInfId', 'PmtMtd', 'NbOfTxs', 'CtrlSum', 'PmtTpInf', 'ReqdExctnDt', 'Dbtr', 'DbtrAcct', 'DbtrAgt', 'ChrgBr', 'CdtTrfTxInf'], PmtTpInf: ['CtgyPurp'], CtgyPurp: ['Cd'], ReqdExctnDt: ['Dt'],
  Dbtr: ['Nm'], DbtrAcct: ['Id'], CdtrAcct: ['Id'], Id: ['IBAN', 'Othr'], Othr: ['Id'], DbtrAgt: ['FinInstnId'], CdtrAgt: ['FinInstnId'], FinInstnId: ['BICFI', 'BIC', 'ClrSysMmbId', 'Othr'],
  ClrSysMmbId: ['ClrSysId', 'MmbId'], ClrSysId: ['Cd'], CdtTrfTxInf: ['PmtId', 'Amt', 'CdtrAgt', 'Cdtr', 'CdtrAcct', 'InstrForCdtrAgt', 'Purp', 'RmtInf'], PmtId: ['InstrId', 'EndToEndId'], Amt: ['InstdAmt'],
  Cdtr: ['Nm', 'PstlAdr'], PstlAdr: ['TwnNm', 'Ctry'], InstrForCdtrAgt: ['InstrInf'], Purp: ['Cd'], RmtInf: ['Ustrd'],
}
const OPTIONAL = new Set(['PmtTpInf', 'InstrForCdtrAgt', 'Purp', 'IBAN', 'Othr', 'BICFI', 'BIC', 'ClrSysMmbId', 'Dt'])

type Element = { readonly name: string; readonly attributes: string; readonly children: Element[]; text: string }
/** A strict reader of the small XML that the file may be: elements and text alone, five entities, nothing else. */
function parse(xml: string): Element {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
  assert.ok(xml.startsWith(head))
  const root: Element = { name: '', attributes: '', children: [], text: '' }
  const open = [root]
  let rest = xml.slice(head.length)
  while (rest !== '') {
    const [whole, close, name, attributes, text] = /^(?:<(\/?)([A-Za-z]+)((?: [A-Za-z]+="[^"<&]*")*)>|([^<]+))/.exec(rest) ?? assert.fail(`cannot be read: ${rest.slice(0, 60)}`)
    rest = rest.slice(whole.length)
    if (text !== undefined) {
      assert.doesNotMatch(text, /[>"']|&(?!(?:amp|lt|gt|quot|apos);)/)
      open.at(-1)!.text += text.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_all, entity: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" })[entity]!)
    } else if (close === '/') assert.equal(open.pop()!.name, name)
    else {
      const element: Element = { name: name!, attributes: attributes!, children: [], text: '' }
      open.at(-1)!.children.push(element)
      open.push(element)
    }
  }
  assert.equal(open.length, 1)
  return root.children[0]!
}
function checkStructure(element: Element): void {
  if (element.children.length === 0) return void assert.ok(element.text.trim() !== '', element.name)
  assert.match(element.text, /^\s*$/)
  const order = ORDER[element.name] ?? assert.fail(`${element.name} has no children`)
  const places = element.children.map(({ name }) => order.indexOf(name))
  assert.deepEqual(places, [...new Set(places)].filter((place) => place >= 0).sort((a, b) => a - b), element.name)
  for (const name of order) if (!OPTIONAL.has(name)) assert.ok(element.children.some((child) => child.name === name), `${element.name} without ${name}`)
  element.children.forEach(checkStructure)
}
const at = (element: Element, path: string): string => path.split('/').reduce((found, name) => found.children.find((child) => child.name === name) ?? assert.fail(`no ${name} of ${path}`), element).text
const made = (instruction: Pain001Instruction): Element => {
  const xml = pain001(instruction)
  assert.ok(xml.ok, JSON.stringify(xml))
  return parse(xml.value)
}
const faultOf = (instruction: Pain001Instruction): string => {
  const xml = pain001(instruction)
  return xml.ok ? 'none' : `${xml.error.field} ${xml.error.cause}`
}
const base = paymentInstruction()

// Guarantee: every shape has the elements of the message, each once, in its order. (The schemas themselves: document.server.test.ts.)
test('every shape is built as the message asks', () => {
  for (const instruction of paymentShapes()) {
    const document = made(instruction)
    assert.equal(document.attributes, ` xmlns="urn:iso:std:iso:20022:tech:xsd:${instruction.version}"`)
    checkStructure(document)
  }
})

// Guarantee: what the file says is what was instructed: amount to the last digit, charges, names, accounts, bank numbers, remittance.
test('the file says what was instructed', () => {
  const payment = 'CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf'
  const document = made({ ...base, amount: { amount: '27507.1', currency: 'USD' } })
  for (const path of ['CstmrCdtTrfInitn/GrpHdr/CtrlSum', 'CstmrCdtTrfInitn/PmtInf/CtrlSum', `${payment}/Amt/InstdAmt`]) assert.equal(at(document, path), '27507.10')
  assert.equal(at(document, 'CstmrCdtTrfInitn/PmtInf/ChrgBr'), 'DEBT')
  assert.equal(at(made({ ...base, charges: 'SHA' }), 'CstmrCdtTrfInitn/PmtInf/ChrgBr'), 'SHAR')
  assert.equal(at(document, `${payment}/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId`), base.creditor.cnaps)
  assert.equal(at(document, `${payment}/RmtInf/Ustrd`), '/RFB/RS-7K3M-9QXA/INV/PI-2026-0919')
  assert.match((pain001({ ...base, amount: { amount: '185000', currency: 'CNH' } }) as { value: string }).value, /<InstdAmt Ccy="CNY">185000\.00</)
  const chinese = { ...base, characters: 'unicode' as const, creditor: { ...base.creditor, legal_name_zh: '深圳华强电子有限公司' } }
  assert.equal(at(made(chinese), `${payment}/InstrForCdtrAgt/InstrInf`), '深圳华强电子有限公司')
})

// Guarantee: no text becomes markup: whatever a name holds, it is refused or comes back from the file as it was, and nothing else changes.
test('a text is a text', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.constantFrom('</Nm><Nm>x', ']]>', '<!--', '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>', '&y;', '&#60;', 'a\u0000b', 'a\nb', '\u202Eevil', '\uD800', '<?xml?>')), fc.constantFrom('swift' as const, 'unicode' as const), (name, characters) => {
    const instruction = { ...base, characters, creditor: { ...base.creditor, legal_name: name } }
    const xml = pain001(instruction)
    if (!xml.ok) return void assert.equal(xml.error.field, 'creditor.legal_name')
    const document = parse(xml.value)
    checkStructure(document)
    assert.equal(at(document, 'CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Cdtr/Nm'), name)
  }), { numRuns: 500 })
})

// Guarantee: what a bank would refuse or misread is refused here, with its place.
test('what is wrong is named', () => {
  const creditor = (over: Partial<Pain001Instruction['creditor']>) => ({ ...base, creditor: { ...base.creditor, ...over } })
  const debtor = (over: Partial<Pain001Instruction['debtor']>) => ({ ...base, debtor: { ...base.debtor, ...over } })
  const amount = (value: string, currency = 'USD') => ({ ...base, amount: { amount: value, currency } })
  for (const [instruction, expected] of [
    [creditor({ legal_name: 'Müller' }), 'creditor.legal_name characters'], [creditor({ legal_name: '深圳' }), 'creditor.legal_name characters'], [creditor({ legal_name: 'x'.repeat(71) }), 'creditor.legal_name length'],
    [creditor({ legal_name: ' ' }), 'creditor.legal_name length'], [creditor({ legal_name_zh: '深圳' }), 'creditor.legal_name_zh characters'], [creditor({ bic: null, cnaps: null }), 'creditor.bic missing'],
    [creditor({ bic: 'ICBKCNB' }), 'creditor.bic form'], [creditor({ cnaps: '10258400001' }), 'creditor.cnaps form'], [creditor({ country: 'China' }), 'creditor.country form'], [creditor({ account: { other: '' } }), 'creditor.account form'],
    [debtor({ account: { iban: 'GB82WEST12345698765433' } }), 'debtor.account checksum'], [debtor({ account: { iban: 'GB82 WEST' } }), 'debtor.account form'], [debtor({ name: '' }), 'debtor.name length'],
    [amount('0'), 'amount amount'], [amount('0.00'), 'amount amount'], [amount('-1'), 'amount amount'], [amount('1e3'), 'amount amount'], [amount('1.001'), 'amount amount'], [amount('01'), 'amount amount'], [amount('1', 'USDT'), 'amount currency'], [amount('1', 'usd'), 'amount currency'],
    [{ ...base, reference: '/RS' }, 'reference form'], [{ ...base, reference: 'a//b' }, 'reference form'], [{ ...base, reference: 'x'.repeat(36) }, 'reference length'], [{ ...base, message_id: 'a_b' }, 'message_id characters'],
    [{ ...base, requested_on: '2026-13-01' }, 'requested_on form'], [{ ...base, charges: 'BEN' as 'OUR' }, 'charges form'], [{ ...base, purpose: 'goods' }, 'purpose form'], [{ ...base, version: 'pain.001.001.11' as 'pain.001.001.09' }, 'version form'],
  ] as const) assert.equal(faultOf(instruction), expected)
})
