import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { answerPrivacy, companySupplier, merchantScenes, requestBody } from './merchant-scenes.ts'
import { assertSound, callApi, openAs, openPage, settle, signIn, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

async function merchant(width = 390): Promise<Watched> {
  const watched = await openAs(browser, app.url, 'merchant', '/merchant.html', width)
  await answerPrivacy(watched.page)
  return watched
}
const invoice = () => `E2E-${crypto.randomUUID().slice(0, 8)}`

// Guarantee: an importer gets from the sign-in form to an accepted route, and to the same request again, by the screens alone.
test('a merchant asks for a route, accepts it, finds it in the history and sends it again', async () => {
  const watched = await merchant()
  const { page } = watched
  const supplier = await companySupplier(page)
  const number = invoice()
  await page.goto('/merchant.html#/new')
  await page.reload()
  await settle(page)
  await page.getByText(supplier.legal_name, { exact: false }).first().click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel(/^Amount in CNY/).fill('185,000')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('The goods, as on the invoice').fill('Phone accessories')
  await page.getByRole('radio', { name: 'Electrical' }).click()
  await page.getByRole('radio', { name: 'A deposit' }).click()
  await page.getByLabel('Invoice number').fill(number)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Day').fill('2026-10-14')
  await page.getByRole('radio', { name: 'Safety' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('checkbox', { name: 'I have the supplier’s proforma invoice' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'Is this right?' }).waitFor()
  await assertSound(watched, 'review')
  await page.getByRole('button', { name: 'Find the route' }).click()

  await page.getByRole('heading', { name: 'How it goes' }).waitFor()
  await settle(page)
  assert.match(await page.locator('main').innerText(), /Your turn[\s\S]*CNY\s185,000\.00[\s\S]*You pay[\s\S]*NGN\s[\d,]+\.\d{2}[\s\S]*against the mid rate[\s\S]*Why this one[\s\S]*How it goes/)
  await assertSound(watched, 'recommendation')
  const id = /routes\/([0-9a-f-]{36})/.exec(page.url())![1]!
  await page.getByRole('button', { name: /^Accept/ }).click()
  await page.getByText('With the desk').first().waitFor()
  await assertSound(watched, 'accepted')

  await page.goto('/merchant.html#/history')
  await settle(page)
  await page.locator(`a[href*="from=${id}"]:visible`).click()
  await page.getByRole('heading', { name: 'How much?' }).waitFor()
  assert.equal(await page.getByLabel(/^Amount in CNY/).inputValue(), '185000')
  await page.getByRole('button', { name: 'Continue' }).click()
  assert.equal(await page.getByLabel('The goods, as on the invoice').inputValue(), 'Phone accessories')
  // A new payment has a new invoice: the old number is not carried over, so nobody sends it twice by habit.
  assert.equal(await page.getByLabel('Invoice number').inputValue(), '')
  await watched.close()
})

// Guarantee: nothing that was typed is lost by a reload, and the browser's back and forward walk the questions.
test('answers survive a reload, and back and forward move between questions', async () => {
  const watched = await merchant()
  const { page } = watched
  const supplier = await companySupplier(page)
  await page.goto('/merchant.html#/new')
  await page.reload()
  await settle(page)
  await page.getByText(supplier.legal_name, { exact: false }).first().click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel(/^Amount in CNY/).fill('1 450 000.5')
  await page.reload()
  await settle(page)
  assert.equal(await page.getByLabel(/^Amount in CNY/).inputValue(), '1 450 000.5')
  await page.getByLabel(/^Amount in CNY/).press('Enter')
  await page.getByRole('heading', { name: 'What are you buying?' }).waitFor()
  await page.goBack()
  await page.getByRole('heading', { name: 'How much?' }).waitFor()
  await page.goBack()
  await page.getByRole('heading', { name: 'Who are you paying?' }).waitFor()
  await page.goForward()
  await page.getByRole('heading', { name: 'How much?' }).waitFor()
  assert.equal(await page.getByLabel(/^Amount in CNY/).inputValue(), '1 450 000.5')
  await page.goto('/merchant.html#/new?step=review')
  await page.getByRole('heading', { name: 'What are you buying?' }).waitFor()
  await watched.close()
})

// Guarantee: the form needs no mouse.
test('the first questions are answered with the keyboard alone, and the focus is always to be seen', async () => {
  const watched = await merchant(1440)
  const { page } = watched
  await companySupplier(page)
  await page.goto('/merchant.html#/new')
  await page.reload()
  await settle(page)
  const reach = async (role: string) => {
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press('Tab')
      const focused = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement
        const style = getComputedStyle(element)
        return { role: element.getAttribute('role') ?? element.tagName.toLowerCase(), text: element.innerText, ring: style.outlineStyle !== 'none' || style.boxShadow !== 'none', name: element.outerHTML.slice(0, 80) }
      })
      assert.ok(focused.ring, `no focus ring on ${focused.name}`)
      if (focused.role === role || focused.text === role) return
    }
    assert.fail(`${role} was not reached by Tab`)
  }
  await reach('radio')
  await page.keyboard.press('Space')
  await reach('Continue')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'How much?' }).waitFor()
  await reach('input')
  await page.keyboard.type('185,000')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'What are you buying?' }).waitFor()
  await watched.close()
})

