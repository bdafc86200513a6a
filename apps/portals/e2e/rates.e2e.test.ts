// Today's rates by keyboard, on a FlowClaw of its own: it changes the market that everybody's routes stand on.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { assertSound, callApi, openAs, settle, type Theme, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

type Sheet = { readonly counts: { readonly all: number; readonly stale: number }; readonly items: readonly { readonly leg: string; readonly provider_name: string; readonly price: string; readonly state: string; readonly source: string; readonly who: string | null }[] }
const sheetOf = async (page: Page): Promise<Sheet> => (await callApi<Sheet>(page, 'GET', '/api/rates')).body

async function openRates(width = 1440, theme: Theme = 'light', account: 'desk' | 'admin' = 'desk'): Promise<Watched> {
  const watched = await openAs(browser, app.url, account, '/index.html#/rates', width, theme)
  await watched.page.getByRole('heading', { name: 'Today’s rates' }).waitFor()
  await settle(watched.page)
  return watched
}

/** Puts a text into the clipboard event that a paste is: the browser of a test has no clipboard of its own. */
const paste = (page: Page, text: string): Promise<void> => page.locator('[data-cell="price"]').first().evaluate((cell, pasted) => {
  const data = new DataTransfer()
  data.setData('text/plain', pasted)
  cell.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
}, text)

// Guarantee: a desk refreshes twenty quotes by keyboard alone (fewer than 250 keys, one save) well within two minutes, and every row then says that it did.
test('twenty quotes refreshed by keyboard alone', async () => {
  const watched = await openRates()
  const { page } = watched
  const before = await sheetOf(page)
  let keys = 0
  const press = async (...all: string[]) => { for (const key of all) { keys += 1; await page.keyboard.press(key) } }
  const started = performance.now()
  // Search, and into the first cell.
  await page.locator('[data-cell="price"]').first().focus()
  for (const [at, rate] of before.items.slice(0, 20).entries()) {
    if (at % 2 === 0) await press('=')
    else { await press(...rate.price, 'Enter') }
  }
  await page.getByText('20 being edited').waitFor()
  await press('Control+Enter')
  await page.getByText('0 being edited').waitFor()
  const [after, elapsed_ms] = [await sheetOf(page), performance.now() - started]
  assert.deepEqual(after.items.slice(0, 20).map(({ source, who }) => [source, who === null]), Array.from({ length: 20 }, () => ['phone_call', false]))
  assert.ok(keys <= 250, `${keys} keys`)
  assert.ok(elapsed_ms < 120_000, `${elapsed_ms} ms`)
  await watched.close()
})

// Guarantee: price and bps fill each other in the row, a row that cannot be is said and keeps the batch from being saved, and Esc takes it back.
test('a row fills itself, says what is wrong, and is taken back', async () => {
  const watched = await openRates()
  const { page } = watched
  const row = page.getByRole('row').filter({ hasText: 'NGN → CNH' }).first()
  const price = row.locator('[data-cell="price"]')
  await price.focus()
  await page.keyboard.press('b')
  await page.keyboard.type('150')
  assert.match(await price.inputValue(), /^200\.7/)
  await page.keyboard.press('Escape')
  await price.focus()
  await page.keyboard.type('19.9')
  await row.getByText(/too far to be meant/).waitFor()
  const save = page.getByRole('button', { name: /^Save 1 change/ })
  assert.match((await save.getAttribute('title'))!, /cannot be saved/)
  await assertSound(watched, 'a wrong row')
  await page.keyboard.press('Escape')
  await page.getByText('0 being edited').waitFor()
  await watched.close()
})

