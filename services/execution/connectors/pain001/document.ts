/**
 * The connector `pain001_draft`: one payment as an ISO 20022 CustomerCreditTransferInitiation (pain.001.001.09, or .03), which the merchant uploads at its own bank. It
 * sends nothing. Validated against the schemas of iso20022.org in document.server.test.ts.
 */
import { minorDigits, type Money } from '#contracts/money.ts'
import { ok, type Result } from '#contracts/result.ts'
import { checkInstruction, isoCurrency, type Account, type DraftFault, type Pain001Instruction } from './instruction.ts'

/** An element: its name and what is in it; null is no element. */
type Node = readonly [name: string, content: string | readonly (Node | null)[], attributes?: string]

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!)

function write([name, content, attributes = '']: Node, indent: string): string {
  if (typeof content === 'string') return `${indent}<${name}${attributes}>${escaped(content)}</${name}>\n`
  return `${indent}<${name}${attributes}>\n${content.map((node) => (node === null ? '' : write(node, `${indent}  `))).join('')}${indent}</${name}>\n`
}

/** Exactly the currency's decimals, padded, never rounded: 185000 yuan is 185000.00. */
function exact({ amount, currency }: Money): string {
  const [whole, fraction = ''] = amount.split('.')
  return `${whole}.${fraction.padEnd(minorDigits(currency), '0')}`
}

const accountId = (account: Account): Node => ['Id', ['iban' in account ? ['IBAN', account.iban] : ['Othr', [['Id', account.other]]]]]

/** The file's text, UTF-8 with LF line ends, or what is wrong with the instruction. The same instruction gives the same bytes. */
export function pain001(instruction: Pain001Instruction): Result<string, DraftFault> {
  const checked = checkInstruction(instruction)
  if (!checked.ok) return checked
  const { version, debtor, creditor, amount, purpose, category_purpose } = instruction
  const newer = version === 'pain.001.001.09'
  const agent = (bic: string | null, cnaps: string | null): Node => ['FinInstnId', [
    bic === null ? null : [newer ? 'BICFI' : 'BIC', bic],
    cnaps === null ? null : ['ClrSysMmbId', [['ClrSysId', [['Cd', 'CNAPS']]], ['MmbId', cnaps]]],
    bic === null && cnaps === null ? ['Othr', [['Id', 'NOTPROVIDED']]] : null,
  ]]
  const sum = exact(amount)
  const document: Node = ['Document', [['CstmrCdtTrfInitn', [
    ['GrpHdr', [['MsgId', instruction.message_id], ['CreDtTm', instruction.created_at], ['NbOfTxs', '1'], ['CtrlSum', sum], ['InitgPty', [['Nm', instruction.initiating_party]]]]],
    ['PmtInf', [
      ['PmtInfId', instruction.message_id], ['PmtMtd', 'TRF'], ['NbOfTxs', '1'], ['CtrlSum', sum],
      category_purpose === null ? null : ['PmtTpInf', [['CtgyPurp', [['Cd', category_purpose]]]]],
      newer ? ['ReqdExctnDt', [['Dt', instruction.requested_on]]] : ['ReqdExctnDt', instruction.requested_on],
      ['Dbtr', [['Nm', debtor.name]]], ['DbtrAcct', [accountId(debtor.account)]], ['DbtrAgt', [agent(debtor.bic, null)]],
      ['ChrgBr', instruction.charges === 'OUR' ? 'DEBT' : 'SHAR'],
      ['CdtTrfTxInf', [
        ['PmtId', [['InstrId', instruction.message_id], ['EndToEndId', instruction.reference]]],
        ['Amt', [['InstdAmt', sum, ` Ccy="${isoCurrency(amount.currency)}"`]]],
        ['CdtrAgt', [agent(creditor.bic, creditor.cnaps)]],
        ['Cdtr', [['Nm', creditor.legal_name], ['PstlAdr', [['TwnNm', creditor.city], ['Ctry', creditor.country]]]]],
        ['CdtrAcct', [accountId(creditor.account)]],
        creditor.legal_name_zh === null ? null : ['InstrForCdtrAgt', [['InstrInf', creditor.legal_name_zh]]],
        purpose === null ? null : ['Purp', [['Cd', purpose]]],
        ['RmtInf', [['Ustrd', `/RFB/${instruction.reference}/INV/${instruction.invoice_number}`]]],
      ]],
    ]],
  ]]], ` xmlns="urn:iso:std:iso:20022:tech:xsd:${version}"`]
  return ok(`<?xml version="1.0" encoding="UTF-8"?>\n${write(document, '')}`)
}
