// A company's first day, from the owner's command to its first route, on a FlowClaw of its own.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { migrate } from '#database/index.ts'
import { totpOf } from '#platform/auth/totp.ts'
import { importMarketData, readMarketData, type MarketData } from '#tools/data-import.ts'
import { runningOwnerUrl } from '#tools/embedded-postgres/running.ts'
import { createCompany } from '#tools/tenant-create.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { assertSound, callApi, openPage, settle, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]); assert.ok(app.folder, 'this test adds a company: it needs a FlowClaw of its own') })
after(async () => { await browser?.close(); await app?.stop() })

const EMAIL = 'ada@first-day.example'
const PASSWORD = 'a long enough password of a founder'
const DATA = join(import.meta.dirname, '..', '..', '..', 'data')

/** The shipped data as somebody who captured it anew today would bring it: on a live market clock its own day is too old to route by. */
function dataOfToday(): MarketData {
  const folder = mkdtempSync(join(tmpdir(), 'flowclaw-data-'))
  try {
    const today = new Date().toISOString().slice(0, 10)
    for (const name of ['corridors.json', 'providers.json', 'estimates.json', 'rates.json', 'facts.md']) {
      writeFileSync(join(folder, name), readFileSync(join(DATA, name), 'utf8').replaceAll(/("as_of": *")[0-9-]{10}"/g, `$1${today}"`))
    }
    return readMarketData(folder, { 'ng-cn': 'manual' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const bytesOf = (secret: string): Buffer =>
  Buffer.from([...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('').match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))

/** The queue at every width and in both themes; ends where it began. */
async function assertSoundEverywhere(watched: Watched, what: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    for (const width of [360, 390, 1440]) {
      await watched.page.emulateMedia({ colorScheme: theme })
      await watched.page.setViewportSize({ width, height: 900 })
      await settle(watched.page)
      await assertSound(watched, `${what} at ${width} px, ${theme}`)
    }
  }
  await watched.page.emulateMedia({ colorScheme: 'light' })
}

async function openQueue(page: Page): Promise<void> {
  await page.goto('/index.html#/')
  await page.reload()
  await page.getByRole('heading', { name: 'Queue' }).waitFor()
  await settle(page)
}

// Guarantee: a company that the owner's command made goes from its one link to its first recommended route by the checklist, each step done when the data says so, and the checklist goes with the route.
test('from one link to the first route', async () => {
  const url = runningOwnerUrl(app.folder!)!
  const owner = { url, tenantKey: (await migrate({ url })).tenantKey }
  const { tenant_id, token } = await createCompany(owner, { name: 'First Day Desk', time_zone: 'Africa/Lagos', admin_email: EMAIL, admin_name: 'Ada Obi' }, 'test')
  const used = await fetch(`${app.url}/api/auth/links/use`, {
    method: 'POST', headers: { 'content-type': 'application/json', origin: app.url }, body: JSON.stringify({ token, password: PASSWORD }),
  })
  assert.equal(used.status, 200, await used.clone().text())

  const watched = await openPage(browser, app.url, 1440)
  const { page } = watched
  await page.goto('/index.html')
  await page.getByLabel('Email').fill(EMAIL)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Set up an authenticator' }).click()
  await page.getByRole('img', { name: 'QR code for the authenticator' }).waitFor()
  const secret = bytesOf((await page.getByText('Or type this in:').locator('span').innerText()).replaceAll(/\s/g, ''))
  await page.getByLabel('Code', { exact: true }).fill(totpOf(secret, Math.floor((await page.evaluate(() => Date.now())) / 30_000)))
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'I have kept them' }).click()

  await page.getByText('0 of 5 done').waitFor()
  await page.getByText(`npm run data:import -- --tenant ${tenant_id} FOLDER`).waitFor()
  await assertSoundEverywhere(watched, 'the first steps')

  await page.getByRole('link', { name: /^Merchants ?: Add a merchant/ }).click()
  await page.getByRole('button', { name: 'Add a merchant' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Onitsha Shoes Ltd')
  await dialog.getByLabel('City').fill('Onitsha')
  await dialog.getByLabel('Trades in').fill('shoes')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })

  await importMarketData(owner, tenant_id, dataOfToday(), { dry_run: false, os_user: 'test' })
  await openQueue(page)
  await page.getByText('2 of 5 done').waitFor()
  await page.getByRole('link', { name: /^Suppliers ?: Save its supplier/ }).click()
  await page.getByRole('button', { name: 'Add a supplier' }).click()
  await dialog.getByLabel('Legal name in Chinese').fill('温州示范鞋业有限公司')
  await dialog.getByLabel('City').fill('Wenzhou')
  await dialog.getByLabel('Account number').fill('6222021111222233')
  await dialog.getByRole('button', { name: 'Save the supplier' }).click()
  await page.getByRole('heading', { name: 'Where it is paid' }).waitFor()

  await openQueue(page)
  await page.getByText('3 of 5 done').waitFor()
  await assertSoundEverywhere(watched, 'the first steps, three done')
  await page.getByRole('link', { name: /^New request ?: Ask for the first route/ }).click()
  await page.getByRole('combobox', { name: 'Merchant' }).click()
  await page.getByRole('option', { name: /Onitsha Shoes Ltd/ }).click()
  await page.getByRole('combobox', { name: 'Supplier' }).click()
  await page.getByRole('option', { name: /温州/ }).click()
  await page.getByLabel('Why the desk asks').fill('first call of the merchant')
  await page.getByLabel('Amount', { exact: true }).fill('185000')
  await page.getByLabel('Needed by').fill(await page.evaluate(() => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)))
  await page.getByLabel('Description').fill('shoes')
  await page.getByLabel('Invoice number').fill('FIRST-1')
  await page.getByRole('button', { name: 'Find a route' }).click()
  await page.waitForURL(/#\/sessions\//)
  const id = /sessions\/([0-9a-f-]{36})/.exec(page.url())![1]!
  assert.equal((await callApi<{ state: string }>(page, 'GET', `/api/route-sessions/${id}`)).body.state, 'recommended')
  await openQueue(page)
  assert.equal(await page.getByRole('heading', { name: 'First steps' }).count(), 0)
  await page.getByText('温州示范鞋业有限公司').first().waitFor()
  await watched.close()
})
