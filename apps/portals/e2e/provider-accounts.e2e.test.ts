// The tests here add and retire accounts, so they run on a FlowClaw of their own with a database of its own.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { openConsole } from './console-scenes.ts'
import { assertSound, callApi, openAs, openPage, settle, signIn } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const PAGE = '/index.html'
const BANK = '/providers/ng-bank-rmb-direct'
const REFERENCE = '0123456789-77'
const LOOKS = [[360, 'dark'], [390, 'light'], [1440, 'light'], [1440, 'dark']] as const

async function fillIn(page: Page, label: string): Promise<void> {
  await page.getByRole('button', { name: 'Add an account' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add an account' })
  await dialog.getByRole('textbox', { name: 'Label' }).fill(label)
  await dialog.getByLabel('Account reference').fill(REFERENCE)
  await dialog.getByLabel('Holder').fill('Demo Operator Company Ltd')
  await dialog.getByLabel('How it is used').fill('quote the invoice number in every order')
}
async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByRole('dialog').getByRole('combobox', { name: field }).click()
  await page.getByRole('option', { name: option }).click()
}
const accounts = (page: Page) => page.getByRole('region', { name: 'Accounts' })

// Guarantee: an admin adds an account that is masked from then on, is asked why before its reference is shown, sees it for a minute and no longer, and retires it for good; with no trouble on the way.
test('add, reveal and retire an account', async () => {
  const watched = await openAs(browser, app.url, 'admin', PAGE, 1440)
  const { page } = watched
  await openConsole(page, BANK)
  await page.getByText('No account is named yet.').waitFor()
  await fillIn(page, 'Yuan, Marina branch')
  await choose(page, 'Whose it is', 'A merchant’s')
  await choose(page, 'Merchant', 'Adeola Phones Ltd')
  await assertSound(watched, 'a filled form')
  await page.getByRole('button', { name: 'Add the account' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await accounts(page).getByText('•••• 9-77').waitFor()
  await accounts(page).getByText('Adeola Phones Ltd').waitFor()
  assert.ok(!(await page.content()).includes(REFERENCE), 'the whole reference stays on the page')

  await page.clock.install()
  await accounts(page).getByRole('button', { name: 'Reveal Yuan, Marina branch' }).click()
  assert.equal(await page.getByRole('button', { name: 'Show it' }).getAttribute('aria-disabled'), 'true', 'shown without a reason')
  await choose(page, 'What it is needed for', 'To reconcile a statement')
  await page.getByRole('button', { name: 'Show it' }).click()
  const dialog = page.getByRole('dialog', { name: 'Yuan, Marina branch' })
  await dialog.getByText(REFERENCE).waitFor()
  await page.clock.fastForward(45_000)
  await dialog.getByText('quote the invoice number in every order').waitFor()
  await dialog.getByRole('button', { name: 'Copy Account reference' }).click()
  await dialog.getByText('Account reference copied.').waitFor()
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), REFERENCE)
  await page.clock.fastForward(61_000)
  await dialog.getByText('A minute has passed, so it is hidden again.').waitFor()
  assert.ok(!(await page.content()).includes(REFERENCE), 'the reference stays after its minute')
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
  await dialog.waitFor({ state: 'detached' })
  const { items } = (await callApi<{ items: { action: string }[] }>(page, 'GET', '/api/audit-events?entity=provider_account&limit=10')).body
  assert.deepEqual(items.map(({ action }) => action), ['provider_account.revealed', 'provider_account.created'])

  await accounts(page).getByRole('button', { name: 'Retire Yuan, Marina branch' }).click()
  await choose(page, 'Why', 'It was closed')
  await assertSound(watched, 'the question before an account is retired')
  await page.getByRole('button', { name: 'Retire the account' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await accounts(page).getByText('Retired', { exact: true }).last().waitFor()
  assert.equal(await accounts(page).getByRole('button', { name: 'Retire Yuan, Marina branch' }).getAttribute('aria-disabled'), 'true')
  await watched.close()
})

// Guarantee: a proof that is too old is asked for before anything is shown, and then the same click shows it.
test('a reveal asks for a fresh proof', async () => {
  const watched = await openPage(browser, app.url, 1440)
  const { page, troubles } = watched
  await signIn(page, 'admin', PAGE)
  const config = await callApi<{ demo_accounts: { role: string; password: string }[] }>(page, 'GET', '/api/portal/config')
  await openConsole(page, BANK)
  await fillIn(page, 'Step-up account')
  await page.getByRole('button', { name: 'Add the account' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  // The first reveal is answered as if five minutes had passed; the server's own refusal is in routes/provider-accounts.
  await page.route('**/api/provider-accounts/*/reveal', (route) =>
    route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ type: 'urn:flowclaw:problem:step_up_required', title: 'Prove again that it is you', status: 403, code: 'step_up_required', detail: 'A proof is needed.' }) }), { times: 1 })
  await accounts(page).getByRole('button', { name: 'Reveal Step-up account' }).click()
  await choose(page, 'What it is needed for', 'An auditor asks')
  await page.getByRole('button', { name: 'Show it' }).click()
  const proof = page.getByRole('dialog', { name: 'Prove that it is you' })
  await proof.waitFor()
  assert.equal(await page.getByText(REFERENCE).count(), 0)
  await proof.getByLabel('Password').fill(config.body.demo_accounts.find(({ role }) => role === 'platform_admin')!.password)
  await page.keyboard.press('Enter')
  await page.getByText(REFERENCE).waitFor()
  assert.deepEqual(troubles.splice(0).filter((each) => !/403 .*\/reveal$/.test(each)), [])
  await assertSound(watched, 'shown after the proof')
  await watched.close()
})

// Guarantee: the desk sees accounts masked and every button with the reason why it is not theirs; list and dialogs are sound at every width and theme.
for (const [width, theme] of LOOKS) {
  test(`accounts are sound at ${width} px, ${theme}`, async () => {
    const label = `A long label of the account for orders at ${width} px, ${theme}`
    const watched = await openAs(browser, app.url, 'admin', PAGE, width, theme)
    const { page } = watched
    await openConsole(page, BANK)
    await fillIn(page, label)
    await settle(page)
    await assertSound(watched, 'the form')
    await page.getByRole('button', { name: 'Add the account' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await accounts(page).getByText(label).first().waitFor()
    await settle(page)
    await assertSound(watched, 'the list')
    await accounts(page).getByRole('button', { name: `Reveal ${label}` }).click()
    await choose(page, 'What it is needed for', 'A payment is disputed')
    await assertSound(watched, 'the question before a reveal')
    await page.getByRole('button', { name: 'Show it' }).click()
    await page.getByText(REFERENCE).waitFor()
    await assertSound(watched, 'a shown account')
    await watched.close()
    const desk = await openAs(browser, app.url, 'desk', PAGE, width, theme)
    await openConsole(desk.page, BANK)
    await accounts(desk.page).getByText(label).first().waitFor()
    for (const name of ['Add an account', `Reveal ${label}`, `Retire ${label}`]) assert.equal(await desk.page.getByRole('button', { name }).getAttribute('aria-disabled'), 'true', name)
    assert.ok(!(await desk.page.content()).includes(REFERENCE))
    await assertSound(desk, 'as the desk sees it')
    await desk.close()
  })
}
