// From an accepted route to its last step by the desk's own screens, on a FlowClaw of its own: approvals and executions are once and for all.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { Execution, ExecutionStep } from '#contracts/api/execution.ts'
import type { DeskRouteSession } from '#contracts/api/route-sessions.ts'
import { pdfOf } from '#api/testing/forms.ts'
import { ALL_PAPERS } from '#api/testing/executions.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { assertSound, callApi, openAs, settle, type Account, type Theme, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

type Session = Pick<DeskRouteSession, 'id' | 'version' | 'state' | 'approval' | 'alternatives' | 'recommended' | 'reference' | 'intent' | 'merchant' | 'supplier'>
const LOOKS = [[360, 'dark'], [390, 'light'], [1440, 'light'], [1440, 'dark']] as const
const decision = (page: Page) => page.locator('section').filter({ has: page.getByRole('heading', { name: 'Desk Decision' }) })
const row = (page: Page, term: string) => decision(page).locator('dt', { hasText: new RegExp(`^${term}$`) }).locator('xpath=following-sibling::dd')

async function open(account: Account, id: string, search = '', width = 1440, theme: Theme = 'light'): Promise<Watched> {
  const watched = await openAs(browser, app.url, account, `/index.html#/sessions/${id}${search}`, width, theme)
  await watched.page.getByRole('heading', { name: 'Desk Decision' }).waitFor()
  await settle(watched.page)
  return watched
}

async function api<T>(account: Account, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const home = account === 'merchant' ? '/merchant.html' : '/index.html'
  const { page, close } = await openAs(browser, app.url, account, home, 1440)
  const { status, body: answer } = await callApi<T>(page, method, path, body)
  await close()
  assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(answer)}`)
  return answer
}
const read = (id: string): Promise<Session> => api('desk', 'GET', `/api/route-sessions/${id}`)

async function demoSession(words: string): Promise<Session> {
  const { items } = await api<{ items: { id: string; description: string }[] }>('desk', 'GET', '/api/route-sessions?view=all&limit=100')
  return read(items.find(({ description }) => description.includes(words))!.id)
}

/** A fresh session of the demo's merchant with every paper, small enough for one approval, accepted by the merchant itself. */
async function acceptedByMerchant(): Promise<Session> {
  const model = await demoSession('phone accessories')
  const { intent } = model
  const made = await api<Session>('merchant', 'POST', '/api/route-sessions', {
    supplier_id: model.supplier.id, corridor_id: 'ng-cn', amount: { side: 'supplier_receives', value: '185000', currency: 'CNY' }, needed_by: '2026-11-20T17:00:00+08:00', hard_deadline: false, purpose: 'goods', goods: intent.goods,
    invoice: { number: `E2E-${randomUUID().slice(0, 8)}`, currency: 'CNY', account_count: 1 }, documents_available: [...ALL_PAPERS, 'BENEFICIARY_BIC', 'SUPPLIER_CONTRACT'], preference: intent.preference, funding: intent.funding,
  })
  await api('merchant', 'POST', `/api/route-sessions/${made.id}/accept`, { version: made.version })
  await screen(made.id)
  return read(made.id)
}

/** Records that none of its parties stands on a list. */
async function screen(id: string): Promise<void> {
  const { standing } = await api<{ standing: { required: string[] } }>('desk', 'GET', `/api/route-sessions/${id}/screenings`)
  for (const subject of standing.required) await api('desk', 'POST', `/api/route-sessions/${id}/screenings`, { subject, result: 'no_hit', list_name: 'UN Consolidated List', list_date: '2026-09-29' })
}

async function pick(page: Page, name: string, option: RegExp | string): Promise<void> {
  await page.getByRole('combobox', { name, exact: true }).click()
  await page.getByRole('option', { name: option }).first().click()
}
/** Records what is chosen and waits for the line that says so. */
async function recorded(page: Page, said: string): Promise<void> {
  await page.keyboard.press('Control+Enter')
  await decision(page).getByText(said, { exact: true }).waitFor()
  await settle(page)
}

// Guarantee: an accepted route is approved by one press where one person is enough, after its consequence was shown with exact amounts; executing begins its first step.
test('accept and approve', async () => {
  const session = await acceptedByMerchant()
  const watched = await open('desk', session.id)
  const { page } = watched
  const gets = session.recommended!.received.amount.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  await decision(page).getByText('If you record this:').waitFor()
  const text = await decision(page).innerText()
  assert.ok(text.includes(`CNY ${gets}`) && /The merchant will see With the desk/.test(text), text)
  await assertSound(watched, 'an accepted session')
  await recorded(page, 'Approval recorded.')
  assert.match(await row(page, 'Approval').innerText(), /1 of 1\s*A\. Okafor/)
  assert.equal((await read(session.id)).state, 'approved')
  assert.equal(await page.getByRole('radio', { name: /^Execute/ }).getAttribute('aria-checked'), 'true')
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'BODY', 'nothing was focused, so nothing is now')
  await recorded(page, 'Execution began. Its first step is ready.')
  await page.getByRole('tab', { name: 'Execution', selected: true }).waitFor()
  await page.getByRole('heading', { name: 'Payment instruction' }).waitFor()
  await assertSound(watched, 'an execution that began')
  await watched.close()
  const queue = await openAs(browser, app.url, 'desk', '/index.html#/', 1440)
  await queue.page.locator(`#row-${session.id}`).getByRole('link', { name: 'Start step 1' }).waitFor()
  await queue.page.locator(`#row-${session.id}`).getByText(/^Step 1 of \d is ready\. Start it\.$/).waitFor()
  await assertSound(queue, 'the queue with an execution')
  await queue.close()
})

