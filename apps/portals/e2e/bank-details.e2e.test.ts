// A change of bank details by two people, on a FlowClaw of its own: it holds a supplier's payments, which other tests would notice.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { assertSound, openAs, settle, type Account, type Theme, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const NEW = '6222024444555566'
const LOOKS = [[360, 'dark'], [390, 'light'], [1440, 'light'], [1440, 'dark']] as const

async function openSupplier(account: Account, id: string, width = 1440, theme: Theme = 'light'): Promise<Watched> {
  const watched = await openAs(browser, app.url, account, `/index.html#/suppliers/${id}`, width, theme)
  await watched.page.getByRole('heading', { name: 'Where it is paid' }).waitFor()
  await settle(watched.page)
  return watched
}

/** A session of the demo tenant that its merchant can accept, and its supplier. */
async function recommended(page: Page): Promise<{ session_id: string; supplier_id: string }> {
  return page.evaluate(async () => {
    const list = await (await fetch('/api/route-sessions?view=open&limit=100')).json() as { items: { id: string; state: string; degraded: boolean }[] }
    for (const { id } of list.items.filter((row) => row.state === 'recommended' && !row.degraded)) {
      const session = await (await fetch(`/api/route-sessions/${id}`)).json() as { supplier: { id: string }; merchant_view: { can_accept: boolean }; merchant: { name: string } }
      if (session.merchant_view.can_accept && /Adeola/.test(session.merchant.name)) return { session_id: id, supplier_id: session.supplier.id }
    }
    throw new Error('the demo has no session that can be accepted')
  })
}

const pick = async (page: Page, name: string, option: RegExp) => {
  await page.getByRole('dialog').getByRole('combobox', { name }).click()
  await page.getByRole('option', { name: option }).click()
}

