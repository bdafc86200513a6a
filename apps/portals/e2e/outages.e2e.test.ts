// Provider outages, on a FlowClaw of its own: one changes what every open payment says.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { assertSound, callApi, openAs, settle } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const choose = async (page: Page, label: string, option: string | RegExp): Promise<void> => {
  await page.getByRole('dialog').getByLabel(label).click()
  await page.getByRole('option', { name: option }).first().click()
}

// Guarantee: a desk reports a provider as out with why and how it knows, sees which payments that stops and what stands in their way, and ends it; on a phone as at a desk.
test('an outage is reported, seen and ended', async () => {
  const watched = await openAs(browser, app.url, 'desk', '/index.html#/providers', 1440, 'light')
  const { page } = watched
  const queue = (await callApi<{ items: { id: string; state: string }[] }>(page, 'GET', '/api/route-sessions?view=open&limit=50')).body
  const open = queue.items.find(({ state }) => state === 'recommended' || state === 'accepted')!
  const session = (await callApi<{ recommended: { hops: { provider_id: string }[] } }>(page, 'GET', `/api/route-sessions/${open.id}`)).body
  const { name } = (await callApi<{ name: string }>(page, 'GET', `/api/providers/${session.recommended.hops[0]!.provider_id}`)).body
  await page.getByRole('link', { name: 'Provider outages' }).click()
  await page.getByRole('heading', { name: 'Provider outages' }).waitFor()
  await page.getByRole('button', { name: 'Report an outage' }).click()
  await choose(page, 'Provider', name)
  await choose(page, 'What is wrong', 'It does not answer')
  await choose(page, 'How you know', 'Phone call')
  await page.getByRole('button', { name: 'Report it' }).click()
  await page.getByText('Open payments through them').waitFor()
  await settle(page)
  await assertSound(watched, 'outages')
  await watched.close()

  for (const width of [1440, 390]) {
    const seen = await openAs(browser, app.url, 'desk', `/index.html#/sessions/${open.id}`, width, 'light')
    await seen.page.getByRole('heading', { name: 'What stands in the way' }).waitFor()
    await seen.page.getByText(`${name} cannot be reached. Offer another route.`).first().waitFor()
    await settle(seen.page)
    await assertSound(seen, `standing ${width}`)
    await seen.close()
  }

  const again = await openAs(browser, app.url, 'desk', '/index.html#/outages', 390, 'light')
  await again.page.getByRole('button', { name: 'End it' }).first().click()
  await choose(again.page, 'Why', 'Works again')
  await again.page.getByRole('button', { name: 'End the outage' }).click()
  await again.page.getByText('none now').waitFor()
  await settle(again.page)
  await assertSound(again, 'outages 390')
  assert.equal((await callApi<{ affected: { not_started: unknown[] } }>(again.page, 'GET', '/api/provider-outages')).body.affected.not_started.length, 0)
  await again.close()
})
