import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { verifyAuditExport } from '#contracts/audit-export.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { noRouteSession, openConsole, readySession, sessionWhere } from './console-scenes.ts'
import { assertSound, callApi, openAs, openPage, settle, signIn, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const desk = (width = 1440): Promise<Watched> => openAs(browser, app.url, 'desk', '/index.html', width)
const admin = (): Promise<Watched> => openAs(browser, app.url, 'admin', '/index.html', 1440)
const drawer = (page: Page) => page.getByRole('dialog')
const recommended = (page: Page) => page.getByRole('region', { name: 'Recommended' })

// Guarantee: a desk operator gets from the sign-in form to any number of a decision, its public source and its replay, by the screens alone.
test('queue, session, why not, provenance, replay', async () => {
  const watched = await openPage(browser, app.url, 1440)
  const { page, troubles } = watched
  await signIn(page, 'desk', '/index.html')
  const row = await readySession(page)
  await page.locator(`#row-${row.id}`).getByRole('link', { name: /^Decide/ }).click()
  await recommended(page).waitFor()
  assert.match(await recommended(page).innerText(), /Ready[\s\S]*1\.41 %[\s\S]*NGN\s290,782,685\.09[\s\S]*188/)
  assert.match(await page.getByRole('region', { name: 'Refused' }).innerText(), /✕/)

  await page.getByRole('tab', { name: /^Why not/ }).click()
  const chip = page.getByRole('group', { name: 'Reasons' }).getByRole('button', { name: /^Amount limit/ })
  const promised = /[0-9]+/.exec(await chip.innerText())![0]
  await chip.click()
  await page.getByText(`of ${promised}.`, { exact: false }).waitFor()
  assert.match(page.url(), /reason=limit_exceeded/)
  const table = page.getByRole('region', { name: 'Why not' })
  await table.getByRole('button', { expanded: false }).first().click()
  await page.getByRole('region', { name: 'Legs with price and time' }).waitFor()
  await page.getByRole('heading', { name: /^Every reason/ }).waitFor()
  await assertSound(watched, 'an opened refusal')

  await page.getByRole('region', { name: 'Legs with price and time' }).getByRole('button').first().click()
  await drawer(page).getByText('Where this number comes from').waitFor()
  await drawer(page).getByRole('button', { name: /^Show [0-9]+ source/ }).first().click()
  const source = drawer(page).locator('a[href^="http"]').first()
  await source.waitFor()
  assert.match((await source.getAttribute('rel'))!, /noreferrer/, 'a source must not learn which session led to it')
  await page.keyboard.press('Escape')

  await page.getByRole('tab', { name: 'Decision record' }).click()
  await page.getByRole('button', { name: 'Replay' }).click()
  await page.getByText('Identical', { exact: true }).waitFor()
  assert.deepEqual(troubles, [])
  await watched.close()
})

// Guarantee: each person works on its own page: nobody but the desk and the admin ever sees a row of the queue.
test('a merchant and an agent who sign in here are moved to their own pages', async () => {
  for (const [account, home] of [['merchant', '/merchant.html'], ['agent', '/agent.html']] as const) {
    const watched = await openPage(browser, app.url, 1440)
    const asked: string[] = []
    watched.page.on('request', (request) => { if (/\/api\/(route-sessions|providers)/.test(request.url()) && watched.page.url().includes('index.html')) asked.push(request.url()) })
    await signIn(watched.page, account, '/index.html')
    await watched.page.waitForURL(`**${home}`)
    assert.deepEqual(asked, [], `${account} made the console ask for desk data`)
    await watched.close()
  }
})

// Guarantee: the queue is worked by keys alone, and its address brings anyone to the same place.
test('keys move, open and go; the address holds filter and row', async () => {
  const { page, close } = await desk()
  const current = () => page.locator('tr[aria-current="true"]').getAttribute('id')
  const first = await current()
  await page.keyboard.press('j')
  await page.waitForFunction((id) => document.querySelector('tr[aria-current="true"]')?.id !== id, first)
  const second = await current()
  await page.reload()
  await settle(page)
  assert.equal(await current(), second)
  await page.keyboard.press('k')
  await page.waitForFunction((id) => document.querySelector('tr[aria-current="true"]')?.id === id, first)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Desk Decision' }).waitFor()
  assert.equal(`row-${/sessions\/([0-9a-f-]{36})/.exec(page.url())![1]}`, first)
  // From tab to tab, the last before the first, until the record comes.
  for (let tabs = 0; tabs < 12 && !page.url().includes('tab=record'); tabs++) {
    const here = page.url()
    await page.keyboard.press('[')
    await page.waitForURL((url) => url.href !== here)
  }
  await page.getByRole('button', { name: 'Replay' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('p')
  await page.getByRole('heading', { name: 'Providers' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('q')
  await page.getByRole('heading', { name: 'Queue' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('household')
  await page.getByRole('status').filter({ hasText: /^1 / }).waitFor()
  assert.match(page.url(), /q=household/)
  await page.goBack()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search or jump to' }).fill('ng-cn')
  await page.getByRole('option', { name: /Nigeria to China/ }).click()
  await page.getByRole('heading', { name: 'Nigeria to China supplier payments' }).waitFor()
  await close()
})

// Guarantee: the queue says in words why no route was found; the rule's id stands behind them, set as an id.
test('a row of the queue gives its reason in words', async () => {
  const { page, close } = await desk()
  const sentence = page.locator(`#row-${(await noRouteSession(page)).id}`).getByText(/^All [0-9]+ routes refused/)
  assert.match(await sentence.innerText(), /routes refused: Cross-border RMB by bank message goes to companies only \(cn-personal-account\)\. Tell the merchant/)
  assert.equal(await sentence.locator('.font-mono').innerText(), '(cn-personal-account)')
  await close()
})

// Guarantee: what would make a route possible stands before any refusal, and nobody is offered an acceptance that policy denies.
test('no route', async () => {
  const { page, close } = await desk()
  await openConsole(page, `/sessions/${(await noRouteSession(page)).id}`)
  const text = await page.locator('main').innerText()
  assert.ok(text.indexOf('What would make one possible') > 0 && text.indexOf('What would make one possible') < text.indexOf('Why not'))
  const prices = [...text.slice(text.indexOf('What would make one possible'), text.indexOf('Why not')).matchAll(/([0-9]+\.[0-9]+) %/g)].map(([, price]) => Number(price))
  assert.deepEqual(prices, [...prices].sort((a, b) => a - b), 'cheapest first')
  assert.equal(await page.getByRole('button', { name: /^Accept for the merchant/ }).getAttribute('aria-disabled'), 'true')
  await close()
})

// Guarantee: on the narrowest phone every list reads from top to bottom: each value stands inside the screen, with nothing to push sideways.
test('tables are stacked on a phone', async () => {
  const watched = await openAs(browser, app.url, 'admin', '/index.html', 360)
  const { page } = watched
  const none = { amount: '0', currency: 'GHS' }
  const saved = await callApi(page, 'PUT', '/api/desk-fee-rules', { merchant_id: null, corridor_id: 'gh-cn', fixed: none, bps: '12.5', minimum: none, reason: 'A fee to be listed, agreed with everybody who asks in this corridor' })
  assert.equal(saved.status, 200)
  const session = (await readySession(page)).id
  const places: readonly (readonly [string, string])[] = [
    ['/providers', 'Providers'], ['/providers/ng-bank-rmb-direct', 'Legs'], ['/corridors', 'Corridors'], ['/desk-fees', 'Desk fees'], ['/audit', 'Audit events'], ['/sessions', 'Route sessions'],
    ...['Allowed pairs', 'Rules', 'Documents', 'Checklist', 'Settlement windows', 'Regulators'].map((label, tab) =>
      [`/corridors/ng-cn?tab=${['pairs', 'rules', 'documents', 'checklist', 'windows', 'regulators'][tab]!}`, label] as const),
    [`/sessions/${session}?tab=documents`, 'Papers'], [`/sessions/${session}?tab=record`, 'Sensitivity'], [`/sessions/${(await noRouteSession(page)).id}`, 'What would make a route possible'],
  ]
  for (const [hash, label] of places) {
    await openConsole(page, hash)
    const list = page.getByRole('region', { name: label, exact: true })
    await list.waitFor()
    assert.notEqual((await list.innerText()).trim(), '', `${hash} shows nothing to measure`)
    const outside = await list.evaluate((region) => [region, ...region.querySelectorAll<HTMLElement>('*')]
      .filter((element) => { const box = element.getBoundingClientRect(); return box.width > 0 && (box.left < 0 || box.right > innerWidth + 0.5) })
      .map((element) => (element.textContent ?? '').trim().slice(0, 40)))
    assert.deepEqual(outside, [], `${hash}: outside the screen`)
    await assertSound(watched, `${hash} at 360 px`)
  }
  await watched.close()
})

// Guarantee: a file of refusals has every candidate of the filter, not only those on the screen, with codes and exact decimals.
test('the export holds every refused candidate with its codes', async () => {
  const { page, close } = await desk()
  const row = await readySession(page)
  await openConsole(page, `/sessions/${row.id}?tab=why_not&status=refused`)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export with codes' }).click()])
  const text = readFileSync(await download.path(), 'utf8')
  const refused = (await callApi<{ total: number }>(page, 'GET', `/api/route-sessions/${row.id}/candidates?status=refused&limit=1`)).body.total
  const ids = new Set(text.split('\r\n').slice(1).filter((line) => line !== '').map((line) => line.split(',')[0]))
  assert.equal(ids.size, refused)
  assert.match(text, /not_available_to_merchant:KYB_HK_ENTITY/)
  await close()
})

// Guarantee: the desk asks in a merchant's name only with a reason, is warned of an invoice that was sent before, and accepts and cancels only with a reason.
test('a request for a merchant, accepted and cancelled with reasons', async () => {
  const watched = await desk()
  const { page } = watched
  const ask = async () => {
    await openConsole(page, '/request')
    await page.getByRole('combobox', { name: 'Merchant' }).fill('Ota')
    await page.getByRole('option', { name: /Ota Pharma/ }).click()
    await page.getByRole('combobox', { name: 'Supplier' }).click()
    await page.getByRole('option').first().click()
    await page.getByLabel('Amount', { exact: true }).fill('185,000')
    await page.getByLabel('Description').fill('Blister foil')
    await page.getByLabel('Invoice number').fill('E2E-DESK-1')
    await page.getByRole('button', { name: 'Find a route' }).click()
  }
  await ask()
  await page.getByText('Say why the desk asks and not the merchant.').first().waitFor()
  await page.getByLabel('Why the desk asks').fill('The merchant asked by phone')
  await page.getByRole('button', { name: 'Find a route' }).click()
  await page.getByRole('heading', { name: 'Desk Decision' }).waitFor()
  await settle(page)
  assert.match(await page.locator('main').innerText(), /For the merchant: The merchant asked by phone/)
  await assertSound(watched, 'a session that the desk asked for')
  const session = page.url()

  await page.getByRole('button', { name: 'Accept for the merchant' }).click()
  await drawer(page).getByText('Accepting is not paying.', { exact: false }).waitFor()
  assert.equal(await drawer(page).getByRole('button', { name: /^Accept/ }).getAttribute('aria-disabled'), 'true')
  await drawer(page).getByLabel('Reason').fill('Confirmed by phone')
  await assertSound(watched, 'acceptance')
  await drawer(page).getByRole('button', { name: 'Accept', exact: true }).click()
  await drawer(page).waitFor({ state: 'detached' })
  await page.getByRole('radio', { name: /^Approve recommended/ }).waitFor()

  await ask()
  await page.getByLabel('Why the desk asks').fill('The merchant asked by phone')
  await page.getByRole('button', { name: 'Find a route' }).click()
  await page.getByText('This invoice was asked for before').waitFor()
  assert.match(await page.getByRole('button', { name: /^Find a route/ }).innerText(), /Say first that you have seen/)

  await page.goto(session)
  await settle(page)
  await page.getByRole('radio', { name: /^Cancel for the merchant/ }).click()
  await page.getByRole('button', { name: 'Cancel the session' }).click()
  await drawer(page).getByLabel('Reason').fill('The merchant changed its mind')
  await drawer(page).getByRole('button', { name: 'Cancel it' }).click()
  await drawer(page).waitFor({ state: 'detached' })
  await openConsole(page, '/?view=done')
  await page.getByText('Blister foil').first().waitFor()
  await watched.close()
})

// Guarantee: only a Platform Admin sets fees and moves the market clock; the desk sees both and learns why it may not.
test('fees and the market clock belong to the admin', async () => {
  const reader = await desk()
  await openConsole(reader.page, '/desk-fees')
  assert.match(await reader.page.getByRole('button', { name: /^Set a fee/ }).innerText(), /A Platform Admin sets fees/)
  assert.equal(await reader.page.getByRole('button', { name: /Move the market clock/ }).count(), 0)
  await reader.close()

  const { page, close } = await admin()
  await openConsole(page, '/desk-fees')
  await page.getByRole('button', { name: 'Set a fee' }).click()
  await drawer(page).getByLabel('Corridor', { exact: true }).click()
  await page.getByRole('option', { name: /NG → US/ }).click()
  await drawer(page).getByLabel(/^Basis points/).fill('25')
  await drawer(page).getByLabel('Reason').fill('Agreed for this corridor')
  await drawer(page).getByRole('button', { name: 'Save the fee' }).click()
  await page.getByRole('cell', { name: 'Agreed for this corridor' }).waitFor()

  await page.getByRole('button', { name: /Move the market clock/ }).click()
  await drawer(page).getByLabel(/^Day/).fill('2026-09-30')
  await drawer(page).getByLabel('Reason').fill('The next day of the demo')
  await drawer(page).getByRole('button', { name: 'Move the clock' }).click()
  await page.getByText('Demo market of 30 September 2026').first().waitFor()
  await page.getByRole('button', { name: /Move the market clock/ }).click()
  await drawer(page).getByLabel(/^Day/).fill('2026-09-29')
  await drawer(page).getByLabel('Reason').fill('Back to the first day')
  await drawer(page).getByRole('button', { name: 'Move the clock' }).click()
  await page.getByText('Demo market of 29 September 2026').first().waitFor()
  await close()
})

// Guarantee: an admin finds an event by person, action, thing and day, gets from it to its session and back, verifies the chain and takes it out whole; the desk sees its own sessions and learns why not more.
test('the audit is searched, verified and exported', async () => {
  const watched = await admin()
  const { page, troubles } = watched
  const session = (await readySession(page)).id
  await openConsole(page, `/sessions/${session}?tab=timeline`)
  await page.getByRole('link', { name: 'Audit events of this session' }).click()
  await page.getByRole('heading', { name: 'Audit', exact: true }).waitFor()
  const table = page.getByRole('region', { name: 'Audit events' })
  await table.getByRole('link').first().waitFor()
  await settle(page)
  assert.deepEqual([...new Set(await table.getByRole('link').allInnerTexts())], [session])
  await page.getByLabel('Action', { exact: true }).click()
  await page.getByRole('option', { name: 'Route session requested' }).click()
  await page.waitForURL(/action=route_session\.requested/)
  await settle(page)
  assert.equal(await table.getByRole('link').count(), 1)
  await page.getByLabel('From', { exact: true }).fill('2020-01-01')
  await page.getByLabel('Up to and with', { exact: true }).fill('2020-01-02')
  await page.getByText('No event fits these filters').waitFor()
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await table.waitFor()
  await page.getByRole('button', { name: 'Verify the chain' }).click()
  await page.getByText('The chain holds').waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).click()])
  assert.match(download.suggestedFilename(), /^audit-[0-9a-f-]{36}-[0-9]+\.jsonl$/)
  const verdict = await verifyAuditExport(readFileSync(await download.path(), 'utf8').trimEnd().split('\n'))
  assert.ok(verdict.ok, JSON.stringify(verdict))
  const { head_hash } = (await callApi<{ head_hash: string }>(page, 'GET', '/api/audit-events/verification')).body
  assert.equal(verdict.head.hash, head_hash)
  await page.goto(`${page.url().split('#')[0]}#/audit?id=${session}`)
  await table.getByRole('link').first().click()
  await page.getByRole('heading', { name: 'Desk Decision' }).waitFor()
  assert.deepEqual(troubles, [])
  await watched.close()

  const reader = await desk()
  await openConsole(reader.page, '/audit')
  for (const name of [/^Verify the chain/, /^Export/]) assert.match(await reader.page.getByRole('button', { name }).innerText(), /A Platform Admin verifies and exports/)
  await reader.close()
})

// Guarantee: a search or a corridor can be kept under a name in this browser, and the walkthrough goes away for good.
test('saved views and the walkthrough are remembered', async () => {
  const { page, close } = await desk()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await openConsole(page, '/?corridor=za-cn')
  await page.getByRole('button', { name: 'Save view' }).click()
  await page.getByLabel('Name of the view').fill('South Africa')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await openConsole(page, '/')
  await page.reload()
  await settle(page)
  assert.equal(await page.getByRole('heading', { name: 'Start here' }).count(), 0)
  await page.getByRole('link', { name: 'South Africa' }).click()
  await page.getByRole('status').filter({ hasText: /^1 / }).waitFor()
  const row = await sessionWhere(page, (each) => each.corridor_id === 'za-cn')
  await page.locator(`#row-${row.id}`).waitFor()
  await close()
})
