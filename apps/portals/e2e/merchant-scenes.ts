import type { Page } from 'playwright-core'
import { callApi, settle } from './page.ts'
import type { Scene } from './scenes.ts'

type Supplier = { id: string; legal_name: string; method: string; country: string }

const PAGE = '/merchant.html'
const invoiceNumber = () => `SHOT-${Math.random().toString(36).slice(2, 10).toUpperCase()}`

/** A page of the portal by its hash, without the privacy question unless it is what one wants to see. */
async function open(page: Page, hash: string): Promise<void> {
  await answerPrivacy(page)
  await page.goto(`${PAGE}#${hash}`)
  await settle(page)
}

/** Answers the privacy question where it stands. */
export async function answerPrivacy(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Essential Only' })
  if (await button.isVisible()) await button.click()
}

/** The supplier of this merchant that a company account belongs to, or one that is made for it. */
export async function companySupplier(page: Page): Promise<Supplier> {
  const saved = (await callApi<{ items: Supplier[] }>(page, 'GET', '/api/suppliers?limit=100')).body.items
  return saved.find((each) => each.method === 'mainland_corporate_account') ?? (await callApi<Supplier>(page, 'POST', '/api/suppliers', {
    legal_name: 'Wenzhou Shifan Packaging Machinery Co., Ltd', legal_name_zh: '温州示范包装机械有限公司', country: 'CN', city: 'Wenzhou', method: 'mainland_corporate_account',
    settlement_currency: 'CNY', payee_type: 'company', payee_is_contract_seller: true, accepts_other_settlement: false, account_number: '6222020200112233',
  })).body
}

/** A supplier that wants to be paid on a personal wallet: nothing lawful leads there for goods. */
async function walletSupplier(page: Page): Promise<Supplier> {
  const saved = (await callApi<{ items: Supplier[] }>(page, 'GET', '/api/suppliers?limit=100')).body.items
  return saved.find((each) => each.method === 'mobile_wallet_personal') ?? (await callApi<Supplier>(page, 'POST', '/api/suppliers', {
    legal_name: 'Guangzhou clothes seller', legal_name_zh: '广州服装个人卖家', country: 'CN', city: 'Guangzhou', method: 'mobile_wallet_personal',
    settlement_currency: 'CNY', payee_type: 'individual', payee_is_contract_seller: true, accepts_other_settlement: false, account_number: '13800138000',
  })).body
}

/** A request body that the demo market can answer. */
export const requestBody = (supplier: Supplier, amount = '185000', number = invoiceNumber()) => ({
  supplier_id: supplier.id, corridor_id: 'ng-cn', amount: { side: 'supplier_receives', value: amount, currency: 'CNY' }, needed_by: '2026-10-14T17:00:00+08:00', hard_deadline: false,
  purpose: 'goods', goods: { description: 'Phone accessories, 30% deposit', class: 'electrical', paid: 'deposit' }, invoice: { number, currency: 'CNY', account_count: 1 },
  documents_available: ['CAC_CERT', 'TIN', 'BVN_DIRECTORS', 'PROFORMA_INVOICE'], preference: 'safest', funding: 'bank_transfer',
})

type Session = { readonly id: string; readonly version: number; readonly invoice: string }

/** A new route session of its own, for a scene that changes it. */
async function newSession(page: Page, supplier: Supplier, amount?: string): Promise<Session> {
  const body = requestBody(supplier, amount)
  return { ...(await callApi<Session>(page, 'POST', '/api/route-sessions', body)).body, invoice: body.invoice.number }
}

const kept = new Map<string, Promise<Session>>()
/** The same session each time a run asks for it, so that the history does not fill with copies. */
function sessionFor(name: string, make: () => Promise<Session>): Promise<Session> {
  if (!kept.has(name)) kept.set(name, make())
  return kept.get(name)!
}
const recommended = (page: Page) => sessionFor('recommended', async () => newSession(page, await companySupplier(page)))
const withoutRoute = (page: Page) => sessionFor('no route', async () => newSession(page, await walletSupplier(page), '18600'))
const accepted = (page: Page) => sessionFor('accepted', async () => {
  const session = await newSession(page, await companySupplier(page), '96000')
  await callApi(page, 'POST', `/api/route-sessions/${session.id}/accept`, { version: session.version })
  return session
})
const cancelled = (page: Page) => sessionFor('cancelled', async () => {
  const session = await newSession(page, await companySupplier(page), '42000')
  await callApi(page, 'POST', `/api/route-sessions/${session.id}/cancel`, { version: session.version, reason: 'I do not need it any more' })
  return session
})

/** The form at one question, filled up to there. */
async function formAt(page: Page, step: string, invoice = invoiceNumber()): Promise<void> {
  const supplier = await companySupplier(page)
  await answerPrivacy(page)
  await page.evaluate(([supplierId, number]) => sessionStorage.setItem('flowclaw.kept.draft', JSON.stringify({
    supplier_id: supplierId, side: 'supplier_receives', amount: '185,000.00', held_currency: '', held_amount: '', purpose: 'goods', description: 'Phone accessories, 30% deposit',
    goods_class: 'electrical', paid: 'deposit', invoice_number: number, invoice_currency: '', invoice_total: '', account_count: '1', day: '2026-10-14', time: '17:00', hard_deadline: false,
    preference: 'safest', max_total_cost_pct: '', funding: 'bank_transfer', documents: ['PROFORMA_INVOICE'],
  })), [supplier.id, invoice] as const)
  await page.goto(`${PAGE}#/new?step=${step}`)
  await page.reload()
  await settle(page)
}

