// The tests here change passwords, so they run on a FlowClaw of their own with a database of its own.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { openConsoleAccount } from './console-scenes.ts'
import { assertSound, callApi, openPage, signIn } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const NEXT = 'a new phrase of many words'

// Guarantee: a person changes the password by keys alone, every other browser is signed out, and the new password alone signs in.
test('change the password', async () => {
  const [here, elsewhere] = [await openPage(browser, app.url, 1440), await openPage(browser, app.url, 390)]
  for (const { page } of [here, elsewhere]) await signIn(page, 'desk', '/index.html')
  const { page } = here
  const accounts = (await callApi<{ demo_accounts: { role: string; email: string; password: string }[] }>(page, 'GET', '/api/portal/config')).body.demo_accounts
  const account = accounts.find(({ role }) => role === 'desk_operator')!

  await openConsoleAccount(page)
  const dialog = page.getByRole('dialog', { name: 'Account' })
  await dialog.getByText('Another browser').first().waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-haspopup')), 'menu', 'the focus did not come back to the menu')
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Account' }).press('Enter')

  await dialog.getByLabel('Current password').fill(account.password)
  await page.keyboard.press('Tab')
  await page.keyboard.type('too short')
  await page.keyboard.press('Enter')
  await dialog.getByText('The new password needs at least 15 characters.').waitFor()
  assert.equal(await page.evaluate(() => (document.activeElement as HTMLInputElement).name), 'new_password', 'the focus is not on the field at fault')
  // The browser prints its line for the 400 that was asked for on purpose.
  assert.deepEqual(here.troubles.splice(0).filter((each) => !/400 .*\/api\/auth\/password$/.test(each)), [])
  await assertSound(here, 'account with an error')
  await dialog.getByLabel('New password').fill(NEXT)
  await page.keyboard.press('Enter')
  await dialog.getByText('The password is changed.').waitFor()
  await dialog.getByText('Another browser').waitFor({ state: 'detached' })
  await assertSound(here, 'account with a changed password')
  assert.equal((await callApi(page, 'GET', '/api/portal/session')).status, 200)

  await elsewhere.page.reload()
  await elsewhere.page.getByRole('heading', { name: /^Sign in to/ }).waitFor()
  await elsewhere.page.getByLabel('Email').fill(account.email)
  await elsewhere.page.getByLabel('Password').fill(NEXT)
  await elsewhere.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await elsewhere.page.getByRole('heading', { name: 'Queue' }).waitFor()

  // The new csrf token is in use: without it this would be refused.
  await dialog.getByRole('button', { name: 'Sign out everywhere' }).click()
  for (const each of [page, elsewhere.page]) {
    if (each !== page) await each.reload()
    await each.getByRole('heading', { name: /^Sign in to/ }).waitFor()
  }
  for (const each of [here, elsewhere]) await each.close()
})