// Guarantee: an amount that is not one is refused where it was typed, and the request is not sent.
test('a wrong answer is named at its field and the next question stays closed', async () => {
  const watched = await merchant()
  const { page } = watched
  await companySupplier(page)
  await page.goto('/merchant.html#/new')
  await page.reload()
  await settle(page)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('Choose who you pay, or add a new supplier.').waitFor()
  await page.getByRole('radio').first().click()
  await page.getByRole('button', { name: 'Continue' }).click()
  for (const wrong of ['', '1.450.000', '-5', '1e5', '0']) {
    await page.getByLabel(/^Amount in/).fill(wrong)
    await page.getByRole('button', { name: 'Continue' }).click()
    assert.equal(await page.getByLabel(/^Amount in/).getAttribute('aria-invalid'), 'true', JSON.stringify(wrong))
  }
  await assertSound(watched, 'a wrong amount')
  await watched.close()
})

// Guarantee: the same invoice is not routed twice by accident.
test('an invoice that was sent before is named, and sent again only on purpose', async () => {
  const watched = await merchant()
  const { page } = watched
  const body = requestBody(await companySupplier(page), '185000')
  assert.equal((await callApi(page, 'POST', '/api/route-sessions', body)).status, 201)
  await merchantScenes.find((scene) => scene.name === 'merchant-form-6-review')!.go(page)
  await page.evaluate((number) => {
    const draft = JSON.parse(sessionStorage.getItem('flowclaw.kept.draft')!) as Record<string, unknown>
    sessionStorage.setItem('flowclaw.kept.draft', JSON.stringify({ ...draft, invoice_number: number }))
  }, body.invoice.number)
  await page.reload()
  await page.getByRole('button', { name: 'Find the route' }).click()
  await page.getByText('This invoice was sent before').waitFor()
  await assertSound(watched, 'duplicate invoice')
  await page.getByRole('button', { name: 'Send it anyway' }).click()
  await page.getByRole('heading', { name: 'How it goes' }).waitFor()
  await watched.close()
})

