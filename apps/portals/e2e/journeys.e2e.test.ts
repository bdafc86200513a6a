// Two journeys of a route that does not go as planned, walked on the desk's screen and on the merchant's phone, on a FlowClaw of its own: one moves everybody's clock.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { Execution, ExecutionStep } from '#contracts/api/execution.ts'
import type { DeskRouteSession } from '#contracts/api/route-sessions.ts'
import type { Quote, SessionPrices } from '#contracts/api/quotes.ts'
import { matchingProof, RAIL } from '#api/testing/executions.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { answerPrivacy } from './merchant-scenes.ts'
import { assertSound, callApi, openAs, settle, type Account, type Theme, type Watched } from './page.ts'
import { acceptedRoute, askedRoute, begun, fileOf, openDesk, type Desk } from './tracking-scenes.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const LOOKS = [[360, 'dark'], [1440, 'light']] as const
const decision = (page: Page) => page.locator('section').filter({ has: page.getByRole('heading', { name: 'Desk Decision' }) })
const standing = (page: Page) => page.locator('section').filter({ has: page.getByRole('heading', { name: 'What stands in the way' }) })

async function open(account: Account, id: string, search = '', width = 1440, theme: Theme = 'light'): Promise<Watched> {
  const watched = await openAs(browser, app.url, account, `/index.html#/sessions/${id}${search}`, width, theme)
  await watched.page.getByRole('heading', { name: 'Desk Decision' }).waitFor()
  await settle(watched.page)
  return watched
}
/** The merchant's page of a route, on a phone. */
async function phone(id: string, width = 390, theme: Theme = 'light'): Promise<Watched> {
  const watched = await openAs(browser, app.url, 'merchant', `/merchant.html#/routes/${id}`, width, theme)
  await answerPrivacy(watched.page)
  await watched.page.locator('main h1, main h2').first().waitFor()
  await settle(watched.page)
  return watched
}
async function api<T>(account: Account, method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T> {
  const { page, close } = await openAs(browser, app.url, account, account === 'merchant' ? '/merchant.html' : '/index.html', 1440)
  const { status, body: answer } = await callApi<T>(page, method, path, body)
  await close()
  assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(answer)}`)
  return answer
}
const read = (id: string): Promise<DeskRouteSession> => api('desk', 'GET', `/api/route-sessions/${id}`)
const pick = async (page: Page, name: string, option: RegExp): Promise<void> => {
  await page.getByRole('dialog').getByRole('combobox', { name }).click()
  await page.getByRole('option', { name: option }).first().click()
}
/** A route that the demo's merchant accepted itself. */
async function accepted(amount: string): Promise<{ id: string; version: number }> {
  const { page, close } = await openAs(browser, app.url, 'merchant', '/merchant.html', 1440)
  const route = await acceptedRoute(page, amount)
  await close()
  return route
}
const stepOf = async (desk: Desk, at: string): Promise<ExecutionStep> => (await desk.get<Execution>(`${at}/execution`)).steps.find(({ state }) => state !== 'confirmed')!
const grouped = (amount: string): string => amount.replace(/\B(?=(\d{3})+(?!\d))/g, ',')

// Guarantee (journey): a payment that came back is told to its merchant at once with who acts and by when, is chased by the desk, and ends as the states say: it goes on where it arrived
// after all, and is over as returned where the money is back.
test('returned payment', async () => {
  const route = await accepted('176000')
  const scout = await openAs(browser, app.url, 'desk', '/index.html', 1440)
  const desk = await openDesk(scout.page)
  await begun(desk, route)
  // The merchant's own step is paid and proved; then the next one is under way.
  const at = `/api/route-sessions/${route.id}`
  for (let step = await stepOf(desk, at); ; step = await stepOf(desk, at)) {
    const missing = step.proof_kinds.filter((kind) => !step.proofs.some((proof) => proof.kind === kind))
    if (step.state === 'ready') { await desk.post(`${at}/steps/${step.position}/start`, { version: step.version, ...(step.rail === null ? { rail: RAIL } : {}) }); break }
    if (missing.length > 0) await desk.post(`${at}/steps/${step.position}/proofs`, { version: step.version, kind: missing[0], artifact_id: await fileOf(desk, scout.page, route.id, missing[0]!), ...matchingProof(step, missing[0]!, '2026-09-29T09:00:00+01:00') })
    else await desk.post(`${at}/steps/${step.position}/confirm`, { version: step.version })
  }
  await Promise.all([desk.close(), scout.close()])

  const watched = await open('desk', route.id, '?tab=checks')
  const { page } = watched
  const incident = async (what: 'Open an incident' | 'Say what is next', fields: readonly (readonly [string, RegExp])[], due: string, line: string): Promise<void> => {
    await page.getByRole('button', { name: what }).click()
    const dialog = page.getByRole('dialog')
    for (const [name, option] of fields) await pick(page, name, option)
    await dialog.getByLabel('By when').fill(due)
    await dialog.getByLabel('A line to the merchant').fill(line)
    await dialog.getByLabel('Note for the desk').fill('Call reference 4711')
    await assertSound(watched, what)
    await dialog.getByRole('button', { name: /^(Open it|Save)$/ }).click()
    await dialog.waitFor({ state: 'detached' })
    await settle(page)
  }
  const resolve = async (how: RegExp): Promise<void> => {
    await page.getByRole('button', { name: 'Resolve' }).click()
    await pick(page, 'How it ended', how)
    await assertSound(watched, 'how it ended')
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await settle(page)
  }

  await incident('Open an incident', [['What happened', /^Returned/], ['Who acts next', /^The desk/], ['What is done next', /^Ask the bank/], ['What the merchant reads', /did not take the money/]], '2026-09-30', 'We are asking the bank today.')
  await page.getByText('The desk: ask the bank what happened, by', { exact: false }).waitFor()
  await standing(page).getByText('The payment came back.').waitFor()
  await standing(page).getByRole('link', { name: 'Chase it' }).waitFor()
  await assertSound(watched, 'a returned payment at the desk')
  const queue = await openAs(browser, app.url, 'desk', '/index.html#/', 1440)
  await queue.page.locator(`#row-${route.id}`).getByText('The payment came back. Ask the bank what happened.').waitFor()
  await queue.close()
  for (const [width, theme] of [[360, 'dark'], [390, 'light'], [1440, 'light']] as const) {
    const told = await phone(route.id, width, theme)
    const text = await told.page.locator('main').innerText()
    assert.match(text, /On its way[\s\S]*The bank in China did not take the money, because the account details did not match\.[\s\S]*We are asking the bank today\.[\s\S]*Ask the bank what happened\. By .*30 Sept?/)
    assert.doesNotMatch(text, /4711|Okafor/)
    await assertSound(told, `a merchant whose payment came back, ${width} ${theme}`, { smallestTarget_px: width < 600 ? 44 : 0 })
    await told.close()
  }

  // It turns out that the bank credited it after all: the session goes on where it stood.
  await resolve(/^It arrived in full/)
  await page.getByText('Returned: it arrived in full').waitFor()
  assert.deepEqual([(await read(route.id)).state, await standing(page).getByText('The payment came back.').count()], ['executing', 0])
  const goes_on = await phone(route.id)
  assert.doesNotMatch(await goes_on.page.locator('main').innerText(), /did not take the money/)
  await goes_on.close()

  // And then it is sent back: a person of the provider is chased for the money, the merchant reads by when, and it is over when the money is there.
  await incident('Open an incident', [['What happened', /^Returned/], ['Who acts next', /^The desk/], ['What is done next', /^Ask the bank/]], '2026-10-09', 'We found out and told you at once.')
  await incident('Say what is next', [['Who acts next', /^The provider/], ['What is done next', /^Wait until the money/]], '2026-10-12', 'The bank sends it back by Monday.')
  await page.getByText('The provider: wait until the money is back, by', { exact: false }).waitFor()
  const waits = await phone(route.id)
  assert.match(await waits.page.locator('main').innerText(), /The bank in China sent the money back\.[\s\S]*The bank sends it back by Monday\.[\s\S]*By .*12 Oct/)
  await waits.close()
  await resolve(/^The money is back/)
  await page.getByText('Returned: the money is back').waitFor()
  assert.equal((await read(route.id)).state, 'returned')
  await assertSound(watched, 'a payment that is back')
  await watched.close()
  for (const [width, theme] of LOOKS) {
    const over = await phone(route.id, width, theme)
    assert.match(await over.page.locator('main').innerText(), /Stopped[\s\S]*The payment came back/)
    await assertSound(over, `a merchant whose money is back, ${width} ${theme}`, { smallestTarget_px: width < 600 ? 44 : 0 })
    await over.close()
    const closed = await open('desk', route.id, '', width, theme)
    await assertSound(closed, `a returned session, ${width} ${theme}`)
    await closed.close()
  }
})

