// Closing a session and what it teaches, on a FlowClaw of its own: outcomes move estimates, which other tests would notice.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { Execution } from '#contracts/api/execution.ts'
import { matchingProof, RAIL } from '#api/testing/executions.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { acceptedRoute, begun, fileOf, openDesk } from './tracking-scenes.ts'
import { assertSound, openAs, settle, type Account, type Theme, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => {
  ;[app, browser] = await Promise.all([startApp(), launchBrowser()])
  assert.ok(app.folder, 'this test moves a session on in the database: it needs a FlowClaw of its own')
})
after(async () => { await browser?.close(); await app?.stop() })

const LOOKS = [[360, 'dark'], [390, 'light'], [1440, 'light'], [1440, 'dark']] as const
type Carried = { readonly session_id: string; readonly provider_id: string; readonly providers: readonly string[] }

/** A route of the demo merchant that was accepted, approved, screened and carried out to its last step, each by whoever may, through the API; the screens that lead there are walked elsewhere. */
async function carriedOut(scout: Page): Promise<Carried> {
  const merchant = await openAs(browser, app.url, 'merchant', '/merchant.html', 1440)
  const desk = await openDesk(scout)
  const route = await acceptedRoute(merchant.page, '185000')
  await merchant.close()
  await begun(desk, route)
  const at = `/api/route-sessions/${route.id}`
  for (;;) {
    const { steps, market_clock } = await desk.get<Execution>(`${at}/execution`)
    const step = steps.find(({ state }) => state !== 'confirmed')
    if (step === undefined) return { session_id: route.id, provider_id: steps[0]!.provider_id, providers: steps.map(({ provider_id }) => provider_id) }
    const on = `${at}/steps/${step.position}`
    const open = step.proof_kinds.filter((kind) => !step.proofs.some((proof) => proof.kind === kind))
    if (step.state === 'ready') await desk.post(`${on}/start`, { version: step.version, ...(step.rail === null ? { rail: RAIL } : {}) })
    else if (open.length > 0) await desk.post(`${on}/proofs`, { version: step.version, kind: open[0], artifact_id: await fileOf(desk, scout, route.id, open[0]!), ...matchingProof(step, open[0]!, market_clock) })
    else await desk.post(`${on}/confirm`, { version: step.version, ...(step.proof_kinds.length === 0 ? { reference: 'seen in the statement' } : {}) })
  }
}

async function open(account: Account, path: string, heading: string | RegExp, width = 1440, theme: Theme = 'light'): Promise<Watched> {
  const watched = await openAs(browser, app.url, account, `/index.html#${path}`, width, theme)
  await watched.page.getByRole('heading', { name: heading }).first().waitFor()
  await settle(watched.page)
  return watched
}
const openOutcome = (account: Account, id: string, width = 1440, theme: Theme = 'light') => open(account, `/sessions/${id}?tab=outcome`, /→/, width, theme)
const pick = async (page: Page, within: ReturnType<Page['getByRole']>, name: string, option: RegExp) => {
  await within.getByRole('combobox', { name }).first().click()
  await page.getByRole('option', { name: option }).click()
}

