// The tests here invite and end members, so they run on a FlowClaw of their own with a database of its own.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { openConsole } from './console-scenes.ts'
import { assertSound, openAs, openPage, settle, type Theme, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const PAGE = '/index.html'
const PASSWORD = 'correct horse battery staple'
const LOOKS = [[360, 'dark'], [390, 'light'], [1440, 'light'], [1440, 'dark']] as const

async function openMembers(width: number, theme: Theme = 'light'): Promise<Watched> {
  const admin = await openAs(browser, app.url, 'admin', PAGE, width, theme)
  await openConsole(admin.page, '/members')
  return admin
}

/** Fills in an invitation and gives the link that is shown, as path and fragment. */
async function invite(page: Page, email: string, name: string, merchant = false): Promise<string> {
  await page.getByRole('button', { name: 'Invite a member' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite a member' })
  await dialog.getByLabel('Email').fill(email)
  await dialog.getByLabel('Name').fill(name)
  if (merchant) {
    await dialog.getByRole('combobox', { name: 'Role' }).click()
    await page.getByRole('option', { name: /^Merchant Client/ }).click()
    await dialog.getByRole('combobox', { name: 'Merchant' }).click()
    await page.getByRole('option').first().click()
  }
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  return shownLink(page)
}

async function shownLink(page: Page): Promise<string> {
  const shown = new URL(await page.getByRole('dialog', { name: 'Copy the link now' }).getByLabel('Link').inputValue())
  assert.equal(shown.origin, app.url)
  return shown.pathname + shown.hash
}

const putAway = (page: Page) => page.getByRole('button', { name: 'I have handed it over' }).click()

async function manage(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Manage ${name}` }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

/** Uses a link in a context of its own, up to the sign-in form with its notice. */
async function use(visitor: Watched, link: string, go: string, password = PASSWORD): Promise<void> {
  const { page } = visitor
  await page.goto(link)
  await page.getByRole('button', { name: go }).waitFor()
  assert.ok(!page.url().includes('link='), 'the token stands in the address bar')
  await assertSound(visitor, 'an opened link')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: go }).click()
  await page.getByRole('heading', { name: /^Sign in to/ }).waitFor()
  await assertSound(visitor, 'the sign-in after a link')
}

async function signInWith(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: /^Sign in to/ }).waitFor({ state: 'detached' })
  await settle(page)
}

/** The browser prints a line for each refusal that is asked for on purpose. */
const forgive = ({ troubles }: Watched, line: RegExp) => { troubles.splice(0, troubles.length, ...troubles.filter((each) => !line.test(each))) }

// Guarantee: an invited person sets a password by the link, signs in with it, and is out at once when the membership ends; the used link says so.
test('a desk operator is invited, works and leaves', async () => {
  const admin = await openMembers(1440)
  const { page } = admin
  const link = await invite(page, 'dayo@new.example', 'Dayo Balogun')
  assert.match(link, /^\/index\.html#link=[\w-]{43}$/)
  await page.getByRole('button', { name: 'Copy the link' }).click()
  await page.getByText('Copied.').waitFor()
  await assertSound(admin, 'a link that was made')
  await putAway(page)
  await page.getByRole('region', { name: 'Open links' }).getByText('dayo@new.example', { exact: true }).waitFor()
  assert.ok(!(await page.content()).includes(link.split('=')[1]!), 'the link is on the page after its one look')
  const dayo = await openPage(browser, app.url, 390)
  await use(dayo, link, 'Accept the invitation')
  await dayo.page.getByText('You are a member now.').waitFor()
  await signInWith(dayo.page, 'dayo@new.example')
  await dayo.page.getByRole('heading', { name: 'Queue' }).first().waitFor()
  await dayo.page.goto(link)
  await dayo.page.getByRole('heading', { name: 'You are signed in already' }).waitFor()
  await assertSound(dayo, 'a link while signed in')
  await dayo.page.getByRole('button', { name: 'Stay signed in and leave the link' }).click()
  await dayo.page.getByRole('heading', { name: 'Queue' }).first().waitFor()
  const late = await openPage(browser, app.url, 360, 'dark')
  await late.page.goto(link)
  await late.page.getByRole('heading', { name: 'This link does not work' }).waitFor()
  forgive(late, /404 .*\/api\/auth\/links\/open$/)
  await assertSound(late, 'a used link')
  await late.close()
  await page.reload()
  await settle(page)
  await manage(page, 'Dayo Balogun', 'End the membership')
  await page.getByRole('dialog', { name: 'End the membership of Dayo Balogun?' }).waitFor()
  await assertSound(admin, 'the question before an end')
  await page.getByRole('button', { name: 'End the membership' }).click()
  await page.getByText('Ended', { exact: true }).waitFor()
  assert.equal(await dayo.page.evaluate(() => fetch('/api/portal/session').then(({ status }) => status)), 401)
  await dayo.close()
  await admin.close()
})

// Guarantee: a merchant's user comes in by the merchant page's link, and by a recovery link with another password, put into a page that is open.
test('a merchant user is invited and recovers', async () => {
  const admin = await openMembers(1440)
  const { page } = admin
  const link = await invite(page, 'ngozi@shop.example', 'Ngozi Shop', true)
  assert.match(link, /^\/merchant\.html#link=/)
  await putAway(page)
  const ngozi = await openPage(browser, app.url, 390, 'dark')
  await use(ngozi, link, 'Accept the invitation')
  await signInWith(ngozi.page, 'ngozi@shop.example')
  await page.reload()
  await settle(page)
  await manage(page, 'Ngozi Shop', 'Make a recovery link')
  await page.getByRole('dialog', { name: 'A new password for Ngozi Shop?' }).getByRole('button', { name: 'Make the link' }).click()
  const recovery = await shownLink(page)
  await putAway(page)
  await ngozi.page.evaluate((hash) => { location.hash = hash }, recovery.slice(recovery.indexOf('#')))
  await ngozi.page.getByRole('button', { name: 'Sign out and use the link' }).click()
  await use(ngozi, recovery, 'Set the new password', 'another horse, another staple')
  await ngozi.page.getByText('The new password is set.').waitFor()
  await signInWith(ngozi.page, 'ngozi@shop.example', 'another horse, another staple')
  await assertSound(ngozi, 'the merchant page')
  await ngozi.close()
  await manage(page, 'Ngozi Shop', 'Change the role')
  const dialog = page.getByRole('dialog', { name: 'Change the role of Ngozi Shop' })
  await dialog.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: /^Settlement Agent/ }).click()
  await dialog.getByRole('button', { name: 'Change the role' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('row', { name: /Ngozi Shop/ }).getByText('Settlement Agent').waitFor()
  await admin.close()
})

// Guarantee: the list, its menu, the invitation, a withdrawal and the page of someone who may not are sound at every width and theme.
for (const [width, theme] of LOOKS) {
  test(`members are sound at ${width} px, ${theme}`, async () => {
    const admin = await openMembers(width, theme)
    const { page } = admin
    const email = `a.rather.long.address.${width}.${theme}@new.example`
    await invite(page, email, 'Oluwaseun Adebayo-Okonkwo', true)
    await settle(page)
    await assertSound(admin, 'a made link')
    await putAway(page)
    await page.getByText(email, { exact: true }).waitFor()
    await assertSound(admin, 'the list')
    await page.getByRole('button', { name: 'Invite a member' }).click()
    await page.getByRole('dialog', { name: 'Invite a member' }).waitFor()
    await assertSound(admin, 'the invitation')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: `Withdraw the link for ${email}` }).click()
    await page.getByRole('button', { name: 'Withdraw the link', exact: true }).click()
    await page.getByText(email, { exact: true }).waitFor({ state: 'detached' })
    const me = page.getByRole('button', { name: /^Manage/ }).and(page.locator('li:has-text("(you)") button, tr:has-text("(you)") button'))
    await me.click()
    assert.equal(await page.getByRole('menuitem', { name: 'End the membership' }).getAttribute('aria-disabled'), 'true')
    // Layout and console alone: axe takes the guards that keep the focus in an open menu of Base UI, in every menu here, for hidden controls.
    await assertSound(admin, 'the own menu', { axe: false })
    await admin.close()
    const desk = await openAs(browser, app.url, 'desk', PAGE, width, theme)
    await openConsole(desk.page, '/members')
    await desk.page.getByText('Members are the Platform Admin’s').waitFor()
    await assertSound(desk, 'without the permission')
    await desk.close()
  })
}
