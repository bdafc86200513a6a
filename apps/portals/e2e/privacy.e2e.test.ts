// The tests here end and erase members, so they run on a FlowClaw of their own with a database of its own.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { openConsole, openConsoleAccount } from './console-scenes.ts'
import { answerPrivacy } from './merchant-scenes.ts'
import { assertSound, callApi, openAs, openPage, settle, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const PASSWORD = 'correct horse battery staple'
const LOOKS = [[360, 'dark'], [390, 'light'], [1440, 'light'], [1440, 'dark']] as const
const CONSOLE = '/index.html'
const MERCHANT = '/merchant.html'

/** What a press of this button saves, parsed. */
async function saved(page: Page, button: string): Promise<{ name: string; copy: Record<string, any> }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()])
  return { name: download.suggestedFilename(), copy: JSON.parse(readFileSync(await download.path(), 'utf8')) }
}
async function openPrivacy(page: Page): Promise<void> {
  await answerPrivacy(page)
  await page.goto(`${MERCHANT}#/privacy`)
  await settle(page)
}
async function ask(page: Page, what: string, note: string): Promise<void> {
  await page.getByRole('button', { name: what }).click()
  const dialog = page.getByRole('dialog', { name: what })
  await dialog.getByLabel('Note').fill(note)
  await dialog.getByRole('button', { name: 'Send the request' }).click()
  await dialog.waitFor({ state: 'detached' })
  await settle(page)
}
async function answerWith(page: Page, who: string, said: string): Promise<void> {
  await page.getByRole('button', { name: `Answer ${who}` }).click()
  const dialog = page.getByRole('dialog').filter({ hasText: who })
  await dialog.getByRole('combobox', { name: 'Answer' }).click()
  await page.getByRole('option', { name: said }).click()
  await dialog.getByRole('button', { name: 'Answer', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await settle(page)
}

/** Somebody new of the desk, signed in. */
async function newcomer(admin: Page, name: string, width: number): Promise<Watched> {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@new.example`
  const { body } = await callApi<{ link: string }>(admin, 'POST', '/api/members/invitations', { email, display_name: name, role: 'desk_operator' })
  const person = await openPage(browser, app.url, width)
  await person.page.goto(body.link)
  await person.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await person.page.getByRole('button', { name: 'Accept the invitation' }).click()
  await person.page.getByRole('heading', { name: /^Sign in to/ }).waitFor()
  await person.page.getByLabel('Email').fill(email)
  await person.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await person.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await person.page.getByRole('heading', { name: /^Sign in to/ }).waitFor({ state: 'detached' })
  await settle(person.page)
  return person
}

// Guarantee: a merchant saves one file with what is held about that person and nobody else, asks for a correction, sees that it is open and cannot be asked twice, and sees the desk's answer.
test('a merchant gets a copy and an answer', async () => {
  const merchant = await openAs(browser, app.url, 'merchant', MERCHANT, 390)
  const { page } = merchant
  await openPrivacy(page)
  const { name, copy } = await saved(page, 'Download my data')
  assert.equal(name, 'flowclaw-my-data.json')
  const session = (await callApi<{ user: { id: string; email: string } }>(page, 'GET', '/api/portal/session')).body
  assert.deepEqual([copy['account'].id, copy['account'].email, copy['memberships'].total], [session.user.id, session.user.email, 1])
  await page.getByText('The file is in your downloads.').waitFor()
  assert.ok((await saved(page, 'Download routes')).copy['routes'].length > 0)
  await ask(page, 'Ask for a correction', 'My first name is Adéọlá')
  const list = page.getByRole('list', { name: 'What you asked for' })
  await list.getByText('Open', { exact: true }).waitFor()
  const again = page.getByRole('button', { name: 'Ask for a correction' })
  assert.equal(await again.getAttribute('aria-disabled'), 'true')
  assert.equal(await again.getAttribute('title'), 'You have asked for this. It is not answered yet.')
  await assertSound(merchant, 'an open request')

  const admin = await openAs(browser, app.url, 'admin', CONSOLE, 1440)
  await openConsole(admin.page, '/privacy-requests')
  await admin.page.getByText('“My first name is Adéọlá”').waitFor()
  const person = String(await admin.page.getByRole('button', { name: /^Answer / }).first().textContent()).replace(/^Answer /, '').split(':')[0]!
  await assertSound(admin, 'an open request in the console')
  await answerWith(admin.page, person, 'It is done')
  await admin.page.getByText('Nobody waits for an answer').waitFor()
  await admin.page.getByRole('radio', { name: 'Answered' }).click()
  await admin.page.getByText('Done', { exact: true }).waitFor()
  await assertSound(admin, 'an answered request')
  await page.reload()
  await settle(page)
  await list.getByText('Done', { exact: true }).waitFor()
  await again.click()
  await page.getByRole('dialog', { name: 'Ask for a correction' }).waitFor()
  await admin.close()
  await merchant.close()
})

// Guarantee: someone of the desk asks for deletion under Account; the admin cannot say that it is done, ends the membership, is told what goes and what stays, erases, and the request is answered by it.
test('a deletion is asked for and carried out', async () => {
  const admin = await openAs(browser, app.url, 'admin', CONSOLE, 1440)
  const { page } = admin
  const person = await newcomer(page, 'Halima Sule', 1440)
  await openConsoleAccount(person.page)
  assert.equal((await saved(person.page, 'Download my data')).copy['account'].email, 'halima.sule@new.example')
  await ask(person.page, 'Ask for deletion', 'I have left for good')
  await person.page.getByRole('list', { name: 'What you asked for' }).getByText('Open', { exact: true }).waitFor()
  await assertSound(person, 'the account with a request')
  await person.close()

  await openConsole(page, '/privacy-requests')
  await page.getByRole('button', { name: 'Answer Halima Sule' }).click()
  const dialog = page.getByRole('dialog', { name: 'Deletion, for Halima Sule' })
  await dialog.getByRole('combobox', { name: 'Answer' }).click()
  await page.getByRole('option', { name: 'It is done' }).click()
  const send = dialog.getByRole('button', { name: 'Answer' }).last()
  assert.equal(await send.getAttribute('title'), 'Erase the member first. That answers the request.')
  await settle(page)
  await assertSound(admin, 'a deletion that is not done yet')
  await dialog.getByRole('link', { name: 'Go to the members' }).click()
  await page.getByRole('button', { name: 'Manage Halima Sule' }).click()
  await page.getByRole('menuitem', { name: 'End the membership' }).click()
  await page.getByRole('button', { name: 'End the membership' }).click()
  const erase = page.getByRole('button', { name: 'Erase personal data of Halima Sule' })
  await erase.click()
  const question = page.getByRole('dialog', { name: 'Erase the personal data of Halima Sule?' })
  await question.getByText('The audit and its proof').waitFor()
  assert.equal(await question.getByRole('button', { name: 'Erase personal data' }).getAttribute('aria-disabled'), 'true')
  await question.getByRole('combobox', { name: 'Reason' }).click()
  await page.getByRole('option', { name: 'The person asked for it' }).click()
  await settle(page)
  await assertSound(admin, 'the question before an erasure')
  await question.getByRole('button', { name: 'Erase personal data' }).click()
  await page.getByRole('dialog', { name: 'It is erased' }).waitFor()
  await assertSound(admin, 'an erasure')
  await page.getByRole('dialog', { name: 'It is erased' }).getByRole('button', { name: 'Close' }).last().click()
  const done = page.getByRole('button', { name: /^Erase personal data of Erased person/ })
  await done.waitFor()
  assert.equal(await done.getAttribute('title'), 'It is erased.')
  assert.equal(await page.getByText('Halima Sule').count(), 0)
  await openConsole(page, '/privacy-requests')
  await page.getByRole('radio', { name: 'Answered' }).click()
  await page.getByText(/^Erased person/).first().waitFor()
  assert.equal(await page.getByText('I have left for good').count(), 0)
  await admin.close()
})

// Guarantee: an agent who reads Chinese finds the own data and the requests in Chinese.
test('the own data in Chinese', async () => {
  const agent = await openAs(browser, app.url, 'agent', '/agent.html', 360)
  const { page } = agent
  await page.getByRole('radio', { name: '中文' }).click()
  await page.getByRole('button', { name: '账号', exact: true }).click()
  assert.equal((await saved(page, '下载我的数据')).name, 'flowclaw-my-data.json')
  await page.getByRole('button', { name: '请求更正' }).click()
  const dialog = page.getByRole('dialog', { name: '请求更正' })
  await settle(page)
  await assertSound(agent, 'a request in Chinese')
  await dialog.getByRole('button', { name: '提交请求' }).click()
  await page.getByText('处理中', { exact: true }).waitFor()
  await settle(page)
  await assertSound(agent, 'the own data in Chinese')
  await agent.close()
})

// Guarantee: every page and dialog of privacy is sound at every width and theme, also for someone who may not answer.
for (const [width, theme] of LOOKS) {
  test(`privacy is sound at ${width} px, ${theme}`, async () => {
    const merchant = await openAs(browser, app.url, 'merchant', MERCHANT, width, theme)
    await openPrivacy(merchant.page)
    await assertSound(merchant, 'the merchant’s privacy page')
    await merchant.page.getByRole('button', { name: 'Ask for deletion' }).click()
    await merchant.page.getByRole('dialog', { name: 'Ask for deletion' }).waitFor()
    await settle(merchant.page)
    await assertSound(merchant, 'the question of a request')
    await merchant.close()

    const admin = await openAs(browser, app.url, 'admin', CONSOLE, width, theme)
    const asking = await newcomer(admin.page, `Person of ${width} ${theme}`, width)
    await openConsoleAccount(asking.page)
    await ask(asking.page, 'Ask for a correction', 'A note of some length, so that the row has something to wrap: my surname is written with two t and one r')
    await assertSound(asking, 'the account')
    await asking.page.keyboard.press('Escape')
    await openConsole(asking.page, '/privacy-requests')
    await asking.page.getByText('Privacy requests are the Platform Admin’s').waitFor()
    await assertSound(asking, 'without the permission')
    await asking.close()
    await openConsole(admin.page, '/privacy-requests')
    await admin.page.getByText(`Person of ${width} ${theme}`).first().waitFor()
    await assertSound(admin, 'open requests')
    await admin.page.getByRole('button', { name: `Answer Person of ${width} ${theme}` }).click()
    await admin.page.getByRole('dialog').waitFor()
    await settle(admin.page)
    await assertSound(admin, 'the answer')
    await admin.close()
  })
}