// Guarantee: one person proposes and another confirms; in between everybody sees the hold, nobody can accept, the proposer cannot confirm and is told why, and the pages are sound in every look.
test('a change of bank details takes two people', async () => {
  const scout = await openAs(browser, app.url, 'desk', '/index.html', 1440)
  const { session_id, supplier_id } = await recommended(scout.page)
  await scout.close()

  const desk = await openSupplier('desk', supplier_id)
  await desk.page.getByRole('button', { name: 'Change bank details' }).click()
  const form = desk.page.getByRole('dialog', { name: 'Change bank details' })
  await pick(desk.page, 'How it came in', /^Email/)
  await form.getByLabel('New account number').fill('12')
  await form.getByText('This is no account number.').first().waitFor()
  await form.getByLabel('New account number').fill(NEW)
  await form.getByLabel('Bank').fill('Sample Bank, Foshan')
  await form.getByLabel('BIC').fill('SAMPCNBJ')
  await assertSound(desk, 'propose other details')
  await form.getByRole('button', { name: 'Propose and hold payments' }).click()
  await form.waitFor({ state: 'detached' })
  await desk.page.getByRole('heading', { name: 'New bank details wait for a second person' }).waitFor()
  await desk.page.getByRole('region', { name: 'Proposed' }).getByText('•••• 5566').waitFor()
  for (const [name, why] of [['Confirm', /somebody else of the desk confirms it/], ['Reject', /withdraw it instead/], ['Change bank details', /waits already/]] as const) {
    const button = desk.page.getByRole('button', { name: new RegExp(`^${name}`) })
    assert.equal(await button.getAttribute('aria-disabled'), 'true', name)
    assert.match((await button.getAttribute('title'))!, why)
  }
  await assertSound(desk, 'own change that waits')
  await desk.close()

  for (const [width, theme] of LOOKS) {
    const second = await openSupplier('admin', supplier_id, width, theme)
    await second.page.getByRole('region', { name: 'In force now' }).waitFor()
    await assertSound(second, `a change that waits, ${width} ${theme}`)
    await second.page.goto(`/index.html#/sessions/${session_id}`)
    await second.page.getByText('nothing may be paid to either account').waitFor()
    await assertSound(second, `a session on hold, ${width} ${theme}`)
    await second.page.goto('/index.html#/')
    await second.page.getByText('Payment on hold').first().waitFor()
    await settle(second.page)
    await assertSound(second, `the queue with a hold, ${width} ${theme}`)
    await second.close()
    const merchant = await openAs(browser, app.url, 'merchant', `/merchant.html#/routes/${session_id}`, width, theme)
    await merchant.page.getByText('Your supplier’s bank details are being checked.', { exact: true }).first().waitFor()
    assert.equal(await merchant.page.getByRole('button', { name: /^Accept (?!All)/ }).count(), 0)
    await merchant.page.getByText('With the desk').first().waitFor()
    await assertSound(merchant, `the merchant's route on hold, ${width} ${theme}`)
    await merchant.close()
  }

  const admin = await openSupplier('admin', supplier_id, 390)
  const { page } = admin
  await page.getByRole('button', { name: 'Confirm', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Confirm the new bank details' })
  await pick(page, 'How you asked', /^Telephone/)
  await dialog.getByLabel('The account that you were told').fill('6222024444555567')
  await dialog.getByLabel('Whom you spoke to').fill('Mr Wu, on the number of the contract')
  assert.equal(await dialog.getByRole('button', { name: /^Confirm/ }).getAttribute('aria-disabled'), 'true', 'the bank is told too')
  await dialog.getByLabel('The BIC that you were told').fill('sampcnbj')
  await assertSound(admin, 'confirm other details')
  await dialog.getByRole('button', { name: 'Confirm', exact: true }).click()
  await dialog.getByText('The accounts differ').waitFor()
  // The browser prints a line for the refusal, which was asked for.
  assert.match(admin.troubles.splice(0).join('\n'), /^console: [^\n]*409[^\n]*\/confirm$/)
  await assertSound(admin, 'accounts that differ')
  await dialog.getByLabel('The account that you were told').fill('6222 0244 4455 5566')
  await dialog.getByRole('button', { name: 'Confirm', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: 'Changes of bank details' }).waitFor()
  await page.getByText('Mr Wu, on the number of the contract').waitFor()
  await settle(page)
  await assertSound(admin, 'a change that was confirmed')
  await page.goto(`/index.html#/sessions/${session_id}`)
  await settle(page)
  assert.equal(await page.getByText('Payment on hold').count(), 0)
  await admin.close()
})

// Guarantee: the whole account is shown only after a reason, hides again by hand and by itself, and the proposer of a change takes it back by the same page.
test('a reveal is asked for, and a change is withdrawn', async () => {
  const scout = await openAs(browser, app.url, 'desk', '/index.html', 1440)
  const supplier_id = await scout.page.evaluate(async () => {
    const list = await (await fetch('/api/route-sessions?view=needs_me&limit=100')).json() as { items: { id: string; state: string }[] }
    const session = await (await fetch(`/api/route-sessions/${list.items.find((row) => row.state === 'accepted')!.id}`)).json() as { supplier: { id: string } }
    return session.supplier.id
  })
  await scout.close()
  for (const [width, theme] of [[390, 'dark'], [1440, 'light']] as const) {
    const watched = await openSupplier('desk', supplier_id, width, theme)
    const { page } = watched
    await page.clock.install()
    const dialog = page.getByRole('dialog', { name: 'Reveal the account' })
    const shown = dialog.getByText(/^[\d ]{10,}$/).first()
    await page.getByRole('button', { name: 'Reveal the account' }).click()
    assert.equal(await dialog.getByRole('button', { name: /^Show it/ }).getAttribute('aria-disabled'), 'true')
    await pick(page, 'What it is needed for', /^Check with the supplier/)
    await dialog.getByRole('button', { name: 'Show it' }).click()
    await shown.waitFor()
    await assertSound(watched, `a revealed account, ${width} ${theme}`)
    await page.clock.runFor(61_000)
    await shown.waitFor({ state: 'detached' })
    await dialog.getByRole('button', { name: 'Show it again' }).click()
    await shown.waitFor()
    await dialog.getByRole('button', { name: 'Hide it now' }).click()
    await dialog.waitFor({ state: 'detached' })
    assert.equal(await page.getByText(/^\d{4} ?\d{4} ?\d{4}/).count(), 0)
    await watched.close()
  }
  const own = await openSupplier('desk', supplier_id)
  await own.page.getByRole('button', { name: 'Change bank details' }).click()
  await pick(own.page, 'How it came in', /^Telephone/)
  await own.page.getByLabel('New account number').fill('6222024444555577')
  await own.page.getByRole('button', { name: 'Propose and hold payments' }).click()
  await own.page.getByRole('button', { name: 'Withdraw', exact: true }).waitFor()
  // What was accepted before says so ahead of everything else, and the list finds what waits.
  await own.page.goto('/index.html#/')
  await own.page.getByText('Pay nothing until a second person has confirmed them.').first().waitFor()
  await settle(own.page)
  await assertSound(own, 'an accepted session on hold')
  await own.page.goto('/index.html#/suppliers?details=change_held')
  await own.page.getByRole('region', { name: 'Suppliers' }).getByText('Change held').waitFor()
  assert.equal(await own.page.getByRole('region', { name: 'Suppliers' }).getByRole('row').count(), 2)
  await assertSound(own, 'suppliers on hold')
  await own.page.goto(`/index.html#/suppliers/${supplier_id}`)
  await own.page.getByRole('button', { name: 'Withdraw', exact: true }).click()
  await pick(own.page, 'Why', /^It was entered wrongly/)
  await assertSound(own, 'withdraw a change')
  await own.page.getByRole('dialog').getByRole('button', { name: 'Withdraw', exact: true }).click()
  await own.page.getByRole('region', { name: 'Changes of bank details' }).getByText('Withdrawn').waitFor()
  assert.equal(await own.page.getByRole('button', { name: 'Change bank details' }).getAttribute('aria-disabled'), null)
  await own.close()
})

/** How many strings in the page's memory hold the text. It is looked for here and never handed to the page, where it would be found again. */
async function inMemory(page: Page, text: string): Promise<number> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('HeapProfiler.enable')
  for (let i = 0; i < 4; i++) await devtools.send('HeapProfiler.collectGarbage')
  const chunks: string[] = []
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => { chunks.push(chunk) })
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await devtools.detach()
  return (JSON.parse(chunks.join('')) as { strings: string[] }).strings.filter((each) => each.includes(text)).length
}

// Guarantee: a number that was revealed is in the page's memory while it is shown, and nowhere in it once it was hidden and another page is open.
test('a revealed number leaves the memory of the page', async () => {
  const { page, close } = await openAs(browser, app.url, 'desk', '/index.html#/suppliers', 1440)
  await page.getByRole('table').getByRole('link').first().click()
  await page.getByRole('button', { name: 'Reveal the account' }).click()
  await pick(page, 'What it is needed for', /^Check with the supplier/)
  const answered = page.waitForResponse((response) => response.url().endsWith('/reveal'))
  await page.getByRole('button', { name: 'Show it' }).click()
  const { account_number } = await (await answered).json() as { account_number: string }
  await page.getByText('Hidden again in').waitFor()
  assert.ok(await inMemory(page, account_number) > 0)
  await page.getByRole('button', { name: 'Hide it now' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.evaluate(() => { location.hash = '#/queue' })
  await page.getByRole('heading', { name: 'Where it is paid' }).waitFor({ state: 'detached' })
  await settle(page)
  assert.equal(await inMemory(page, account_number), 0)
  await close()
})