// Guarantee: where the rules ask for four eyes, the panel says why, who cannot and why; nobody gives both approvals, and the second person's is the last.
test('four eyes', async () => {
  const session = await demoSession('blister')
  const asker = await open('colleague', session.id)
  assert.equal(await asker.page.getByRole('radio', { name: /^Approve recommended/ }).getAttribute('aria-disabled'), 'true')
  await decision(asker.page).getByText('You asked for it, so somebody else decides.', { exact: false }).first().waitFor()
  await asker.close()

  const first = await open('desk', session.id)
  await decision(first.page).getByText(/More than USD 50,000 is sent\. M\. Ortiz asked for it, so cannot decide\./).waitFor()
  await decision(first.page).getByText(/approval 1 of 2 is stored/).waitFor()
  await recorded(first.page, 'Approval recorded.')
  assert.match(await row(first.page, 'Approval').innerText(), /1 of 2\s*A\. Okafor/)
  assert.equal(await first.page.getByRole('radio', { name: /^Approve recommended · you approved it/ }).getAttribute('aria-disabled'), 'true')
  assert.equal((await read(session.id)).state, 'accepted')
  await first.close()
  for (const [width, theme] of LOOKS) {
    const look = await open('admin', session.id, '', width, theme)
    await decision(look.page).getByText(/approval 2 of 2 is stored and it is approved/).waitFor()
    await assertSound(look, `the second pair of eyes, ${width} ${theme}`)
    await look.close()
  }
  const second = await open('admin', session.id)
  await recorded(second.page, 'Approval recorded.')
  assert.match(await row(second.page, 'Approval').innerText(), /2 of 2\s*A\. Okafor, A\. Bello/)
  await second.close()
  assert.equal((await read(session.id)).state, 'approved')
})

// Guarantee: another route is offered by its lane, with a coded reason and what the merchant will read; approvals before it have no force, and the merchant sees exactly that offer.
test('alternative with reason', async () => {
  const session = await acceptedByMerchant()
  const watched = await open('desk', session.id)
  const { page } = watched
  await page.getByRole('radio', { name: 'Decide on: Option 2' }).click()
  assert.equal(await page.getByRole('radio', { name: /^Offer another/ }).getAttribute('aria-checked'), 'true')
  assert.equal(await decision(page).getByRole('button', { name: /^Record the offer/ }).getAttribute('aria-disabled'), 'true')
  await pick(page, 'Reason code', 'Safer for this amount')
  await decision(page).getByLabel('Desk note').fill('Provider answered late twice')
  await decision(page).getByText('“This way is safer for this amount.”').waitFor()
  await assertSound(watched, 'another route before it is offered')
  await recorded(page, 'Offered. The merchant is asked to agree.')
  await page.getByText('With merchant').first().waitFor()
  await watched.close()
  const merchant = await openAs(browser, app.url, 'merchant', `/merchant.html#/routes/${session.id}`, 390)
  await merchant.page.getByText('This way is safer for this amount.', { exact: false }).first().waitFor()
  assert.equal((await merchant.page.locator('body').innerText()).includes('Provider answered late twice'), false)
  await merchant.close()
  const offered = await read(session.id)
  assert.deepEqual([offered.state, offered.approval.agreed, offered.approval.required], ['awaiting_merchant', false, 2])
  await api('merchant', 'POST', `/api/route-sessions/${session.id}/accept`, { version: offered.version })
  const again = await open('desk', session.id)
  await again.page.getByRole('radio', { name: /^Approve the offer/ }).waitFor()
  await decision(again.page).getByText('The desk chose another route than the recommended one.', { exact: false }).waitFor()
  await again.close()
})

