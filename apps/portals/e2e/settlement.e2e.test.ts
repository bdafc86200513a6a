// Closing a session and what it teaches, on a FlowClaw of its own: outcomes move estimates, which other tests would notice.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import type { Browser, Page } from 'playwright-core'
import { migrate } from '#database/index.ts'
import { signedContext } from '#database/transactions.ts'
import { runningOwnerUrl } from '#tools/embedded-postgres/running.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
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

/** A session of the demo tenant that was recommended a route, put into execution past the screens that lead there. */
async function carriedOut(page: Page): Promise<Carried> {
  const found = await page.evaluate(async () => {
    const read = async (path: string) => (await fetch(path)).json()
    const portal = await read('/api/portal/session') as { user: { id: string }; tenant: { id: string } }
    for (const { id } of (await read('/api/route-sessions?view=open&limit=100') as { items: { id: string }[] }).items) {
      const session = await read(`/api/route-sessions/${id}`) as { state: string; version: number; payee_details: string; recommended: { hops: { provider_id: string }[] } | null }
      if (session.state === 'recommended' && session.payee_details === 'confirmed' && session.recommended !== null && session.recommended.hops.length > 1) {
        return { id, version: session.version, providers: session.recommended.hops.map(({ provider_id }) => provider_id), user_id: portal.user.id, tenant_id: portal.tenant.id }
      }
    }
    throw new Error('the demo has no recommended route of two steps')
  })
  const url = runningOwnerUrl(app.folder!)
  assert.ok(url)
  const { tenantKey } = await migrate({ url })
  const owner = new pg.Client({ connectionString: url })
  await owner.connect()
  try {
    await owner.query('begin')
    await owner.query("select set_config('fc.tenant', $1, true)", [signedContext({ tenantKey: Buffer.from(tenantKey, 'base64url'), now: Date.now }, found.tenant_id)])
    for (const [i, [from, to]] of [['recommended', 'accepted'], ['accepted', 'approved'], ['approved', 'executing']].entries()) {
      await owner.query("insert into route_session_transitions (tenant_id, session_id, seq, from_state, to_state, market_clock, user_id, role) values ($1, $2, $3, $4, $5, '2026-09-29T09:00:00+01:00', $6, 'desk_operator')",
        [found.tenant_id, found.id, found.version + 1 + i, from, to, found.user_id])
    }
    await owner.query("update route_sessions set version = $3, state = 'executing' where tenant_id = $1 and id = $2", [found.tenant_id, found.id, found.version + 3])
    await owner.query('commit')
  } finally {
    await owner.end()
  }
  return { session_id: found.id, provider_id: found.providers[0]!, providers: found.providers }
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
