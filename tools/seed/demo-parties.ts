/** The people, merchants and suppliers of the demo tenant. Invented; one merchant and supplier for each intent of data/requests.json. */
import type { Role } from '#contracts/roles.ts'

export type DemoAccount = { readonly role: Role; readonly email: string; readonly password: string; readonly name: string }

/** Public on purpose: printed at start and offered on the sign-in page of a server with demo data, and of no other. */
const DEMO_PASSWORD = 'demo-route-desk-2026'

/** Who asked for the demo’s routes, so that desk@ may decide about them where four eyes are asked for. */
export const DEMO_COLLEAGUE = 'colleague@demo.flowclaw.example'

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { role: 'platform_admin', email: 'admin@demo.flowclaw.example', password: DEMO_PASSWORD, name: 'A. Bello' },
  { role: 'desk_operator', email: 'desk@demo.flowclaw.example', password: DEMO_PASSWORD, name: 'A. Okafor' },
  { role: 'desk_operator', email: DEMO_COLLEAGUE, password: DEMO_PASSWORD, name: 'M. Ortiz' },
  { role: 'merchant_client', email: 'merchant@demo.flowclaw.example', password: DEMO_PASSWORD, name: 'Ada Obi' },
  { role: 'settlement_agent', email: 'agent@demo.flowclaw.example', password: DEMO_PASSWORD, name: 'Chen Wei' },
]

export const DEMO_TENANT = { name: 'Demo Operator Company', time_zone: 'Africa/Lagos', market_clock: '2026-09-29T09:00:00+01:00', second_factor_of_admins: 'off' } as const

/** Whose account merchant@demo.flowclaw.example is. */
export const DEMO_MERCHANT_OF_INTENT = 'req-001'

export type DemoParty = {
  readonly merchant: string
  readonly supplier: string
  readonly supplier_zh: string | null
  readonly bank: string | null
  readonly account: string
  readonly bic?: string
  readonly cnaps?: string
  readonly invoice: string
}

export const DEMO_PARTIES: Readonly<Record<string, DemoParty>> = {
  'req-001': { merchant: 'Adeola Phones Ltd', supplier: 'Shenzhen Huaxing Electronics Co., Ltd.', supplier_zh: '深圳市华兴电子有限公司', bank: 'Bank of China, Shenzhen Futian', account: '7417 5582 0019 4821', cnaps: '104584001115', invoice: 'HX-2026-0917' },
  'req-002': { merchant: 'Arewa Tiles Manufacturing Ltd', supplier: 'Foshan Keda Press Machinery Co., Ltd.', supplier_zh: '佛山市科达压机机械有限公司', bank: 'Industrial and Commercial Bank of China, Foshan', account: '2013 0284 0920 1177', bic: 'ICBKCNBJFSN', cnaps: '102588000011', invoice: 'KD-PI-24081' },
  'req-003': { merchant: 'Chiamaka Styles', supplier: 'Liu Fang', supplier_zh: '刘芳', bank: null, account: '138 2200 7764', invoice: 'ORDER-88310427' },
  'req-005': { merchant: 'Bright Sun Solar Distribution Ltd', supplier: 'Shenzhen Lingguang New Energy Co., Ltd.', supplier_zh: '深圳市领光新能源有限公司', bank: null, account: 'TDemoWaLLetofLingguangNewEnergy111', invoice: 'LG-26-3391' },
  'req-006': { merchant: 'Eko Home Appliances Ltd', supplier: 'Topwell Trading (Hong Kong) Limited', supplier_zh: '拓威贸易(香港)有限公司', bank: 'Hang Seng Bank', account: '024 381 566902', bic: 'HASEHKHH', invoice: 'TW-5520' },
  'req-008': { merchant: 'Ota Pharma Packaging Ltd', supplier: 'Wenzhou Ruida Packing Machinery Co., Ltd.', supplier_zh: '温州瑞达包装机械有限公司', bank: 'China Construction Bank, Wenzhou', account: '3305 0162 7835 0009', cnaps: '105333000014', invoice: 'RD-PO-1187' },
  'req-009': { merchant: 'Nnewi Auto Parts Ventures', supplier: 'Guangzhou Hengtong Trade Agency', supplier_zh: '广州恒通贸易代理', bank: 'Agricultural Bank of China, Guangzhou', account: '4400 1580 5030 5312', cnaps: '103581000017', invoice: 'HT-COL-0929' },
  'req-010': { merchant: 'Lagos Household Goods Ltd', supplier: 'Yiwu Meijia Daily Goods Co., Ltd.', supplier_zh: '义乌市美佳日用品有限公司', bank: 'Zhejiang Chouzhou Commercial Bank', account: '1560 1142 0100 5027', cnaps: '313338706013', invoice: 'MJ-W39' },
  'req-011': { merchant: 'Wanjiru Hair & Beauty', supplier: 'Chen Jianguo', supplier_zh: '陈建国', bank: null, account: '159 6790 3318', invoice: 'CJG-0928' },
  'req-013': { merchant: 'Highveld LED Lighting (Pty) Ltd', supplier: 'Zhongshan Guzhen Lianhua Lighting Co., Ltd.', supplier_zh: '中山市古镇联华照明有限公司', bank: 'China Merchants Bank, Zhongshan', account: '7609 0401 8810 606', cnaps: '308603000028', invoice: 'LH-26-0442' },
}

/** Papers that belong to a merchant and not to one payment: what of an intent's documents is on file for the next one too. */
export const KEPT_DOCUMENTS: ReadonlySet<string> = new Set(['CAC_CERT', 'TIN', 'BVN_DIRECTORS', 'ACCOUNT_AGE_6M', 'KYB_LOCAL', 'KYB_HK_ENTITY', 'KYB_FULL_PACK', 'SOURCE_OF_FUNDS'])