const now = async (id: string): Promise<{ execution: Execution; step: ExecutionStep }> => {
  const execution = await api<Execution>('desk', 'GET', `/api/route-sessions/${id}/execution`)
  return { execution, step: execution.steps.find(({ state }) => state !== 'confirmed') ?? execution.steps.at(-1)! }
}

/** Brings a file and types what a proof of this kind says, as a person reads it off; `wrong` replaces a field. */
async function submit(page: Page, step: ExecutionStep, kind: string, wrong: Readonly<Partial<Record<'Reference' | 'Payee', string>>> = {}): Promise<void> {
  const form = page.locator('#proof-form')
  const receipt = ['bank_credit_advice', 'supplier_receipt'].includes(kind)
  const money = receipt ? step.money_out : step.money_in
  if (await form.getByRole('combobox', { name: 'Kind of proof' }).count() > 0) await pick(page, 'Kind of proof', new RegExp(`^${kind.replaceAll('_', ' ')}$`))
  await form.locator('[data-upload] input[type=file]').first().setInputFiles({ name: `${kind}.pdf`, mimeType: 'application/pdf', buffer: pdfOf(`${kind} ${step.reference} ${randomUUID()}`) })
  await form.getByRole('button', { name: 'Replace' }).waitFor()
  const fill = async (label: string, value: string) => { const field = form.getByLabel(label, { exact: true }); if (await field.count() > 0) await field.fill(value) }
  if (await form.getByRole('combobox', { name: 'Currency' }).count() > 0) { await pick(page, 'Currency', money.currency); await fill('Amount', money.amount) }
  await fill('Payee', wrong.Payee ?? step.instruction.payee)
  await fill('Account', step.instruction.account_masked?.slice(-4) ?? '0000')
  await fill('Reference', wrong.Reference ?? step.reference)
  if (await form.getByRole('combobox', { name: 'Charges' }).count() > 0) await pick(page, 'Charges', /^OUR/)
  await form.getByRole('button', { name: 'Submit the proof' }).click()
  await page.getByRole('heading', { name: `Proof for step ${step.position}` }).first().waitFor()
  await settle(page)
}

/** A session whose route has as many proofs as asked for, approved and executed; by the API, which other journeys walk on the screen. */
async function executed(fits: (candidate: NonNullable<DeskRouteSession['recommended']>) => boolean, mode?: string): Promise<string> {
  let session = await acceptedByMerchant()
  if (!fits(session.recommended!)) {
    const other = session.alternatives.find(fits)
    assert.ok(other !== undefined, session.alternatives.map(({ hops }) => hops.flatMap(({ human_steps }) => human_steps.map(({ kind }) => kind)).join(' ')).join('; '))
    const offered = await api<Session>('desk', 'POST', `/api/route-sessions/${session.id}/offer`, { version: session.version, candidate_id: other.id, reason_code: 'merchant_prefers' })
    await api('merchant', 'POST', `/api/route-sessions/${session.id}/accept`, { version: offered.version })
    session = await read(session.id)
  }
  for (const account of ['desk', 'admin'] as const) {
    if (session.state === 'approved') break
    session = await api(account, 'POST', `/api/route-sessions/${session.id}/approve`, { version: session.version, content_version: session.approval.content_version, reason_code: 'merchant_asked' })
  }
  await api('desk', 'POST', `/api/route-sessions/${session.id}/execute`, { version: session.version, ...(mode === undefined ? {} : { mode }) })
  return session.id
}
const proofsOf = (candidate: NonNullable<DeskRouteSession['recommended']>): number => candidate.hops.flatMap(({ human_steps }) => human_steps.flatMap(({ proof_kinds }) => proof_kinds)).length