// Guarantee: a "no" comes with its reason, a way out and a message for the supplier.
test('a payment that cannot be routed says why, what would make it possible, and copies a Chinese message', async () => {
  const watched = await merchant()
  const { page } = watched
  await merchantScenes.find((scene) => scene.name === 'merchant-no-route')!.go(page)
  await page.getByRole('heading', { name: 'We can’t recommend a way to pay this' }).waitFor()
  await page.getByRole('heading', { name: 'What would make it possible' }).waitFor()
  await page.getByText('Nothing was paid and nothing was booked.').waitFor()
  await page.getByRole('button', { name: 'Copy the message' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /[\u4e00-\u9fff]{4}/)
  assert.equal(await page.getByRole('button', { name: /^Accept/ }).count(), 0)
  await watched.close()
})

// Guarantee: a request can be taken back, with a reason, and then is stopped.
test('a merchant cancels a request', async () => {
  const watched = await merchant()
  const { page } = watched
  const session = (await callApi<{ id: string }>(page, 'POST', '/api/route-sessions', requestBody(await companySupplier(page), '51000'))).body
  await page.goto(`/merchant.html#/routes/${session.id}`)
  await page.getByRole('button', { name: 'Cancel this request' }).click()
  await page.getByRole('radio', { name: 'I pay another way' }).click()
  await page.getByRole('button', { name: 'Cancel the request' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByText('Stopped').first().waitFor()
  await watched.close()
})

// Guarantee: another role sees a notice, and the page asks the API for nothing of a merchant.
test('a Desk Operator on the merchant page is led to the console and no merchant data is fetched', async () => {
  const watched = await openPage(browser, app.url, 390)
  const { page } = watched
  const asked: string[] = []
  page.on('request', (request) => { const path = new URL(request.url()).pathname; if (path.startsWith('/api/')) asked.push(path) })
  await signIn(page, 'desk', '/merchant.html')
  await page.getByRole('heading', { name: 'This page is for merchants' }).waitFor()
  await page.getByText('Nothing from any merchant was opened here.').waitFor()
  assert.equal(await page.getByRole('link', { name: 'Go to the operator console' }).getAttribute('href'), '/index.html')
  assert.deepEqual(asked.filter((path) => !path.startsWith('/api/portal/') && !path.startsWith('/api/auth/')), [])
  await watched.close()
})

// Guarantee: the privacy question does not block the page, and the answer is kept.
test('the page is usable behind the privacy banner and the choice holds after a reload', async () => {
  const watched = await openPage(browser, app.url, 390)
  const { page } = watched
  await signIn(page, 'merchant', '/merchant.html')
  await page.getByRole('heading', { name: 'Your privacy' }).waitFor()
  await page.getByRole('link', { name: 'New Supplier Route' }).click()
  await page.getByRole('heading', { name: 'Who are you paying?' }).waitFor()
  const [essential, all] = await Promise.all(['Essential Only', 'Accept All'].map((name) => page.getByRole('button', { name }).evaluate((button) => {
    const style = getComputedStyle(button)
    return [style.backgroundColor, style.color, style.borderColor, style.fontWeight, Math.round(button.getBoundingClientRect().width)].join(' ')
  })))
  assert.equal(essential, all)
  await page.getByRole('button', { name: 'Essential Only' }).click()
  await page.reload()
  await settle(page)
  assert.equal(await page.getByRole('heading', { name: 'Your privacy' }).count(), 0)
  await watched.close()
})

// Guarantee: an unfinished request stays where the person said it may stay, and leaves with that person.
test('Accept All in the middle of a form loses nothing, the draft outlives the tab, and signing out removes it', async () => {
  const watched = await openPage(browser, app.url, 390)
  const { page } = watched
  await signIn(page, 'merchant', '/merchant.html')
  await companySupplier(page)
  await page.goto('/merchant.html#/new')
  await page.reload()
  await settle(page)
  await page.getByRole('radio').first().click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel(/^Amount in/).fill('77,000')
  await page.getByRole('button', { name: 'Accept All' }).click()
  assert.equal(await page.getByLabel(/^Amount in/).inputValue(), '77,000')
  const other = await page.context().newPage()
  await other.goto('/merchant.html#/new?step=amount')
  await other.getByLabel(/^Amount in/).waitFor()
  assert.equal(await other.getByLabel(/^Amount in/).inputValue(), '77,000')
  await other.close()
  await page.getByRole('button', { name: 'Menu', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: /^Sign in to/ }).waitFor()
  assert.deepEqual(await page.evaluate(() => [...Object.keys(sessionStorage), ...Object.keys(localStorage)].filter((key) => key.includes('kept'))), [])
  await watched.close()
})

// Guarantee: the old address of the page still works.
test('/customer.html is the Merchant Portal', async () => {
  const watched = await openPage(browser, app.url, 390)
  await watched.page.goto('/customer.html')
  await watched.page.getByRole('heading', { name: 'Sign in to the Merchant Portal' }).waitFor()
  await assertSound(watched, 'customer.html')
  await watched.close()
})

// axe looks once at each layout and once at each set of colours; the other two are for the layout.
for (const [width, theme, axe] of [[360, 'light', true], [390, 'dark', false], [1440, 'light', false], [1440, 'dark', true]] as const) {
  // Guarantee: no page breaks the CSP, prints an error, fails axe, sticks out, cuts text or has a control too small for a finger.
  test(`every page is sound at ${width} px in ${theme} colours`, async () => {
    for (const scene of merchantScenes) {
      const watched = await openAs(browser, app.url, scene.account, scene.page, width, theme)
      await scene.go(watched.page)
      await assertSound(watched, `${scene.name} ${width} ${theme}`, { smallestTarget_px: width < 600 ? 44 : 0, axe })
      await watched.close()
    }
  })
}