// Guarantee: a desk closes a session with what happened only after it saw how far each estimate would move; then predicted stands beside actual, the provider's estimate is what was
// announced, an admin takes the evidence back and the estimate is what it was; in every look the pages are sound.
test('close with what happened, see what it taught, take it back', async () => {
  const scout = await openAs(browser, app.url, 'desk', '/index.html', 1440)
  const { session_id, provider_id } = await carriedOut(scout.page)
  await scout.close()

  for (const [width, theme] of LOOKS) {
    const watched = await openOutcome('desk', session_id, width, theme)
    await watched.page.getByRole('heading', { name: 'Close with what happened' }).waitFor()
    await assertSound(watched, `the form that closes, ${width} ${theme}`)
    await watched.close()
    const provider = await open('desk', `/providers/${provider_id}`, 'Estimates', width, theme)
    await provider.page.getByRole('region', { name: 'Estimates' }).waitFor()
    await assertSound(provider, `estimates without evidence, ${width} ${theme}`)
    await provider.close()
  }

  const desk = await openOutcome('desk', session_id)
  const { page } = desk
  const record = page.getByRole('button', { name: /^Record and close/ })
  assert.match((await record.getAttribute('title'))!, /how it ended/)
  const form = page.getByRole('heading', { name: 'Close with what happened' }).locator('..')
  await pick(page, form, 'Result', /^Completed/)
  await form.getByLabel(/^Received/).fill('180,000.00')
  await form.getByLabel('Arrived, day').fill('2026-10-20')
  await form.getByLabel(/^Time it arrived/).fill('15:30')
  const first = form.getByRole('group', { name: /^Step 1/ })
  await pick(page, first, 'Filled', /^In parts/)
  assert.match((await record.getAttribute('title'))!, /See what it records first/)
  await form.getByRole('button', { name: 'See what this records' }).click()
  const consequence = page.getByRole('status').filter({ hasText: 'If you record this' })
  await consequence.getByText(/The session ends as completed/).waitFor()
  await consequence.getByText(/trust moves 0\.\d{3} → 0\.\d{3} \(n 0 → 1\)/).first().waitFor()
  await assertSound(desk, 'what recording would do')
  // A change afterwards asks for another look.
  await form.getByLabel(/^Received/).fill('181,000.00')
  assert.match((await record.getAttribute('title'))!, /See what it records first/)
  await form.getByRole('button', { name: 'See what this records' }).click()
  await consequence.getByText(/The session ends as completed/).waitFor()
  const announced = /liquidity moves (0\.\d{3}) → (0\.\d{3})/.exec((await consequence.innerText()))!
  assert.ok(announced)
  await record.click()
  await form.waitFor({ state: 'detached' })
  await page.getByText(/ of 100$/).waitFor()
  await settle(page)
  await page.getByRole('region', { name: 'Predicted and actual' }).getByText('181,000.00').waitFor()
  await assertSound(desk, 'predicted beside actual')
  await desk.close()

  for (const [width, theme] of LOOKS) {
    const watched = await openOutcome('admin', session_id, width, theme)
    await watched.page.getByRole('region', { name: 'Predicted and actual' }).waitFor()
    await assertSound(watched, `an outcome, ${width} ${theme}`)
    await watched.close()
    const provider = await open('desk', `/providers/${provider_id}`, 'Estimates', width, theme)
    await provider.page.getByRole('region', { name: 'Outcomes that moved them' }).waitFor()
    const back = provider.page.getByRole('button', { name: /^Take back/ }).first()
    assert.deepEqual([await back.getAttribute('aria-disabled'), await back.getAttribute('title')], ['true', 'A Platform Admin takes evidence back.'])
    await assertSound(provider, `estimates with evidence, ${width} ${theme}`)
    await provider.close()
  }

  const admin = await open('admin', `/providers/${provider_id}`, 'Estimates')
  const estimates = admin.page.getByRole('region', { name: 'Estimates' })
  const moved = admin.page.getByRole('region', { name: 'Outcomes that moved them' })
  const trust = estimates.getByRole('row').filter({ hasText: 'Trust' })
  const now = () => trust.getByRole('cell').nth(4).innerText()
  const [began, after_one] = [(await trust.getByRole('cell').nth(1).innerText()).split(' ')[0], await now()]
  assert.notEqual(after_one, began)
  await moved.getByRole('button', { name: /^Take back Trust of/ }).click()
  const dialog = admin.page.getByRole('dialog', { name: /^Take back what/ })
  await pick(admin.page, dialog, 'Why', /^It was not the provider/)
  await assertSound(admin, 'take evidence back')
  await dialog.getByRole('button', { name: 'Take it back' }).click()
  await dialog.waitFor({ state: 'detached' })
  await moved.getByText('Taken back', { exact: true }).waitFor()
  assert.equal((await now()).split(' ')[0], began)
  await assertSound(admin, 'evidence that was taken back')
  await admin.close()
})
