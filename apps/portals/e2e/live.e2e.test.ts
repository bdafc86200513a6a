// The live desk on a FlowClaw of its own: what one person does the others see without a reload, in every tab over one stream.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { pdfOf } from '#api/testing/forms.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { assertSound, openAs, settle } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const PAPER = { name: 'paper.pdf', mimeType: 'application/pdf', buffer: pdfOf('Sample invoice') }
const SHOTS = process.env['FLOWCLAW_LIVE_SHOTS']
const shot = async (page: Page, name: string) => { if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true }) }

/** A session of the demo merchant, accepted by it. */
async function accepted(page: Page): Promise<{ id: string; reference: string }> {
  return page.evaluate(async () => {
    const { csrf_token } = await (await fetch('/api/portal/session')).json() as { csrf_token: string }
    const list = await (await fetch('/api/route-sessions?view=all&limit=100')).json() as { items: { id: string; reference: string; next: { what: string } }[] }
    for (const row of list.items.filter(({ next }) => next.what === 'Accept the route')) {
      const session = await (await fetch(`/api/route-sessions/${row.id}`)).json() as { version: number; can_accept: boolean }
      if (!session.can_accept) continue
      const done = await fetch(`/api/route-sessions/${row.id}/accept`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf_token, 'idempotency-key': crypto.randomUUID() }, body: JSON.stringify({ version: session.version }) })
      await done.text()
      if (done.ok) return row
    }
    throw new Error('the demo has no session that can be accepted')
  })
}
const isLive = (page: Page) => page.getByRole('status', { name: /^Live\./ }).waitFor()

// Guarantee: the desk asks, the merchant reads it on its phone in plain words and answers, and the desk sees the answer: nobody reloads a page.
test('ask merchant and answer by upload from a phone', async () => {
  const phone = await openAs(browser, app.url, 'merchant', '/merchant.html#/', 390)
  const { id, reference } = await accepted(phone.page)
  // A page that is left in the middle of an answer never hears its end.
  await settle(phone.page)
  await phone.page.goto(`/merchant.html#/routes/${id}`)
  await phone.page.getByText('With the desk').first().waitFor()

  const desk = await openAs(browser, app.url, 'desk', '/index.html#/', 1440)
  await isLive(desk.page)
  await desk.page.goto(`/index.html#/sessions/${id}`)
  await desk.page.getByRole('heading', { name: 'Messages with the merchant' }).waitFor()
  await desk.page.getByRole('radio', { name: /^Ask the merchant/ }).click()
  await desk.page.getByText('The merchant will see Your turn: “The desk needs one thing from you.”').waitFor()
  await desk.page.keyboard.press('Control+Enter')
  const dialog = desk.page.getByRole('dialog', { name: 'Ask the merchant' })
  await dialog.getByLabel('In your words').fill('Please send the Form M of your bank')
  await assertSound(desk, 'ask the merchant')
  await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await desk.page.getByText('Clock paused').waitFor()
  await desk.page.getByRole('list', { name: 'Open questions' }).getByText('Please send the Form M of your bank').first().waitFor()

  await phone.page.getByText('One thing from you', { exact: true }).waitFor()
  await phone.page.getByText('The desk needs one thing from you.').waitFor()
  assert.ok(!(await phone.page.locator('body').innerText()).includes('Okafor'), 'no person of the desk is named')
  await settle(phone.page)
  await assertSound(phone, 'what the desk needs', { smallestTarget_px: 44 })
  await shot(phone.page, 'merchant-asked')
  await desk.page.getByText('Seen by the merchant').waitFor()
  await settle(desk.page)
  await assertSound(desk, 'a session that waits on its merchant')
  await shot(desk.page, 'desk-asked')
  await phone.page.getByRole('button', { name: /^Send (?!again)/ }).click()
  const form = phone.page.getByRole('dialog', { name: 'Your answer to the desk' })
  await form.locator('[data-upload] input[type=file]:not([capture])').setInputFiles(PAPER)
  await form.getByText('paper.pdf is sent.').waitFor()
  await form.getByLabel('Your answer').fill('My bank sent it to you this morning')
  await assertSound(phone, 'the answer', { smallestTarget_px: 44 })
  await form.getByRole('button', { name: 'Send the answer' }).click()
  await form.waitFor({ state: 'detached' })
  await phone.page.getByText('With the desk').first().waitFor()

  await desk.page.getByRole('list', { name: 'Messages' }).getByText('My bank sent it to you this morning').waitFor()
  await desk.page.getByRole('list', { name: 'Messages' }).getByRole('link', { name: 'paper.pdf' }).waitFor()
  await desk.page.getByText('Clock paused').waitFor({ state: 'detached' })
  await desk.page.getByPlaceholder('Write to the merchant').fill('Thank you, we have it')
  await desk.page.getByRole('button', { name: 'Send', exact: true }).click()
  await phone.page.getByText('Thank you, we have it').waitFor()
  await settle(phone.page)
  await shot(phone.page, 'merchant-thread')
  await desk.page.goto(`/index.html#/?q=${reference}`)
  await settle(desk.page)
  await shot(desk.page, 'desk-queue')
  await assertSound(desk, 'the queue')
  await Promise.all([desk.close(), phone.close()])
})