// Guarantee: a manual route is carried out on the screen alone: each step is begun with its rail owner, proved with a file and what is read off it, and confirmed only when every field matches.
test('manual route with three proofs', async () => {
  const id = await executed((candidate) => proofsOf(candidate) >= 3)
  const watched = await open('desk', id, '?tab=execution')
  const { page } = watched
  let proofs = 0
  const total = (await now(id)).execution.steps.length
  for (let position = 1; position <= total; position++) {
    const { step } = await now(id)
    assert.equal(step.position, position)
    if (step.rail === null) {
      await pick(page, 'Rail owner', 'The provider')
      await page.getByLabel('Account label').fill('Desk account of the provider')
    }
    await recorded(page, 'The step has begun.')
    for (const kind of step.proof_kinds) {
      assert.equal(await page.getByRole('radio', { name: /^Submit proof/ }).count(), 1)
      await submit(page, step, kind)
      proofs += 1
    }
    if (step.proof_kinds.length === 0) await page.getByLabel('What its payment is found by').fill('Line 7 of the statement')
    if (position === 1) await assertSound(watched, 'a proof that matches')
    assert.equal(await page.getByRole('radio', { name: /^Confirm step/ }).getAttribute('aria-checked'), 'true')
    await recorded(page, 'The step is confirmed.')
  }
  assert.ok(proofs >= 3, String(proofs))
  assert.match(await row(page, 'Evidence').innerText(), new RegExp(`${proofs} of ${proofs} proofs`))
  assert.deepEqual((await now(id)).execution.steps.map(({ state }) => state), Array.from({ length: total }, () => 'confirmed'))
  assert.equal(await page.getByRole('radio', { name: /^Close with what happened/ }).getAttribute('aria-checked'), 'true')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('tab', { name: 'Outcome', selected: true }).waitFor()
  await page.getByRole('heading', { name: 'Close with what happened' }).waitFor()
  await watched.close()
})

// Guarantee: a proof that differs says field by field what differs and confirms nothing; another one is asked for with a reason, or a second person accepts the difference.
test('wrong proof', async () => {
  const id = await executed(() => true)
  const watched = await open('desk', id, '?tab=execution')
  const { page } = watched
  const { step } = await now(id)
  await pick(page, 'Rail owner', 'The merchant')
  await page.getByLabel('Account label').fill('Naira account, Marina branch')
  await recorded(page, 'The step has begun.')
  await submit(page, step, step.proof_kinds[0]!, { Reference: 'FC-SOMETHING-ELSE' })
  const table = page.getByRole('region', { name: /^Comparison/ })
  const reference = table.getByRole('row').filter({ hasText: 'FC-SOMETHING-ELSE' })
  assert.match(await reference.innerText(), new RegExp(`${step.reference}[\\s\\S]*Mismatch`))
  assert.equal(await page.getByRole('radio', { name: /^Confirm step 1 · blocked: one field differs/ }).getAttribute('aria-disabled'), 'true')
  await decision(page).getByText('“Something on it does not match the payment.”').waitFor()
  await watched.close()
  for (const [width, theme] of LOOKS) {
    const look = await open('desk', id, '?tab=execution', width, theme)
    await assertSound(look, `a proof that differs, ${width} ${theme}`)
    await look.close()
  }
  const own = await open('desk', id, '?tab=execution')
  await own.page.getByRole('radio', { name: /^Ask for a corrected proof/ }).click()
  await recorded(own.page, 'Another proof is asked for.')
  await own.page.getByText('Not taken by A. Okafor: A field differs from the instruction.').waitFor()
  await submit(own.page, step, step.proof_kinds[0]!, { Payee: 'Somebody Else Ltd', Reference: 'FC-OTHER' })
  await own.close()
  const second = await open('colleague', id, '?tab=execution')
  await second.page.getByRole('radio', { name: /second person/ }).click()
  await pick(second.page, 'Reason code', 'The bank shortened it')
  await recorded(second.page, 'The step is confirmed.')
  await second.close()
  assert.equal((await now(id)).execution.steps[0]!.state, 'confirmed')
})

