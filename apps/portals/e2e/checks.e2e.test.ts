// The desk's checks of one session, on a FlowClaw of its own: a screening that takes two people, a paper with its value, and the invoice.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { assertSound, openAs, settle, type Account, type Theme, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const LOOKS = [[360, 'dark'], [390, 'light'], [1440, 'light'], [1440, 'dark']] as const

/** A session of the demo tenant with a recommended route. */
const recommended = (page: Page): Promise<string> => page.evaluate(async () => {
  const list = await (await fetch('/api/route-sessions?view=open&limit=100')).json() as { items: { id: string; state: string; degraded: boolean }[] }
  const found = list.items.find((row) => row.state === 'recommended' && !row.degraded)
  if (found === undefined) throw new Error('the demo has no session with a route')
  return found.id
})
async function openTab(account: Account, id: string, tab: string, width = 1440, theme: Theme = 'light'): Promise<Watched> {
  const watched = await openAs(browser, app.url, account, `/index.html#/sessions/${id}?tab=${tab}`, width, theme)
  await watched.page.getByRole('heading', { name: tab === 'checks' ? 'Screening' : /^Recorded papers of/ }).waitFor()
  await settle(watched.page)
  return watched
}
const pick = async (page: Page, name: string, option: RegExp) => {
  await page.getByRole('dialog').getByRole('combobox', { name }).click()
  await page.getByRole('option', { name: option }).click()
}

// Guarantee: a possible hit that one person records is said on every screen of the desk, is not that person's to clear and is cleared by another; no merchant reads of it; the pages are sound in every look.
test('a possible hit takes two people', async () => {
  const scout = await openAs(browser, app.url, 'desk', '/index.html', 1440)
  const id = await recommended(scout.page)
  const merchant_view = await scout.page.evaluate(async (of) => JSON.stringify((await (await fetch(`/api/route-sessions/${of}`)).json() as { merchant_view: unknown }).merchant_view), id)
  await scout.close()

  const desk = await openTab('desk', id, 'checks')
  await desk.page.getByText('The supplier: Not screened').waitFor()
  const incident = desk.page.getByRole('button', { name: 'Open an incident' })
  assert.equal(await incident.getAttribute('aria-disabled'), 'true')
  assert.match((await incident.getAttribute('title'))!, /Nothing was sent yet/)
  await desk.page.getByRole('button', { name: 'Record a screening' }).click()
  const form = desk.page.getByRole('dialog', { name: 'Record a screening' })
  await pick(desk.page, 'Who was looked up', /^The supplier/)
  await pick(desk.page, 'What was found', /^Possible hit/)
  await form.getByLabel('Which list').fill('UN Consolidated List')
  await form.getByLabel('Of which day').fill('2026-09-28')
  await form.getByLabel('Note').fill('same name, another city')
  await assertSound(desk, 'record a screening')
  await form.getByRole('button', { name: 'Record', exact: true }).click()
  await form.waitFor({ state: 'detached' })
  await desk.page.getByText('A hit stops this payment').waitFor()
  const own = desk.page.getByRole('button', { name: /^Clear/ })
  assert.equal(await own.getAttribute('aria-disabled'), 'true')
  assert.match((await own.getAttribute('title'))!, /somebody else of the desk clears it/)
  await assertSound(desk, 'a possible hit of one’s own')
  assert.equal(await desk.page.evaluate(async (of) => JSON.stringify((await (await fetch(`/api/route-sessions/${of}`)).json() as { merchant_view: unknown }).merchant_view), id), merchant_view)
  await desk.close()

  for (const [width, theme] of LOOKS) {
    const second = await openTab('admin', id, 'checks', width, theme)
    await second.page.getByText('A hit stops this payment').waitFor()
    await assertSound(second, `a possible hit, ${width} ${theme}`)
    await second.close()
  }
  const admin = await openTab('admin', id, 'checks', 390)
  await admin.page.getByRole('button', { name: /^Clear/ }).click()
  await pick(admin.page, 'Why it is none', /^It is another company/)
  await admin.page.getByRole('dialog').getByRole('button', { name: 'Clear', exact: true }).click()
  await admin.page.getByText('Cleared: it is another company').waitFor()
  await admin.page.getByText('The supplier: Clear').waitFor()
  await settle(admin.page)
  await assertSound(admin, 'a possible hit that was cleared')
  await admin.close()
})

// Guarantee: a recorded paper says until when it counts and what of its value is used, beside what the quarter has left.
test('a paper with its expiry and value', async () => {
  const scout = await openAs(browser, app.url, 'desk', '/index.html', 1440)
  const id = await recommended(scout.page)
  await scout.close()
  const desk = await openTab('desk', id, 'documents')
  await desk.page.getByText(/used this quarter/).waitFor()
  await desk.page.getByRole('button', { name: 'Record a paper' }).click()
  const form = desk.page.getByRole('dialog', { name: 'Record a paper' })
  await pick(desk.page, 'Which paper', /proforma/i)
  await form.getByLabel('Its number').fill('PI-2026-77')
  await form.getByLabel('Issued on').fill('2026-09-01')
  await form.getByLabel('Worth').fill('250000')
  await form.getByLabel('In which currency').fill('cny')
  await assertSound(desk, 'record a paper')
  await form.getByRole('button', { name: 'Record', exact: true }).click()
  await form.waitFor({ state: 'detached' })
  await desk.page.getByText('2026-11-30').waitFor()
  await desk.close()
  for (const [width, theme] of LOOKS) {
    const seen = await openTab('admin', id, 'documents', width, theme)
    await seen.page.getByText('PI-2026-77').waitFor()
    await assertSound(seen, `recorded papers, ${width} ${theme}`)
    await seen.close()
  }
})