/** Presses what is named Account and waits for the sessions in the dialog. */
async function openAccount(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account', exact: true }).click()
  await page.getByRole('dialog', { name: 'Account' }).getByText('This browser').waitFor()
  await settle(page)
}

/** Every page and main state of the Merchant Portal and the Settlement Agent's page. */
export const merchantScenes: readonly Scene[] = [
  { name: 'merchant-sign-in', account: null, page: PAGE, go: settle },
  { name: 'merchant-privacy-banner', account: 'merchant', page: PAGE, go: settle },
  { name: 'merchant-home', account: 'merchant', page: PAGE, go: (page) => open(page, '/') },
  { name: 'merchant-form-1-supplier', account: 'merchant', page: PAGE, go: (page) => formAt(page, 'supplier') },
  { name: 'merchant-form-new-supplier', account: 'merchant', page: PAGE, go: (page) => open(page, '/new?step=supplier&adding=true') },
  { name: 'merchant-form-2-amount', account: 'merchant', page: PAGE, go: (page) => formAt(page, 'amount') },
  { name: 'merchant-form-3-goods', account: 'merchant', page: PAGE, go: (page) => formAt(page, 'goods') },
  { name: 'merchant-form-4-time', account: 'merchant', page: PAGE, go: (page) => formAt(page, 'time') },
  { name: 'merchant-form-5-papers', account: 'merchant', page: PAGE, go: (page) => formAt(page, 'papers') },
  { name: 'merchant-form-6-review', account: 'merchant', page: PAGE, go: (page) => formAt(page, 'review') },
  {
    name: 'merchant-form-errors', account: 'merchant', page: PAGE, go: async (page) => {
      await formAt(page, 'goods')
      await page.getByLabel('Invoice number').fill('')
      await page.getByLabel('The goods, as on the invoice').fill('')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByText('Write the invoice number.').waitFor()
    },
  },
  {
    name: 'merchant-duplicate-invoice', account: 'merchant', page: PAGE, go: async (page) => {
      await formAt(page, 'review', (await recommended(page)).invoice)
      await page.getByRole('button', { name: 'Find the route' }).click()
      await page.getByText('This invoice was sent before').waitFor()
    },
  },
  { name: 'merchant-recommendation', account: 'merchant', page: PAGE, go: async (page) => open(page, `/routes/${(await recommended(page)).id}`) },
  { name: 'merchant-accepted', account: 'merchant', page: PAGE, go: async (page) => open(page, `/routes/${(await accepted(page)).id}`) },
  { name: 'merchant-no-route', account: 'merchant', page: PAGE, go: async (page) => open(page, `/routes/${(await withoutRoute(page)).id}`) },
  {
    name: 'merchant-cancel-dialog', account: 'merchant', page: PAGE, go: async (page) => {
      await open(page, `/routes/${(await recommended(page)).id}`)
      await page.getByRole('button', { name: 'Cancel this request' }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  { name: 'merchant-cancelled', account: 'merchant', page: PAGE, go: async (page) => open(page, `/routes/${(await cancelled(page)).id}`) },
  {
    name: 'merchant-menu', account: 'merchant', page: PAGE, go: async (page) => {
      await open(page, '/history')
      const menu = page.getByRole('button', { name: 'Menu', exact: true })
      // On a wide screen the menu stands open at the side.
      if (await menu.isVisible()) { await menu.click(); await page.getByRole('dialog').waitFor() }
    },
  },
  {
    name: 'merchant-privacy-settings', account: 'merchant', page: PAGE, go: async (page) => {
      await page.getByRole('button', { name: 'Settings' }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'merchant-account', account: 'merchant', page: PAGE, go: async (page) => {
      await open(page, '/')
      const menu = page.getByRole('button', { name: 'Menu', exact: true })
      if (await menu.isVisible()) await menu.click()
      await openAccount(page)
    },
  },
  { name: 'merchant-history', account: 'merchant', page: PAGE, go: (page) => open(page, '/history') },
  { name: 'merchant-privacy', account: 'merchant', page: PAGE, go: (page) => open(page, '/privacy') },
  { name: 'merchant-not-found', account: 'merchant', page: PAGE, go: (page) => open(page, '/routes/00000000-0000-4000-8000-000000000000') },
  { name: 'merchant-role-mismatch', account: 'desk', page: PAGE, go: settle },
  { name: 'agent-home', account: 'agent', page: '/agent.html', go: settle },
  { name: 'agent-account', account: 'agent', page: '/agent.html', go: (page) => openAccount(page) },
  {
    name: 'agent-home-zh', account: 'agent', page: '/agent.html', go: async (page) => {
      await page.getByRole('radio', { name: '中文' }).click()
      await page.getByText('您的任务', { exact: true }).waitFor()
    },
  },
]

