// The test here leaves a review, so it runs on a FlowClaw of its own.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { openConsole } from './console-scenes.ts'
import { assertSound, openAs, settle } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

// Guarantee: an admin sees how much of each view is unreviewed, marks one as reviewed with a note, and from then on everyone who may sees by whom and up to where; what the admin did alone stays to be reviewed by somebody else; the desk sees the views and learns why it may not.
test('a saved view is reviewed', async () => {
  const watched = await openAs(browser, app.url, 'admin', '/index.html', 1440)
  const { page, troubles } = watched
  await openConsole(page, '/audit')
  await page.getByRole('tab', { name: /^Readiness [0-9]+$/ }).click()
  await page.waitForURL(/view=readiness/)
  await page.getByText(/Never reviewed\. [0-9]+ to review\./).waitFor()
  await page.getByText('Not yet', { exact: true }).first().waitFor()
  await page.getByRole('button', { name: 'Mark reviewed' }).click()
  const dialog = page.getByRole('dialog', { name: 'Mark as reviewed' })
  await dialog.getByLabel('Note').fill('Compared with the fee sheet')
  await assertSound(watched, 'the review dialog')
  await dialog.getByLabel('Note').press('Tab')
  await dialog.getByRole('button', { name: 'Mark reviewed' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText(/^Reviewed by .* up to number [0-9]+/).waitFor()
  await page.getByText('Compared with the fee sheet').waitFor()
  await page.getByText('Reviewed', { exact: true }).first().waitFor()
  assert.match(await page.getByRole('button', { name: /^Mark reviewed/ }).innerText(), /What you did yourself waits for somebody else/)
  await page.getByText(/[0-9]+ to review, [0-9]+ of them reviewed by nobody but whoever did them/).waitFor()
  await page.getByRole('tab', { name: /^Readiness [0-9]+$/ }).waitFor()
  assert.deepEqual(troubles, [])
  await watched.close()

  for (const width of [360, 390]) {
    const phone = await openAs(browser, app.url, 'admin', '/index.html', width)
    await openConsole(phone.page, '/audit?view=readiness')
    await phone.page.getByText(/^Reviewed by/).waitFor()
    await settle(phone.page)
    await assertSound(phone, `a reviewed view at ${width} px`)
    await phone.close()
  }
  const desk = await openAs(browser, app.url, 'desk', '/index.html', 1440)
  await openConsole(desk.page, '/audit?view=approval')
  assert.match(await desk.page.getByRole('button', { name: /^Mark reviewed/ }).innerText(), /A Platform Admin reviews the audit/)
  await assertSound(desk, 'a view as the desk sees it')
  await desk.close()
})
