/**
 * Papers a merchant may hold already, in the order the form asks for them. The engine decides what a route needs; this list only
 * offers what is worth ticking for a country and kind of goods, so that nobody reads forty lines. What is left unticked is never an error.
 */
export type Paper = {
  readonly code: string
  readonly countries?: readonly string[]
  readonly goods?: readonly string[]
  readonly purpose?: 'goods' | 'services'
  readonly mainland_company?: boolean
  readonly held_funds?: boolean
  readonly paid?: readonly string[]
}

/** The company's own papers: ticked together as one line. */
export const COMPANY_PAPERS: Readonly<Record<string, readonly string[]>> = {
  NG: ['CAC_CERT', 'TIN', 'BVN_DIRECTORS'],
  KE: ['KYB_LOCAL'],
  GH: ['KYB_LOCAL'],
  ZA: ['KYB_LOCAL'],
}

const PAPERS: readonly Paper[] = [
  { code: 'PROFORMA_INVOICE', purpose: 'goods' },
  { code: 'FORM_M_VALID_FX', countries: ['NG'], purpose: 'goods' },
  { code: 'FORM_M_NOT_VALID_FX', countries: ['NG'], purpose: 'goods', held_funds: true },
  { code: 'FORM_Q', countries: ['NG'], purpose: 'goods' },
  { code: 'INSURANCE_110', countries: ['NG'], purpose: 'goods' },
  { code: 'SONCAP_OR_PERMIT', countries: ['NG'], purpose: 'goods', goods: ['regulated', 'electrical', 'food_or_drug'] },
  { code: 'IMPORT_DECLARATION', countries: ['KE'], purpose: 'goods' },
  { code: 'IDF_GH', countries: ['GH'], purpose: 'goods' },
  { code: 'UNDERTAKING_90_180D', countries: ['GH'], purpose: 'goods' },
  { code: 'COMMERCIAL_INVOICE_OR_PO', purpose: 'goods' },
  { code: 'SUPPLIER_MAINLAND_CORPORATE_ACCOUNT', mainland_company: true },
  { code: 'SUPPLIER_BUSINESS_LICENSE' },
  { code: 'RMB_PURPOSE_CODE', mainland_company: true },
  { code: 'PURCHASE_CONTRACT' },
  { code: 'LC_APPLICATION', purpose: 'goods' },
  { code: 'TRANSPORT_DOCUMENT', purpose: 'goods', paid: ['balance_after_shipment'] },
  { code: 'SOURCE_OF_FUNDS', held_funds: true },
]

export type PaperQuestion = {
  readonly country: string
  readonly purpose: 'goods' | 'services'
  readonly goods_class: string
  readonly mainland_company: boolean
  readonly held_funds: boolean
  readonly paid: string
}

/** The papers worth asking about for this request. */
export function papersFor(question: PaperQuestion): readonly Paper[] {
  return PAPERS.filter((paper) =>
    (!paper.countries || paper.countries.includes(question.country)) &&
    (!paper.purpose || paper.purpose === question.purpose) &&
    (!paper.goods || paper.goods.includes(question.goods_class)) &&
    (!paper.paid || paper.paid.includes(question.paid)) &&
    (!paper.mainland_company || question.mainland_company) &&
    (!paper.held_funds || question.held_funds))
}
