// The tests here make and revoke keys, so they run on a FlowClaw of their own with a database of its own.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { openConsole } from './console-scenes.ts'
import { assertSound, openAs, settle, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const PAGE = '/index.html'
const LOOKS = [[360, 'dark'], [390, 'light'], [1440, 'light'], [1440, 'dark']] as const
const call = (key: string, path = '/api/route-sessions?view=all&limit=1') => fetch(`${app.url}${path}`, { headers: { authorization: `Bearer ${key}` } }).then(({ status }) => status)

async function makeKey(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: 'Make a key' }).click()
  const dialog = page.getByRole('dialog', { name: 'Make an API key' })
  await dialog.getByLabel('Program').fill(name)
  await dialog.getByRole('checkbox', { name: 'Read route sessions' }).click()
  await dialog.getByRole('checkbox', { name: 'Read corridors' }).click()
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  return page.getByRole('dialog', { name: 'Copy the key now' }).getByLabel('API key').inputValue()
}

// Guarantee: an admin makes a key that is shown once and works, sees when it was used, and ends it for good; with no trouble on the way.
test('make, use and revoke a key', async () => {
  const watched: Watched = await openAs(browser, app.url, 'admin', PAGE, 1440)
  const { page } = watched
  await openConsole(page, '/api-keys')
  await page.getByText('No program has a key').waitFor()
  const key = await makeKey(page, 'Nightly books')
  assert.match(key, /^fck_[a-z0-9]{8}_[A-Za-z0-9_-]{43}$/)
  await page.getByRole('button', { name: 'Copy the key' }).click()
  await page.getByText('Copied.').waitFor()
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key)
  await assertSound(watched, 'a key that was made')
  assert.equal(await call(key), 200)
  assert.equal(await call(key, '/api/providers'), 404, 'a scope that was not ticked')
  await page.getByRole('button', { name: 'I have put it away' }).click()
  await page.reload()
  await settle(page)
  const table = page.getByRole('region', { name: 'API keys' })
  await table.getByText('Nightly books').first().waitFor()
  assert.ok(!(await page.content()).includes(key), 'the key is on the page after its one look')
  assert.equal(await table.getByText('Never', { exact: true }).count(), 0, 'the use is not shown')
  await table.getByRole('button', { name: 'Revoke Nightly books' }).click()
  const dialog = page.getByRole('dialog', { name: 'Revoke “Nightly books”?' })
  await settle(page)
  await assertSound(watched, 'the question before a revocation')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  assert.equal(await call(key), 200, 'leaving the question revoked the key')
  await table.getByRole('button', { name: 'Revoke Nightly books' }).click()
  await dialog.getByRole('button', { name: 'Revoke the key' }).click()
  await table.getByText('Revoked', { exact: true }).waitFor()
  assert.equal(await call(key), 401)
  await watched.close()
})

// Guarantee: the list with keys, the dialog that makes one, and the page of someone who may not are sound at every width and theme.
for (const [width, theme] of LOOKS) {
  test(`API keys are sound at ${width} px, ${theme}`, async () => {
    const watched = await openAs(browser, app.url, 'admin', PAGE, width, theme)
    const { page } = watched
    await openConsole(page, '/api-keys')
    await makeKey(page, `Import of orders at ${width} px, ${theme}`)
    await settle(page)
    await assertSound(watched, 'a made key')
    await page.getByRole('button', { name: 'I have put it away' }).click()
    await page.getByText(`Import of orders at ${width} px, ${theme}`).first().waitFor()
    await settle(page)
    await assertSound(watched, 'the list')
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.getByRole('dialog', { name: 'Make an API key' }).waitFor()
    await settle(page)
    await assertSound(watched, 'the dialog')
    await watched.close()
    const desk = await openAs(browser, app.url, 'desk', PAGE, width, theme)
    await openConsole(desk.page, '/api-keys')
    await desk.page.getByText('Keys are the Platform Admin’s').waitFor()
    await assertSound(desk, 'without the permission')
    await desk.close()
  })
}
