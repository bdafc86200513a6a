// A route from its acceptance on, as the merchant follows it on a phone while the desk carries it out through the API.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { pngOf } from '#api/testing/forms.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { answerPrivacy } from './merchant-scenes.ts'
import { assertSound, openAs, settle, type Watched } from './page.ts'
import { acceptedRoute, begun, openDesk, openRoute, readIntoProof, RECEIPT, trackingScenes } from './tracking-scenes.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

async function merchant(): Promise<Watched> {
  const watched = await openAs(browser, app.url, 'merchant', '/merchant.html', 390)
  await answerPrivacy(watched.page)
  return watched
}

// Guarantee: from a phone a merchant sees what happened and what is needed, pays by the instruction, sends the receipt, is told why it was not taken, sends it again, and sees it go on.
test('a merchant follows its route on a phone, sends the receipt, and sends it again when the desk asks', async () => {
  const watched = await merchant()
  const { page } = watched
  const desk = await openDesk(page)
  const route = await acceptedRoute(page, '88000')
  await openRoute(page, route.id)
  await page.getByRole('heading', { name: 'So far, and next' }).waitFor()
  assert.match(await page.locator('main').innerText(), /With the desk[\s\S]*You accepted the route/)
  assert.equal(await page.getByRole('button', { name: 'Upload receipt' }).count(), 0)

  await begun(desk, route)
  await openRoute(page, route.id)
  await page.reload()
  await settle(page)
  const main = page.locator('main')
  assert.match(await main.innerText(), /On its way[\s\S]*One thing from you[\s\S]*A photo of your bank’s payment receipt[\s\S]*Your order at your bank[\s\S]*So far, and next[\s\S]*Now: you approve the payment order at your bank/)
  const [execution] = [await desk.get<{ steps: { reference: string }[] }>(`/api/route-sessions/${route.id}/execution`)]
  await page.getByRole('button', { name: 'Copy: Reference' }).click()
  await page.getByRole('button', { name: 'Copied: Reference' }).waitFor()
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), execution.steps[0]!.reference)
  await assertSound(watched, 'to pay', { smallestTarget_px: 44 })
  await page.getByRole('button', { name: 'Show the whole number' }).click()
  await page.getByRole('dialog').getByRole('combobox').click()
  await page.getByRole('option', { name: 'To pay at my bank' }).click()
  await page.getByRole('button', { name: 'Show it' }).click()
  await page.getByRole('dialog').getByText(/^[0-9]{10,}$/).waitFor()
  await page.getByRole('button', { name: 'Hide it now' }).click()

  const send = async (name: string, extra: number) => {
    await page.locator('main input[type=file]').setInputFiles({ ...RECEIPT, name, buffer: pngOf(300 + extra, 200) })
    await page.getByText('We are checking your receipt.').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Upload receipt' }).count(), 0)
    for (let tries = 0; tries < 40; tries += 1) {
      const { items } = await desk.get<{ items: { state: string }[] }>(`/api/artifacts?session_id=${route.id}&class=merchant`)
      if (items[0]?.state === 'clean') return
      await page.waitForTimeout(250)
    }
    assert.fail('the file was not judged')
  }
  await send('IMG_2041.png', 1)
  await assertSound(watched, 'checking')
  const proved = await readIntoProof(desk, route.id)
  const step = proved.steps[0]!
  await desk.post(`/api/route-sessions/${route.id}/steps/1/reject-proof`, { version: step.version, proof_id: step.proofs.at(-1)!.id, reason_code: 'not_readable', note: 'between us: a thumb on the lens' })
  await page.reload()
  await page.getByText('We cannot read it. Please take the photo again.').waitFor()
  assert.doesNotMatch(await main.innerText(), /thumb/)
  await assertSound(watched, 'asked again')

  await send('IMG_2042.png', 2)
  const again = await readIntoProof(desk, route.id)
  await desk.post(`/api/route-sessions/${route.id}/steps/1/confirm`, { version: again.steps[0]!.version })
  await page.reload()
  await page.getByText('Now: the supplier’s bank puts it on the company’s account').waitFor()
  assert.match(await main.innerText(), /You approved the payment order at your bank[\s\S]*Your bank turned naira into yuan and sent it to China/)
  assert.equal(await page.getByRole('button', { name: 'Upload receipt' }).count(), 0)
  await assertSound(watched, 'on its way')

  await page.goto('/merchant.html#/history')
  await settle(page)
  assert.match(await page.locator(`li:has(a[href*="${route.id}"])`).innerText(), /On its way[\s\S]*Your supplier/)
  await desk.close()
  await watched.close()
})

// Guarantee: a new offer shows the old price beside the new one and is agreed to with one press.
test('a merchant agrees to a new offer', async () => {
  const watched = await merchant()
  const { page } = watched
  await trackingScenes.find(({ name }) => name.endsWith('new-offer'))!.go(page)
  await page.getByRole('heading', { name: 'A new offer' }).waitFor()
  assert.match(await page.locator('main').innerText(), /This way is safer for this amount\.[\s\S]*You pay (more|less)[\s\S]*You agreed to[\s\S]*Offered now/)
  await page.getByRole('button', { name: 'Agree to the new offer' }).click()
  await page.getByText('You agreed to the new offer').waitFor()
  await assertSound(watched, 'agreed again')
  await watched.close()
})

for (const [width, theme] of [[360, 'light'], [390, 'dark'], [1440, 'light']] as const) {
  // Guarantee: no state of a route on its way breaks the CSP, prints an error, fails axe, sticks out, cuts text or has a control too small for a finger.
  test(`every state is sound at ${width} px in ${theme} colours`, async () => {
    for (const scene of trackingScenes) {
      const watched = await openAs(browser, app.url, 'merchant', scene.page, width, theme)
      await scene.go(watched.page)
      await assertSound(watched, `${scene.name} ${width} ${theme}`, { smallestTarget_px: width < 600 ? 44 : 0 })
      await watched.close()
    }
  })
}
