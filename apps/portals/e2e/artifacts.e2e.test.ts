// Files in the console: sent with progress, checked, looked at without anything in them running, replaced, removed; with a mouse and on a phone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { pdfOf, pngOf } from '#api/testing/forms.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { assertSound, openAs, settle, type Account, type Theme, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const LOOKS = [[360, 'dark'], [390, 'light'], [1440, 'light'], [1440, 'dark']] as const
const PDF = { name: 'proforma 2026-0917.pdf', mimeType: 'application/pdf', buffer: pdfOf('Proforma invoice PI-2026-0917') }
const PNG = { name: 'bank slip.png', mimeType: 'image/png', buffer: pngOf(320, 200) }

const openFiles = (account: Account, width = 1440, theme: Theme = 'light', hash = '/artifacts'): Promise<Watched> => openAs(browser, app.url, account, `/index.html#${hash}`, width, theme)
const pick = async (page: Page, name: string, option: RegExp) => {
  await page.getByRole('dialog').getByRole('combobox', { name }).click()
  await page.getByRole('option', { name: option }).click()
}
async function startUpload(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Upload a file' }).click()
  await pick(page, 'What it is', /^Proforma/)
  await pick(page, 'Whose it is', /^Adeola/)
}
const give = (page: Page, file: typeof PDF) => page.locator('[data-upload] input[type=file]:not([capture])').setInputFiles(file)

// Guarantee: a file is sent and checked, its record says what it is and what checked it, and a PDF and a picture are shown in the page with nothing blocked and nothing run.
test('a file is sent, checked and looked at', async () => {
  const desk = await openFiles('desk')
  const { page } = desk
  const send = page.getByRole('button', { name: 'Upload a file' })
  await send.click()
  assert.match((await page.getByRole('button', { name: /^Choose a file/ }).getAttribute('title'))!, /Say what it is first/)
  await page.keyboard.press('Escape')
  for (const file of [PDF, PNG]) {
    await startUpload(page)
    await give(page, file)
    await page.getByText(`${file.name} is sent.`).waitFor()
    await assertSound(desk, `sent ${file.name}`)
    await page.getByRole('button', { name: 'Close' }).last().click()
    await page.getByRole('region', { name: 'Files' }).getByRole('link', { name: file.name }).click()
    const record = page.getByRole('dialog')
    await record.getByText('form check 1, no virus scanner').waitFor()
    await record.getByRole('button', { name: 'Preview' }).click()
    const shown = page.getByRole('dialog').last()
    if (file === PNG) {
      const picture = shown.getByRole('img', { name: `Preview of ${file.name}` })
      await picture.waitFor()
      await page.waitForFunction(() => [...document.querySelectorAll<HTMLImageElement>('img[alt^="Preview"]')].every((each) => each.complete && each.naturalWidth === 320))
    } else {
      await shown.locator('iframe').waitFor()
      // The browser's own viewer has the page when its frame has a frame of the viewer inside.
      const until = performance.now() + 15_000
      while (!page.frames().some((frame) => frame.url().startsWith('chrome-extension://'))) {
        assert.ok(performance.now() < until, `the viewer did not come: ${page.frames().map((frame) => frame.url()).join(', ')}`)
        await page.waitForTimeout(100)
      }
    }
    assert.deepEqual(desk.troubles, [], `preview of ${file.name}`)
    await page.keyboard.press('Escape')
    await shown.waitFor({ state: 'detached' }).catch(() => undefined)
    await page.goto('/index.html#/artifacts')
    await settle(page)
  }
  await desk.close()
})

// Guarantee: what the form check refuses is said in words that help, nothing of it is listed, and another file can be chosen at once.
test('a refused file says why', async () => {
  const desk = await openFiles('desk')
  const { page } = desk
  await startUpload(page)
  await give(page, { ...PDF, name: 'active.pdf', buffer: pdfOf('x', '/OpenAction << /S /JavaScript /JS (app.alert(1)) >>') })
  await page.getByText('The PDF can run or fetch something. Print it to a new PDF and send that.').waitFor()
  await assertSound(desk, 'a refused file')
  await page.getByRole('button', { name: 'Choose another file' }).click()
  await page.getByRole('button', { name: 'Choose a file' }).waitFor()
  await page.keyboard.press('Escape')
  assert.equal(await page.getByRole('link', { name: 'active.pdf' }).count(), 0)
  await desk.close()
})

