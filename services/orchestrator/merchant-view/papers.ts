/** The papers a merchant still has to bring: its name, one line on what it is, who gets it, how long. */
import type { Candidate } from '#contracts/routing.ts'
import type { MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { about, durationMinutes } from './words.ts'

type Paper = { readonly name: string; readonly what: string; readonly who: string }

const YOU = 'You'
const BANK = 'You, at your bank'
const SUPPLIER = 'Ask your supplier'

const PAPERS: Readonly<Record<string, Paper>> = {
  ACCOUNT_AGE_6M: { name: 'A bank account six months old', what: 'The bank asks for an account that has been used for six months.', who: BANK },
  AGENCY_CONTRACT: { name: 'Contract with the trade agent', what: 'Says that the agent buys and pays for you.', who: 'You and the agent' },
  APPLICATION_LETTER: { name: 'Application letter', what: 'A letter that asks the bank for this payment.', who: YOU },
  BENEFICIARY_BANK_DETAILS: { name: 'Supplier’s bank details', what: 'Bank, branch and account number, as the bank writes them.', who: SUPPLIER },
  BENEFICIARY_BIC: { name: 'Supplier’s bank code', what: 'The eight or eleven letters that name the supplier’s bank (BIC).', who: SUPPLIER },
  BVN_DIRECTORS: { name: 'Directors’ bank verification numbers', what: 'The BVN of each director and signatory.', who: YOU },
  CAC_CERT: { name: 'Company certificate (CAC)', what: 'Shows that your business is registered.', who: YOU },
  COMMERCIAL_INVOICE: { name: 'Commercial invoice', what: 'The final invoice for these goods.', who: SUPPLIER },
  COMMERCIAL_INVOICE_OR_PO: { name: 'Final invoice or purchase order', what: 'Same buyer, seller and amount as on your import form.', who: SUPPLIER },
  CUSTOMS_EXPORT_DECLARATION: { name: 'Chinese export declaration', what: 'Customs paper that shows that the goods left China.', who: SUPPLIER },
  DECLARANT_DATA: { name: 'Declarant details', what: 'Who declares the goods at Chinese customs.', who: SUPPLIER },
  FORM_M_NOT_VALID_FX: { name: 'Form M, own money', what: 'The import form for goods paid with your own dollars. Your bank opens it.', who: BANK },
  FORM_M_VALID_FX: { name: 'Form M, valid for forex', what: 'The import form. Your bank opens it, customs accepts it.', who: BANK },
  FORM_Q: { name: 'Form Q', what: 'The short import form for small businesses. Your bank opens it.', who: BANK },
  IDF_GH: { name: 'Import declaration form', what: 'Tells Ghana’s customs what you import.', who: YOU },
  IMPORT_DECLARATION: { name: 'Import declaration form', what: 'Tells Kenya’s customs what you import.', who: YOU },
  INSURANCE_110: { name: 'Cargo insurance', what: 'From a Nigerian insurer, for 110 % of goods plus freight.', who: YOU },
  KYB_FULL_PACK: { name: 'Full company papers', what: 'Registration, owners and directors, with proof.', who: YOU },
  KYB_HK_ENTITY: { name: 'Papers of your Hong Kong company', what: 'Shows that the Hong Kong company is yours.', who: YOU },
  KYB_LOCAL: { name: 'Company papers', what: 'Registration, owners and directors of your business.', who: YOU },
  LC_APPLICATION: { name: 'Letter of credit application', what: 'Asks your bank to pay on shipping papers.', who: BANK },
  MARKETPLACE_ORDER: { name: 'Marketplace order', what: 'The number of your order on the marketplace.', who: YOU },
  NAME_MATCH: { name: 'Account name, exact', what: 'The account holder’s name in Chinese, letter for letter.', who: SUPPLIER },
  ORDER_DATA: { name: 'Order details', what: 'What was ordered, how many, at what price.', who: SUPPLIER },
  PAYEE_MAINLAND_ID: { name: 'Supplier’s mainland identity card', what: 'The person who is paid has a mainland identity card.', who: SUPPLIER },
  PAYMENT_PURPOSE: { name: 'Payment purpose', what: 'One sentence on what is paid for.', who: 'The desk writes it' },
  PROFORMA_INVOICE: { name: 'Proforma invoice', what: 'The supplier’s offer, not older than 90 days.', who: SUPPLIER },
  PROOF_OF_PAYMENT_RECEIPT: { name: 'Payment receipt', what: 'Names who paid, who was paid and how much.', who: 'Ask the agent' },
  PURCHASE_CONTRACT: { name: 'Signed purchase contract', what: 'Signed by you and by the supplier.', who: SUPPLIER },
  RELATIONSHIP_PURPOSE: { name: 'Reason for the transfer', what: 'How you know the person who is paid, and what for.', who: YOU },
  RMB_PURPOSE_CODE: { name: 'Yuan payment purpose', what: 'One code that says “payment for goods”.', who: 'Your bank gives it' },
  SANCTIONS_SCREENING: { name: 'Sanctions check', what: 'Nobody in this payment is on a sanctions list.', who: 'The desk does it' },
  SARS_DECLARATION_MRN: { name: 'SARS customs declaration', what: 'The customs number of your import into South Africa.', who: YOU },
  SCUML_IF_DNFBP: { name: 'SCUML certificate', what: 'Registration that your line of business needs in Nigeria.', who: YOU },
  SHIPPING_DOCS_60D: { name: 'Shipping papers', what: 'Bring them to your bank within 60 days of the transfer.', who: BANK },
  SONCAP_OR_PERMIT: { name: 'SONCAP certificate', what: 'Shows that the goods meet Nigerian standards, or the permit for food and drugs.', who: YOU },
  SOURCE_OF_FUNDS: { name: 'Where the money comes from', what: 'A bank statement or sales papers that show it.', who: YOU },
  SUPPLIER_BUSINESS_LICENSE: { name: 'Supplier’s business licence', what: 'The Chinese licence of the company you pay.', who: SUPPLIER },
  SUPPLIER_CONTRACT: { name: 'Contract with the supplier', what: 'The supplier’s bank asks to see it.', who: SUPPLIER },
  SUPPLIER_MAINLAND_CORPORATE_ACCOUNT: { name: 'Supplier’s company account', what: 'Account details in the company’s Chinese name.', who: SUPPLIER },
  SUPPLIER_WALLET_ID_NAME: { name: 'Supplier’s wallet and name', what: 'The wallet number and the name it is registered under.', who: SUPPLIER },
  TIN: { name: 'Tax number (TIN)', what: 'Shows that your business is registered for tax.', who: YOU },
  TRANSPORT_DOCUMENT: { name: 'Transport paper', what: 'Bill of lading or air waybill of these goods.', who: SUPPLIER },
  TRAVEL_RULE_DATA: { name: 'Sender and receiver details', what: 'Names and addresses that a token transfer must carry.', who: YOU },
  UNDERTAKING_90_180D: { name: 'Promise to bring the customs papers', what: 'You sign that you bring them within 90 days, for machines 180.', who: BANK },
  WALLET_SCREENING: { name: 'Wallet check', what: 'The wallet is not known for fraud.', who: 'The desk does it' },
}

/** A paper by its code, as a merchant reads of it. A code without words is new data. */
export const paperNamed = (code: string): { readonly code: string; readonly name: string; readonly what: string } =>
  ({ code, name: PAPERS[code]?.name ?? 'A paper', what: PAPERS[code]?.what ?? 'Ask the desk what is needed.' })

type Needed = MerchantRouteSession['documents_needed'][number]

/** Papers missing before payment, slowest first, then those promised for after it. What the desk makes itself is not the merchant's. */
export function papersOf(candidate: Candidate): Needed[] {
  const needed = candidate.documents.flatMap((document): (Needed & { minutes: number })[] => {
    const missing = document.stage === 'before_payment' && document.status === 'missing'
    const promised = document.stage === 'after_payment'
    if (!missing && !promised) return []
    // A code without words is new data: its title is public, and the desk can be asked.
    const paper = PAPERS[document.code] ?? { name: document.title, what: 'Ask the desk what is needed.', who: YOU }
    const minutes = document.lead_time === null ? 0 : durationMinutes(document.lead_time)
    return [{
      code: document.code, ...paper, minutes,
      how_long: promised ? 'after the payment' : document.lead_time === null ? 'ask the desk' : about(document.lead_time),
      when: promised ? 'after_payment' : 'before_payment',
    }]
  })
  const order = (paper: Needed & { minutes: number }): number => (paper.when === 'before_payment' ? -1e9 : 0) - paper.minutes
  return needed.sort((a, b) => order(a) - order(b) || (a.code < b.code ? -1 : 1)).map(({ minutes: _minutes, ...paper }) => paper)
}

/** How many papers come before payment, and the longest that one of them takes. */
export function papersBefore(candidate: Candidate): { readonly count: number; readonly slowest: string | null } {
  const papers = papersOf(candidate).filter((paper) => paper.when === 'before_payment')
  return { count: papers.length, slowest: papers[0]?.how_long ?? null }
}