// Guarantee: what somebody starts is in hand, a colleague takes it over with a reason, and the first one is told at once; a decision over what has changed is refused and says so.
test('a session is claimed, taken over, and not decided over a change', async () => {
  const desk = await openAs(browser, app.url, 'desk', '/index.html#/', 1440)
  await isLive(desk.page)
  await desk.page.getByRole('button', { name: 'Start top row' }).waitFor()
  await desk.page.keyboard.press('s')
  await desk.page.getByText(/^Claimed by you, 1[45] min left/).waitFor()
  await shot(desk.page, 'desk-claimed')
  const address = new URL(desk.page.url())
  const admin = await openAs(browser, app.url, 'admin', `/index.html${address.hash}`, 1440)
  await admin.page.getByRole('button', { name: 'Take over' }).click()
  const dialog = admin.page.getByRole('dialog', { name: /^Take over from/ })
  await assertSound(admin, 'take over')
  await dialog.getByRole('button', { name: 'Take over' }).click()
  await admin.page.getByText(/^Claimed by you/).waitFor()
  await desk.page.getByText(/took this session over/).waitFor()
  await settle(desk.page)
  await assertSound(desk, 'a session that was taken over')
  await shot(desk.page, 'desk-lost')

  const cancel = async (page: Page) => {
    await page.getByRole('button', { name: 'Cancel the session' }).click()
    await page.getByRole('dialog', { name: 'Cancel the session' }).getByLabel('Reason').fill('the merchant pays another way')
  }
  await cancel(desk.page)
  await cancel(admin.page)
  await admin.page.getByRole('dialog').getByRole('button', { name: 'Cancel it' }).click()
  await admin.page.getByRole('dialog').waitFor({ state: 'detached' })
  await desk.page.waitForTimeout(600)
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Cancel it' }).click()
  await desk.page.getByRole('dialog').getByText('It has changed').waitFor()
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Read it again' }).click()
  await desk.page.getByRole('dialog').waitFor({ state: 'detached' })
  await Promise.all([desk.close(), admin.close()])
})

// Guarantee: two tabs of a browser hold one stream, both are told, and when the one that listens is closed the other one listens.
test('tabs share one stream', async () => {
  const first = await openAs(browser, app.url, 'desk', '/index.html#/', 1440)
  await isLive(first.page)
  const context = first.page.context()
  const streams: string[] = []
  context.on('request', (request) => { if (request.url().includes('/api/events')) streams.push(request.url()) })
  const second = await context.newPage()
  await second.goto('/index.html#/')
  await isLive(second)
  assert.deepEqual(streams, [])
  await first.page.close()
  await second.waitForTimeout(1_000)
  await isLive(second)
  assert.equal(streams.length, 1)
  await context.close()
})

// Guarantee: where no stream can be had the page says so and asks again by itself.
test('without a stream the page asks again', async () => {
  const desk = await openAs(browser, app.url, 'desk', '/index.html#/', 1440)
  await isLive(desk.page)
  await desk.page.context().route('**/api/events*', (route) => route.fulfill({ status: 503, body: '' }))
  await desk.page.reload()
  await desk.page.getByRole('status', { name: /^Every 15 s\./ }).waitFor()
  const asked = desk.page.waitForRequest((request) => request.url().includes('/api/route-sessions?'), { timeout: 20_000 })
  await asked
  await desk.close()
})