// Guarantee: an upload whose answer was lost is sent again under the same key and stored once; a cancelled one keeps nothing.
test('a lost answer is tried again under the same key, and cancelling keeps nothing', async () => {
  const desk = await openFiles('desk')
  const { page } = desk
  const keys: string[] = []
  let lose = true
  await page.route('**/api/artifacts', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    keys.push(route.request().headers()['idempotency-key']!)
    if (!lose) return route.continue()
    lose = false
    // The server has it; the page never hears so.
    await route.fetch()
    return route.abort('connectionreset')
  })
  await startUpload(page)
  await give(page, { ...PDF, name: 'once.pdf', buffer: pdfOf('only once') })
  await page.getByText('The server did not answer.').waitFor()
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('once.pdf is sent.').waitFor()
  assert.equal(new Set(keys).size, 1)
  assert.equal(keys.length, 2)
  desk.troubles.length = 0
  await page.getByRole('button', { name: 'Choose another file' }).click()
  await page.unroute('**/api/artifacts')
  let held: (() => void) | null = null
  await page.route('**/api/artifacts', async (route) => { if (route.request().method() === 'POST') await new Promise<void>((go) => { held = go }); else await route.continue() })
  await give(page, { ...PDF, name: 'never.pdf', buffer: pdfOf('never') })
  await page.getByRole('progressbar', { name: 'Sending never.pdf' }).waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('Cancelled. Nothing was kept.').waitFor()
  ;(held as (() => void) | null)?.()
  await page.unroute('**/api/artifacts')
  await page.goto('/index.html#/artifacts?q=.pdf')
  await page.reload()
  await settle(page)
  assert.deepEqual([await page.getByRole('link', { name: 'once.pdf' }).count(), await page.getByRole('link', { name: 'never.pdf' }).count()], [1, 0])
  await desk.close()
})

// Guarantee: a file is replaced by another one and both are on record in their order; an admin removes its content with a reason and the row says so.
test('a file is replaced and removed', async () => {
  const admin = await openFiles('admin')
  const { page } = admin
  await startUpload(page)
  await give(page, { ...PDF, name: 'draft.pdf', buffer: pdfOf('draft') })
  await page.getByText('draft.pdf is sent.').waitFor()
  await page.getByRole('button', { name: 'Close' }).last().click()
  await page.getByRole('link', { name: 'draft.pdf' }).click()
  await page.getByRole('button', { name: 'Replace' }).click()
  await give(page, { ...PDF, name: 'final.pdf', buffer: pdfOf('final') })
  await page.getByText('final.pdf is sent.').waitFor()
  await page.getByRole('button', { name: 'Done' }).click()
  const versions = page.getByRole('region', { name: 'Versions' })
  await versions.getByRole('link', { name: 'final.pdf' }).waitFor()
  assert.match((await page.getByRole('button', { name: /^Replace/ }).getAttribute('title'))!, /Another file replaced it/)
  await assertSound(admin, 'a replaced file')
  await page.getByRole('button', { name: /^Remove/ }).click()
  await pick(page, 'Why', /^It is the wrong file/)
  await page.getByRole('button', { name: 'Remove its content' }).click()
  await page.getByText('It is the wrong file.').waitFor()
  await assertSound(admin, 'a removed file')
  await admin.close()
})

// Guarantee: the page is sound in every look and its filters stand in the address.
test('the list is sound in every look', async () => {
  for (const [width, theme] of LOOKS) {
    const watched = await openFiles('desk', width, theme, '/artifacts?class=merchant')
    await watched.page.getByRole('region', { name: 'Files' }).waitFor()
    await assertSound(watched, `files, ${width} ${theme}`)
    await watched.page.getByRole('region', { name: 'Files' }).getByRole('link').first().click()
    await watched.page.getByRole('dialog').getByText('Checked by').waitFor()
    await assertSound(watched, `a file, ${width} ${theme}`)
    await watched.close()
  }
})

// Guarantee: on a phone a paper is photographed by the camera at the back, made smaller before it is sent, and the page says so.
test('a photo from a phone is made smaller', async () => {
  const context = await browser.newContext({ baseURL: app.url, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2, reducedMotion: 'reduce' })
  const kept = await openFiles('desk')
  await context.addCookies(await kept.page.context().cookies())
  await kept.close()
  const page = await context.newPage()
  await page.goto('/index.html#/artifacts')
  await startUpload(page)
  await page.getByRole('button', { name: 'Take a photo' }).waitFor()
  const camera = page.locator('[data-upload] input[capture]')
  assert.deepEqual([await camera.getAttribute('capture'), await camera.getAttribute('accept')], ['environment', 'image/*'])
  const photo = Buffer.from(await page.evaluate(async () => {
    const canvas = document.createElement('canvas')
    ;[canvas.width, canvas.height] = [4000, 3000]
    const pen = canvas.getContext('2d')!
    for (let i = 0; i < 30_000; i++) {
      pen.fillStyle = `hsl(${(i * 37) % 360} 70% ${30 + (i % 50)}%)`
      pen.fillRect((i * 997) % 4000, (i * 331) % 3000, 30, 30)
    }
    const blob = await new Promise<Blob | null>((done) => { canvas.toBlob(done, 'image/jpeg', 0.95) })
    return [...new Uint8Array(await blob!.arrayBuffer())]
  }))
  assert.ok(photo.length > 1_000_000, String(photo.length))
  await camera.setInputFiles({ name: 'IMG_0917.jpg', mimeType: 'image/jpeg', buffer: photo })
  await page.getByText('IMG_0917.jpg is sent.').waitFor()
  await page.getByText(/The photo was made smaller before sending/).waitFor()
  const stored = await page.evaluate(async () => ((await (await fetch('/api/artifacts?q=IMG_0917&limit=1')).json()) as { items: { size_bytes: number }[] }).items[0]!.size_bytes)
  assert.ok(stored < photo.length / 2, `${stored} of ${photo.length}`)
  await context.close()
})