// Guarantee: a whole account number stands on the instruction alone, after a reason that is audited; it goes with the page, and half a number cannot be copied.
test('the instruction reveals, copies and prints', async () => {
  const id = await executed(() => true)
  const { execution } = await now(id)
  const step = execution.steps.find(({ instruction }) => instruction.account_masked !== null)!
  const watched = await open('desk', id, `?tab=execution&step=${step.position}`)
  const { page } = watched
  const sheet = page.getByRole('region', { name: 'Payment instruction' })
  assert.equal(await sheet.getByRole('button', { name: /^Copy Account/ }).getAttribute('aria-disabled'), 'true')
  await sheet.getByRole('button', { name: 'Copy Reference' }).click()
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), step.reference)
  await sheet.getByRole('button', { name: 'Reveal', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Reveal the account' })
  await assertSound(watched, 'asking for the whole account')
  await pick(page, 'What it is needed for', 'Print for the bank')
  await dialog.getByRole('button', { name: 'Show it' }).click()
  await dialog.waitFor({ state: 'detached' })
  await sheet.getByText('The whole account stands here for two minutes.').waitFor()
  await sheet.getByRole('button', { name: /^Copy Account/ }).click()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  assert.ok(copied.replaceAll(' ', '').length > 8 && copied.endsWith(step.instruction.account_masked!.slice(-4)), 'the whole number')
  await page.emulateMedia({ media: 'print' })
  assert.deepEqual([await sheet.getByText(copied).isVisible(), await sheet.getByRole('button', { name: 'Print' }).isVisible(), await page.getByRole('heading', { name: 'Desk Decision' }).isVisible()], [true, false, false])
  await page.emulateMedia({ media: 'screen' })
  await page.getByRole('tab', { name: /^Timeline/ }).click()
  await page.getByRole('tab', { name: 'Execution' }).click()
  await sheet.waitFor()
  assert.equal((await page.locator('body').innerText()).includes(copied), false)
  await watched.close()
})

// Guarantee: whoever decides on what has changed meanwhile is told what changed, loses nothing typed, and records only after reading it again.
test('a stale write says what changed', async () => {
  const session = await acceptedByMerchant()
  const watched = await open('desk', session.id)
  const { page } = watched
  await decision(page).getByLabel('Desk note').fill('Called the merchant at nine')
  await api('colleague', 'POST', `/api/route-sessions/${session.id}/approve`, { version: session.version, content_version: 1, reason_code: 'best_score_ready' })
  await page.keyboard.press('Control+Enter')
  const notice = page.getByRole('alert').filter({ hasText: 'It has changed since you read it' })
  await notice.getByText('The desk approved.', { exact: false }).waitFor()
  await notice.getByText('M. Ortiz approved.').waitFor()
  watched.troubles.splice(0)
  await assertSound(watched, 'a stale write')
  await notice.getByRole('button', { name: 'Read it again' }).click()
  await page.getByRole('radio', { name: /^Execute/ }).waitFor()
  assert.equal(await decision(page).getByLabel('Desk note').inputValue(), 'Called the merchant at nine')
  await watched.close()
})

// Guarantee: a session that is played says so on each of its tabs and in the queue, and it pauses and goes on with coded reasons like any other.
test('a simulation is marked everywhere, and pauses', async () => {
  const id = await executed(() => true, 'simulation')
  const watched = await open('desk', id, '?tab=execution')
  const { page } = watched
  await page.getByText('No bank and no provider is told anything.', { exact: false }).waitFor()
  await page.getByRole('radio', { name: /^Pause/ }).click()
  await pick(page, 'Reason code', 'Banks are closed')
  await decision(page).getByText('“Banks are closed. Nothing moves until they open.”').waitFor()
  await recorded(page, 'Paused.')
  await pick(page, 'Reason code', 'What it waited for is there')
  await recorded(page, 'It goes on.')
  for (const tab of ['Candidates', 'Timeline', 'What the merchant sees']) {
    await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click()
    await page.getByText('Simulation — nothing real happens').first().waitFor()
  }
  await assertSound(watched, 'a simulation')
  await page.goto('/index.html#/')
  await page.locator(`#row-${id}`).getByText('Simulation').waitFor()
  await watched.close()
})
