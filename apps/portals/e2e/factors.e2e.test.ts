// The tests here move the proof of an account, so they run on a FlowClaw of their own with a database of its own.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { openConsole } from './console-scenes.ts'
import { assertSound, callApi, openPage, signIn } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const STALE = { type: 'urn:flowclaw:problem:step_up_required', title: 'Prove again that it is you', status: 403, code: 'step_up_required', detail: 'A proof is needed.' }
const demoPassword = async (page: Page, role: string): Promise<string> =>
  (await callApi<{ demo_accounts: { role: string; password: string }[] }>(page, 'GET', '/api/portal/config')).body.demo_accounts.find((each) => each.role === role)!.password

/** The next change of the market clock is answered as if five minutes had passed (the server's own refusal is in the access matrix); the keys that were sent are kept. */
async function refuseOnce(page: Page): Promise<string[]> {
  const keys: string[] = []
  await page.route('**/api/market-clock', async (route) => {
    keys.push(route.request().headers()['idempotency-key'] ?? '')
    if (keys.length === 1) await route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(STALE) })
    else await route.continue()
  })
  return keys
}

async function moveTheClock(page: Page): Promise<void> {
  await openConsole(page, '/')
  await page.getByRole('button', { name: /Move the market clock/ }).click()
  await page.getByRole('dialog', { name: 'Move the market clock' }).getByLabel('Reason').fill('to show the proof')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Move the clock', exact: true }).press('Enter')
}

for (const [width, theme] of [[1440, 'light'], [390, 'dark'], [360, 'light']] as const) {
  // Guarantee: whoever is asked to prove themselves does so by keys alone, and what they were doing goes on with the same Idempotency-Key.
  test(`a step-up at ${width} px, ${theme}`, async () => {
    const watched = await openPage(browser, app.url, width, theme)
    const { page, troubles } = watched
    await signIn(page, 'admin', '/index.html')
    const password = await demoPassword(page, 'platform_admin')
    const keys = await refuseOnce(page)
    await moveTheClock(page)
    const dialog = page.getByRole('dialog', { name: 'Prove that it is you' })
    await dialog.waitFor()
    await page.waitForFunction(() => (document.activeElement as HTMLInputElement | null)?.name === 'password')
    // The browser prints its line for what was asked for on purpose.
    const unexpected = () => troubles.splice(0).filter((each) => !/403 .*\/api\/market-clock$|400 .*\/api\/auth\/step-up$/.test(each))
    assert.deepEqual(unexpected(), [])
    await assertSound(watched, 'step-up')
    await page.keyboard.type('not this one at all')
    await page.keyboard.press('Enter')
    await dialog.getByText('This is not the password of your account.').waitFor()
    assert.deepEqual(unexpected(), [])
    await assertSound(watched, 'step-up with a wrong password')
    await dialog.getByLabel('Password').fill(password)
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('dialog', { name: 'Move the market clock' }).waitFor({ state: 'detached' })
    assert.equal(keys.length, 2)
    assert.equal(keys[0], keys[1], 'the repeated request had another key: it could act twice')
    await assertSound(watched, 'after the step-up')
    await watched.close()
  })
}

// Guarantee: who does not want to prove themselves loses nothing: the form stays with what was written in it, and says why nothing happened.
test('a step-up that is declined', async () => {
  const watched = await openPage(browser, app.url, 1440)
  const { page } = watched
  await signIn(page, 'admin', '/index.html')
  const keys = await refuseOnce(page)
  await moveTheClock(page)
  await page.getByRole('dialog', { name: 'Prove that it is you' }).waitFor()
  await page.keyboard.press('Escape')
  const form = page.getByRole('dialog', { name: 'Move the market clock' })
  await form.getByText('Prove again that it is you').waitFor()
  assert.equal(await form.getByLabel('Reason').inputValue(), 'to show the proof')
  assert.equal(keys.length, 1)
  await watched.close()
})