// Guarantee: a sheet with one bad line takes nothing, says which line, and saves nothing; the corrected sheet is saved whole.
test('a pasted sheet is taken whole or not at all', async () => {
  const watched = await openRates()
  const { page } = watched
  const before = await sheetOf(page)
  const lines = ['ng-bank-rmb-direct\tNGN/CNH\t199.6050', 'ng-licensed-exchange\tNGN/USDT\t150 bps']
  await paste(page, [...lines, 'nobody\tNGN/USDT\t1345'].join('\n'))
  await page.getByText(/Line 3: No provider is called “nobody”/).waitFor()
  await page.getByText('0 being edited').waitFor()
  assert.deepEqual((await sheetOf(page)).items, before.items)
  await assertSound(watched, 'a sheet that cannot be read')
  await paste(page, lines.join('\n'))
  await page.getByText('2 being edited').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.locator('[data-cell="price"]').first().press('Control+Enter')
  await page.getByText('0 being edited').waitFor()
  assert.equal((await sheetOf(page)).items.find(({ leg }) => leg.startsWith('ng-bank-rmb-direct|NGN|CNH'))!.price, '199.6050')
  await watched.close()
})

// Guarantee: stale rows are marked in words, price, time and age when the market's clock has passed them, counted in the sidebar and filtered; the page is sound on a phone, in the dark, and for a role that only reads.
test('stale rows are marked, and the page is sound in every look', async () => {
  const admin = await openRates(1440, 'light', 'admin')
  assert.match((await admin.page.getByRole('button', { name: /^Save 0 changes/ }).getAttribute('title'))!, /Desk Operator saves/)
  const moved = await callApi(admin.page, 'PUT', '/api/market-clock', { clock: '2026-09-29T09:20:00+01:00', reason: 'twenty minutes later' })
  assert.equal(moved.status, 200)
  await admin.close()
  for (const [width, theme] of [[390, 'light'], [390, 'dark'], [1440, 'light'], [1440, 'dark']] as const) {
    const watched = await openRates(width, theme)
    const { page } = watched
    const { counts, items } = await sheetOf(page)
    assert.ok(counts.stale > 0 && items.some(({ state }) => state === 'stale'))
    await page.getByText('20 min / 10 min').first().waitFor()
    await page.getByText('Stale', { exact: true }).first().waitFor()
    await assertSound(watched, `rates at ${width} ${theme}`)
    if (width === 1440 && theme === 'light') {
      await page.getByRole('group', { name: 'Show' }).getByRole('link', { name: /^Stale/ }).click()
      await page.waitForFunction((many) => document.querySelectorAll('[data-cell="price"]').length === many, items.filter(({ state }) => state !== 'fresh').length)
    }
    await watched.close()
  }
})

// Guarantee: on a session's page the desk captures a firm quote and prices the route again, and sees before, now and the difference; both are sound on a desktop and on a phone in the dark.
test('a quote is captured and the route priced again', async () => {
  const scout = await openRates()
  const list = await callApi<{ items: { id: string; state: string }[] }>(scout.page, 'GET', '/api/route-sessions?view=open&limit=100')
  const { id } = list.body.items.find(({ state }) => state === 'recommended')!
  await scout.close()
  for (const [width, theme] of [[1440, 'light'], [390, 'dark']] as const) {
    const watched = await openAs(browser, app.url, 'desk', `/index.html#/sessions/${id}?tab=quotes`, width, theme)
    const { page } = watched
    await page.getByRole('heading', { name: 'Quotes' }).waitFor()
    await settle(page)
    if (width === 1440) {
      await page.getByRole('button', { name: 'Capture a quote' }).click()
      const dialog = page.getByRole('dialog', { name: 'Capture a quote' })
      await dialog.getByLabel('Price').fill('199.5')
      await dialog.getByLabel('For an amount of').fill('900000000')
      await dialog.getByLabel('Holds until').fill('11:30')
      await assertSound(watched, 'capture a quote')
      await dialog.getByRole('button', { name: 'Capture' }).click()
      await dialog.waitFor({ state: 'detached' })
      await page.getByText('Usable').waitFor()
      await page.getByRole('button', { name: 'Re-price' }).click()
      await page.getByText('Priced again').waitFor()
      await page.getByText('Used', { exact: true }).waitFor()
      await settle(page)
    }
    await assertSound(watched, `quotes at ${width}`)
    await watched.close()
  }
})