// Guarantee (journey): when its price runs out a session is degraded and says what to do; on a new quote it is priced again with the difference shown, a drift beyond the tolerance goes back to the
// merchant, and after a second agreement the session goes on at the new price.
test('expired quote', async () => {
  // It is priced on what the provider said, which holds for half an hour, and agreed to on that.
  const scout = await openAs(browser, app.url, 'merchant', '/merchant.html', 1440)
  const asked = await askedRoute(scout.page, '185000')
  await scout.close()
  const path = `/api/route-sessions/${asked.id}`
  const { legs: [leg] } = await api<SessionPrices>('desk', 'GET', `${path}/quotes`)
  const quote = await api<Quote>('desk', 'POST', '/api/quotes', {
    session_id: asked.id, kind: 'firm', leg: leg!.leg, sell_amount: '900000000', price: leg!.price, quoted_as: leg!.quoted_as, fee: { amount: '0', currency: leg!.from }, expires_at: '2026-09-29T09:30:00+01:00', source: 'phone_call',
  })
  const priced = await api<{ version: number }>('desk', 'POST', `${path}/reprice`, { version: asked.version, quote_ids: [quote.id] })
  const route = await api<{ id: string }>('merchant', 'POST', `${path}/accept`, { version: priced.version })
  const before = await read(route.id)
  const agreed = (await api<{ items: { id: string; sends: { amount: string } }[] }>('desk', 'GET', '/api/route-sessions?view=open&limit=100')).items.find(({ id }) => id === route.id)!.sends.amount
  assert.deepEqual([before.degraded, before.state, before.valid_until], [[], 'accepted', '2026-09-29T08:30:00Z'])
  await api('admin', 'PUT', '/api/market-clock', { clock: '2026-09-29T10:05:00+01:00', reason: 'an hour later' })

  const row = await openAs(browser, app.url, 'desk', '/index.html#/', 1440)
  await row.page.locator(`#row-${route.id}`).getByText('Degraded.').waitFor()
  await row.close()
  for (const [width, theme] of LOOKS) {
    const watched = await open('desk', route.id, '', width, theme)
    await watched.page.getByText('Degraded', { exact: true }).first().waitFor()
    await standing(watched.page).getByText('The price has expired.').waitFor()
    await standing(watched.page).getByText('Pricing the same route again on today’s rates makes it stand', { exact: false }).waitFor()
    assert.match((await watched.page.getByRole('radio', { name: /^Approve recommended/ }).locator('xpath=ancestor::label').innerText()), /the price has run out/)
    await assertSound(watched, `an expired price, ${width} ${theme}`)
    await watched.close()
  }
  assert.ok((await read(route.id)).degraded.includes('price_expired'))

  // The desk telephones, and the provider says a dearer price.
  const dearer = (Number(leg!.price) * 1.02).toFixed(3)
  const desk = await open('desk', route.id, '?tab=quotes')
  const { page } = desk
  await page.getByRole('button', { name: 'Capture a quote' }).click()
  const dialog = page.getByRole('dialog', { name: 'Capture a quote' })
  await dialog.getByLabel('Price').fill(dearer)
  await dialog.getByLabel('For an amount of').fill('900000000')
  await dialog.getByLabel('Holds until').fill('12:30')
  await dialog.getByRole('button', { name: 'Capture' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('Usable').waitFor()
  const panel = page.getByRole('tabpanel')
  await panel.getByRole('button', { name: 'Re-price' }).click()
  await panel.getByText('To be agreed again').waitFor()
  await panel.getByText('Because it is dearer than the tolerance allows.').waitFor()
  await settle(page)
  assert.match(await panel.getByRole('region', { name: 'Price before and now' }).first().innerText(), new RegExp(`${grouped(agreed)}[\\s\\S]*\\+`))
  await page.getByText('With merchant').first().waitFor()
  await assertSound(desk, 'a price that moved')
  await desk.close()
  const offered = await read(route.id)
  assert.deepEqual([offered.state, offered.degraded, offered.approval.agreed], ['awaiting_merchant', [], false])
  assert.ok(Number(offered.offered!.sent.amount) > Number(agreed))

  const merchant = await phone(route.id)
  await merchant.page.getByRole('heading', { name: 'A new offer' }).waitFor()
  const told = await merchant.page.locator('main').innerText()
  assert.match(told, /You pay more[\s\S]*You agreed to[\s\S]*Offered now/)
  assert.ok(told.includes(grouped(offered.offered!.sent.amount)) || told.includes(grouped(offered.all_in!.merchant_pays.amount)), told)
  await assertSound(merchant, 'a new price on a phone', { smallestTarget_px: 44 })
  await merchant.page.getByRole('button', { name: 'Agree to the new offer' }).click()
  await merchant.page.getByText('You agreed to the new offer').waitFor()
  await settle(merchant.page)
  await merchant.close()

  const { standing: parties } = await api<{ standing: { required: string[] } }>('desk', 'GET', `/api/route-sessions/${route.id}/screenings`)
  for (const subject of parties.required) await api('desk', 'POST', `/api/route-sessions/${route.id}/screenings`, { subject, result: 'no_hit', list_name: 'UN Consolidated List', list_date: '2026-09-29' })
  const again = await open('desk', route.id)
  const record = async (said: string): Promise<void> => {
    await again.page.keyboard.press('Control+Enter')
    await decision(again.page).getByText(said, { exact: true }).waitFor()
    await settle(again.page)
  }
  assert.equal(await again.page.getByText('Degraded', { exact: true }).count(), 0)
  assert.equal(await again.page.getByRole('radio', { name: /^Approve the offer/ }).getAttribute('aria-checked'), 'true')
  await record('Approval recorded.')
  await record('Execution began. Its first step is ready.')
  await assertSound(again, 'an execution at the price that was agreed again')
  assert.deepEqual([(await read(route.id)).state, again.troubles], ['executing', []])
  await again.close()
})
