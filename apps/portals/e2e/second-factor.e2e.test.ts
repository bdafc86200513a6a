// The tests here enrol second factors, so they run on a FlowClaw of their own with a database of its own.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { totpOf } from '#platform/auth/totp.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { openConsoleAccount } from './console-scenes.ts'
import { assertSound, openPage, signIn } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const bytesOf = (secret: string): Buffer =>
  Buffer.from([...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('').match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
/** The code of now, or one half minute on: a code is good once, and the server takes one step early. */
const codeOf = async (page: Page, secret: Buffer, ahead = 0): Promise<string> => totpOf(secret, Math.floor((await page.evaluate(() => Date.now())) / 30_000) + ahead)

for (const [width, theme] of [[1440, 'light'], [390, 'dark']] as const) {
  // Guarantee: a person sets an authenticator up, keeps the recovery codes, signs in with a code, and takes it off again, by the screens alone.
  test(`a second factor at ${width} px, ${theme}`, async () => {
    const watched = await openPage(browser, app.url, width, theme)
    const { page, troubles } = watched
    await signIn(page, 'desk', '/index.html')
    await openConsoleAccount(page)
    const dialog = page.getByRole('dialog', { name: 'Account' })
    await dialog.getByRole('button', { name: 'Set up an authenticator' }).click()
    await dialog.getByRole('img', { name: 'QR code for the authenticator' }).waitFor()
    await assertSound(watched, 'the QR code')
    const secret = bytesOf((await dialog.getByText('Or type this in:').locator('span').innerText()).replaceAll(/\s/g, ''))
    await dialog.getByLabel('Code', { exact: true }).fill(await codeOf(page, secret, -1))
    await page.keyboard.press('Enter')
    await dialog.getByText('They are shown this one time.').waitFor()
    assert.equal(await dialog.getByRole('listitem').filter({ hasText: /^([A-Z2-7]{5}-){4}[A-Z2-7]{5}$/ }).count(), 10)
    await assertSound(watched, 'the recovery codes')
    await dialog.getByRole('button', { name: 'I have kept them' }).click()
    await dialog.getByText('Recovery codes left: 10.').waitFor()
    await assertSound(watched, 'a second factor that is on')
    await dialog.getByRole('button', { name: 'Sign out everywhere' }).click()
    await page.getByRole('heading', { name: /^Sign in to/ }).waitFor()

    await page.getByRole('button', { name: /desk@/ }).click()
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText(/The password of .* is right/).waitFor()
    await assertSound(watched, 'the second step')
    await page.getByLabel('Code', { exact: true }).fill('000 not it')
    await page.keyboard.press('Enter')
    await page.getByText('This code is not right, or it was used before.').waitFor()
    assert.deepEqual(troubles.splice(0).filter((each) => !/401 .*\/api\/auth\/login$/.test(each)), [])
    await page.getByLabel('Code', { exact: true }).fill(await codeOf(page, secret))
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Queue' }).waitFor()
    await openConsoleAccount(page)
    await dialog.getByRole('button', { name: 'Turn it off' }).click()
    await dialog.getByRole('button', { name: 'Set up an authenticator' }).waitFor()
    await assertSound(watched, 'taken off')
    await watched.close()
  })
}
