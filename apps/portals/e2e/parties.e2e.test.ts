// Merchants, suppliers and the way from one company to another, on a FlowClaw of their own: the tests here add what others would count.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { migrate } from '#database/index.ts'
import { provision } from '#database/provision.ts'
import { runningOwnerUrl } from '#tools/embedded-postgres/running.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { assertSound, callApi, openPage, settle, signIn } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()])
  assert.ok(app.folder, 'this test adds a company: it needs a FlowClaw of its own')
  await addCompany(runningOwnerUrl(app.folder)!)
})
after(async () => { await browser?.close(); await app?.stop() })

/** A second company, in which two of the demo people have a place too. */
async function addCompany(url: string): Promise<void> {
  const [tenant_id, merchant_id] = [randomUUID(), randomUUID()]
  const { tenantKey } = await migrate({ url })
  await provision({ url, tenantKey }, tenant_id, async (p) => {
    await p.createTenant({ name: 'Second Route Desk', time_zone: 'Asia/Shanghai', market_clock: null })
    await p.createMerchant({ id: merchant_id, name: 'Obi Second Imports Ltd', type: 'limited_company', city: 'Aba', country: 'NG', trade: 'shoes', trade_class: 'general', documents_on_file: [] })
    for (const [email, role] of [['desk@demo.flowclaw.example', 'desk_operator'], ['merchant@demo.flowclaw.example', 'merchant_client']] as const) {
      // The account is there already; this answers its id.
      const user_id = await p.createAccount({ id: randomUUID(), email, password_hash: '-' })
      await p.createMembership({ user_id, role, merchant_id: role === 'merchant_client' ? merchant_id : null, display_name: 'Same Person' })
    }
  })
}

// Guarantee: a person goes over to another company without a new sign-in; nothing of the first one is on the page or in its address, the other tab of the browser follows, and going back finds the first one whole.
test('from one company to another and back', async () => {
  const watched = await openPage(browser, app.url, 1440)
  const { page } = watched
  await signIn(page, 'desk', '/index.html')
  await page.goto('/index.html#/suppliers')
  await page.getByRole('region', { name: 'Suppliers' }).waitFor()
  const other = await page.context().newPage()
  await other.goto('/index.html#/merchants')
  await other.getByRole('region', { name: 'Merchants' }).waitFor()

  await page.getByRole('button', { name: /^Demo Operator Company ?, company/ }).click()
  await page.getByRole('menuitem', { name: /^Second Route Desk/ }).click()
  await page.getByRole('button', { name: /^Second Route Desk ?, company/ }).waitFor()
  await settle(page)
  assert.equal(new URL(page.url()).hash.replace('#/', ''), '')
  for (const each of [page, other]) {
    await each.getByRole('button', { name: /^Second Route Desk ?, company/ }).waitFor()
    assert.equal(await each.getByText('Adeola Phones').count(), 0)
  }
  await assertSound(watched, 'queue of an empty company')
  await page.goto('/index.html#/suppliers')
  await page.getByText('No supplier yet').waitFor()
  await assertSound(watched, 'suppliers of an empty company')
  await page.getByRole('button', { name: /^Second Route Desk ?, company/ }).click()
  await page.getByRole('menuitem', { name: /^Demo Operator Company/ }).click()
  await page.getByRole('button', { name: /^Demo Operator Company ?, company/ }).waitFor()
  await page.goto('/index.html#/merchants')
  await page.getByText('Adeola Phones Ltd').first().waitFor()
  await watched.close()
})

// Guarantee: an importer with two desks goes from one to the other on a phone too.
test('a merchant of two desks', async () => {
  for (const width of [1440, 390]) {
    const watched = await openPage(browser, app.url, width)
    const { page } = watched
    await signIn(page, 'merchant', '/merchant.html')
    if (width < 1024) await page.getByRole('button', { name: 'Menu', exact: true }).click()
    await page.getByRole('button', { name: 'Demo Operator Company' }).click()
    await page.getByRole('menuitem', { name: /^Second Route Desk/ }).click()
    await page.waitForLoadState('load')
    await page.waitForFunction(async () => ((await (await fetch('/api/portal/session')).json()) as { tenant?: { name: string } }).tenant?.name === 'Second Route Desk')
    await settle(page)
    await page.getByRole('heading').first().waitFor()
    assert.equal((await callApi<{ merchant: { name: string } }>(page, 'GET', '/api/portal/session')).body.merchant.name, 'Obi Second Imports Ltd')
    await watched.close()
  }
})

// Guarantee: an admin adds a merchant and corrects it, the desk saves its supplier and sees the account masked, and the desk is told why it cannot add merchants.
test('a merchant and its supplier', async () => {
  const admin = await openPage(browser, app.url, 1440)
  await signIn(admin.page, 'admin', '/index.html')
  await admin.page.goto('/index.html#/merchants')
  await admin.page.getByRole('button', { name: 'Add a merchant' }).click()
  const dialog = admin.page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Onitsha Shoes Ltd')
  await dialog.getByLabel('City').fill('Onitsha')
  await dialog.getByLabel('Trades in').fill('shoes')
  await assertSound(admin, 'add a merchant')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await admin.page.getByRole('button', { name: 'Correct Onitsha Shoes Ltd' }).click()
  await dialog.getByLabel('City').fill('Aba')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  await admin.page.getByText('Aba, NG').waitFor()
  await admin.close()

  const desk = await openPage(browser, app.url, 390, 'dark')
  const { page } = desk
  await signIn(page, 'desk', '/index.html')
  await page.goto('/index.html#/merchants')
  await page.getByText('A Platform Admin adds merchants.').first().waitFor()
  await page.goto('/index.html#/suppliers')
  await page.getByRole('button', { name: 'Add a supplier' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('combobox', { name: 'Merchant' }).click()
  await page.getByRole('option', { name: /Onitsha Shoes Ltd/ }).click()
  await form.getByLabel('Legal name in Chinese').fill('温州示范鞋业有限公司')
  await form.getByLabel('City').fill('Wenzhou')
  await form.getByLabel('Account number').fill('12')
  await form.getByText('This is no account number.').first().waitFor()
  await form.getByLabel('Account number').fill('6222021111222233')
  await assertSound(desk, 'add a supplier')
  await form.getByRole('button', { name: 'Save the supplier' }).click()
  await page.getByRole('heading', { name: 'Where it is paid' }).waitFor()
  await page.getByText('•••• 2233').waitFor()
  await assertSound(desk, 'the supplier')
  await desk.close()
})
