// Rules of approval changed by two Platform Admins, on a FlowClaw of its own: they count for every session of the company.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { DeskRouteSession } from '#contracts/api/route-sessions.ts'
import { ALL_PAPERS } from '#api/testing/executions.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { assertSound, callApi, openAs, openPage, settle, type Account, type Theme, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

const PAGE = '/index.html#/approval-rules'
const LOOKS = [[360, 'dark'], [390, 'light'], [1440, 'light'], [1440, 'dark']] as const
const SECOND = { email: 'second.admin@demo.flowclaw.example', name: 'C. Danjuma', password: 'a long enough password of a second admin' }

/** A second Platform Admin, invited by the first one and signed in by the form. */
async function secondAdmin(width: number, theme: Theme): Promise<Watched> {
  const watched = await openPage(browser, app.url, width, theme)
  const { page } = watched
  await page.goto(PAGE)
  await page.getByLabel('Email').fill(SECOND.email)
  await page.getByLabel('Password', { exact: true }).fill(SECOND.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Approval rules' }).waitFor()
  await settle(page)
  return watched
}
async function invite(): Promise<void> {
  const { page, close } = await openAs(browser, app.url, 'admin', '/index.html', 1440)
  const made = await callApi<{ link: string }>(page, 'POST', '/api/members/invitations', { email: SECOND.email, display_name: SECOND.name, role: 'platform_admin' })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  await close()
  const link = new URL(made.body.link, app.url)
  const joining = await openPage(browser, app.url, 1440)
  await joining.page.goto(link.pathname + link.hash)
  await joining.page.getByLabel('Password', { exact: true }).fill(SECOND.password)
  await joining.page.getByRole('button', { name: 'Accept the invitation' }).click()
  await joining.page.getByRole('heading', { name: /^Sign in to/ }).waitFor()
  await joining.close()
}

async function openRules(account: Account, width = 1440, theme: Theme = 'light'): Promise<Watched> {
  const watched = await openAs(browser, app.url, account, PAGE, width, theme)
  await watched.page.getByRole('heading', { name: 'In force' }).waitFor()
  await settle(watched.page)
  return watched
}

async function call<T>(account: Account, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const { page, close } = await openAs(browser, app.url, account, account === 'merchant' ? '/merchant.html' : '/index.html', 1440)
  const { status, body: answer } = await callApi<T>(page, method, path, body)
  await close()
  assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(answer)}`)
  return answer
}

/** A session of the demo's merchant for about USD 26,000, accepted by the merchant itself. */
async function accepted(): Promise<DeskRouteSession> {
  const { items } = await call<{ items: { id: string; description: string }[] }>('desk', 'GET', '/api/route-sessions?view=all&limit=100')
  const model = await call<DeskRouteSession>('desk', 'GET', `/api/route-sessions/${items.find(({ description }) => description.includes('phone accessories'))!.id}`)
  const made = await call<DeskRouteSession>('merchant', 'POST', '/api/route-sessions', {
    supplier_id: model.supplier.id, corridor_id: 'ng-cn', amount: { side: 'supplier_receives', value: '185000', currency: 'CNY' }, needed_by: '2026-11-20T17:00:00+08:00', hard_deadline: false, purpose: 'goods', goods: model.intent.goods,
    invoice: { number: `E2E-${randomUUID().slice(0, 8)}`, currency: 'CNY', account_count: 1 }, documents_available: [...ALL_PAPERS, 'BENEFICIARY_BIC', 'SUPPLIER_CONTRACT'], preference: model.intent.preference, funding: model.intent.funding,
  })
  await call('merchant', 'POST', `/api/route-sessions/${made.id}/accept`, { version: made.version })
  return call('desk', 'GET', `/api/route-sessions/${made.id}`)
}
const approve = ({ id, version }: DeskRouteSession) => call<DeskRouteSession>('desk', 'POST', `/api/route-sessions/${id}/approve`, { version, content_version: 1, reason_code: 'best_score_ready' })

const rule = (page: Page, number: number) => page.getByRole('group', { name: `Rule ${number}`, exact: true })
async function pick(page: Page, within: ReturnType<typeof rule>, name: string, option: RegExp): Promise<void> {
  await within.getByRole('combobox', { name }).click()
  await page.getByRole('option', { name: option }).click()
}
/** A button that cannot be pressed says why behind its name. */
const disabled = (page: Page, name: string) => page.getByRole('button', { name: new RegExp(`^${name}`) }).getAttribute('aria-disabled')

// Guarantee: with one Platform Admin nobody can propose and the page says why; with two, one proposes by a form, sees what would change in sentences and cannot confirm; the other one confirms on a phone; from then on a session above the new amount asks for two approvals and one that was approved before waits for a second; every look is sound.
test('approval rules are changed by two people', async () => {
  const before = await approve(await accepted())
  assert.deepEqual([before.state, before.approval.required], ['approved', 1])

  const alone = await openRules('admin')
  await alone.page.getByText('Your company has one Platform Admin', { exact: false }).waitFor()
  assert.equal(await disabled(alone.page, 'Propose other rules'), 'true')
  await alone.page.getByText('Two people approve when more than USD 50,000 is sent.').waitFor()
  await assertSound(alone, 'one admin alone')
  await alone.close()
  await invite()

  for (const [width, theme] of LOOKS) {
    const reader = await openRules('desk', width, theme)
    assert.equal(await disabled(reader.page, 'Propose other rules'), 'true')
    assert.equal(await reader.page.getByText('Holds for every company').count(), 2)
    await assertSound(reader, `the rules as the desk reads them, ${width} ${theme}`)
    await reader.close()
  }

  const first = await openRules('admin')
  const { page } = first
  await page.getByRole('button', { name: 'Propose other rules' }).click()
  await rule(page, 1).getByLabel('Sends more than').fill('twenty')
  await rule(page, 1).getByText('This is not an amount.').waitFor()
  assert.equal(await disabled(page, 'Propose the rules'), 'true')
  await rule(page, 1).getByLabel('Sends more than').fill('20,000')
  await page.getByRole('button', { name: 'Remove rule 2' }).click()
  await page.getByRole('button', { name: 'Add a rule' }).click()
  await pick(page, rule(page, 2), 'Corridor', /^GH → CN/)
  await rule(page, 2).getByLabel('Risk above').fill('7.5')
  await rule(page, 2).getByRole('checkbox', { name: 'Manual route' }).click()
  await pick(page, rule(page, 2), 'People who approve', /^Three/)
  await page.getByLabel('Why').fill('Our auditors asked for it')
  for (const [width, theme] of LOOKS) {
    await page.emulateMedia({ colorScheme: theme })
    await page.setViewportSize({ width, height: 900 })
    await page.waitForFunction((wanted) => document.documentElement.dataset['theme'] === wanted && document.getAnimations().length === 0, theme)
    await settle(page)
    await assertSound(first, `the form of rules, ${width} ${theme}`)
  }
  // The whole form by the keyboard alone from its last field on.
  await page.getByLabel('Why').focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Other rules wait for a second person' }).waitFor()
  const changes = page.getByRole('region', { name: 'What would change' })
  for (const sentence of ['Two people approve when more than USD 50,000 is sent.', 'Two people approve when more than USD 20,000 is sent.', 'In the corridor GH → CN three people approve when the route’s risk is above 7.5 % and it runs as a manual route.', 'Two people approve when the route’s risk is above 12 %.']) await changes.getByText(sentence).waitFor()
  assert.deepEqual([await disabled(page, 'Confirm'), await disabled(page, 'Reject'), await disabled(page, 'Withdraw')], ['true', 'true', null])
  await assertSound(first, 'an own proposal')
  await first.close()
  assert.equal((await accepted()).approval.required, 1, 'a proposal changes nothing')

  const second = await secondAdmin(360, 'light')
  await second.page.getByRole('heading', { name: 'Other rules wait for a second person' }).waitFor()
  await assertSound(second, 'the proposal at 360 px')
  await second.page.getByRole('button', { name: 'Confirm', exact: true }).click()
  const dialog = second.page.getByRole('dialog', { name: 'Put these rules in force?' })
  await dialog.getByText('fewer payments have a second person', { exact: false }).waitFor()
  await assertSound(second, 'confirm at 360 px')
  await dialog.getByRole('button', { name: 'Confirm', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await second.page.getByRole('region', { name: 'Sets of rules' }).getByText('Version 1').waitFor()
  await settle(second.page)
  await second.page.getByRole('list', { name: 'Rules in force' }).getByText('Two people approve when more than USD 20,000 is sent.').waitFor()
  for (const [width, theme] of LOOKS) {
    await second.page.emulateMedia({ colorScheme: theme })
    await second.page.setViewportSize({ width, height: 900 })
    await second.page.waitForFunction((wanted) => document.documentElement.dataset['theme'] === wanted && document.getAnimations().length === 0, theme)
    await settle(second.page)
    await assertSound(second, `rules in force and their history, ${width} ${theme}`)
  }
  await second.close()

  const fresh = await accepted()
  assert.deepEqual([fresh.approval.required, fresh.approval.why], [2, ['More than USD 20,000 is sent.']])
  const panel = await openAs(browser, app.url, 'desk', `/index.html#/sessions/${fresh.id}`, 1440)
  await panel.page.getByText(/More than USD 20,000 is sent\./).first().waitFor()
  await panel.page.goto(`/index.html#/sessions/${before.id}`)
  await panel.page.getByText(/The rules changed after this was agreed: 2 approvals are asked for before it is executed\./).waitFor()
  assert.equal(await panel.page.getByRole('radio', { name: /^Execute · the rules changed: 1 more approval needed/ }).getAttribute('aria-disabled'), 'true')
  await settle(panel.page)
  await assertSound(panel, 'a session approved under laxer rules')
  await panel.close()
  for (const [width, theme] of [[360, 'dark'], [1440, 'light']] as const) {
    const look = await openAs(browser, app.url, 'colleague', `/index.html#/sessions/${before.id}`, width, theme)
    await look.page.getByRole('radio', { name: /^Approve recommended · 1 of 2 given, since the rules changed/ }).waitFor()
    await settle(look.page)
    await assertSound(look, `another approval of what is approved, ${width} ${theme}`)
    if (width === 1440) {
      await look.page.keyboard.press('Control+Enter')
      await look.page.getByText('Approval recorded.', { exact: true }).waitFor()
      await settle(look.page)
      assert.equal(await look.page.getByRole('radio', { name: /^Execute/ }).getAttribute('aria-disabled'), null)
    }
    await look.close()
  }
})

// Guarantee: who proposed rules takes them back by the same page with a reason, and another admin rejects a proposal; the rules in force stay, and both stand in the history and in the audit.
test('a proposal is withdrawn, another one rejected', async () => {
  const propose = async (over_usd: string) => {
    const { in_force } = await call<{ in_force: { version: number } }>('admin', 'GET', '/api/approval-rules')
    return call('admin', 'POST', '/api/approval-rules/proposals', { base_version: in_force.version, rules: [{ id: 'large_amount', over_usd, approvals: 2 }], reason: 'to see whether it is agreed' })
  }
  await propose('90000')
  const own = await openRules('admin', 360, 'dark')
  await own.page.getByRole('button', { name: 'Withdraw', exact: true }).click()
  const dialog = own.page.getByRole('dialog', { name: 'Withdraw these rules?' })
  assert.equal(await dialog.getByRole('button', { name: /^Withdraw/ }).getAttribute('aria-disabled'), 'true')
  await dialog.getByRole('combobox', { name: 'Why' }).click()
  await own.page.getByRole('option', { name: /^It was entered wrongly/ }).click()
  await assertSound(own, 'withdraw rules')
  await dialog.getByRole('button', { name: 'Withdraw', exact: true }).click()
  await own.page.getByRole('region', { name: 'Sets of rules' }).getByText('Withdrawn').waitFor()
  await own.close()
  await propose('95000')
  const second = await secondAdmin(1440, 'dark')
  await second.page.getByRole('button', { name: 'Reject', exact: true }).click()
  await second.page.getByRole('dialog').getByRole('combobox', { name: 'Why' }).click()
  await second.page.getByRole('option', { name: /^It asks for too little/ }).click()
  await second.page.getByRole('dialog').getByRole('button', { name: 'Reject', exact: true }).click()
  await second.page.getByRole('region', { name: 'Sets of rules' }).getByText('Rejected').waitFor()
  await settle(second.page)
  await assertSound(second, 'a history with every end')
  await second.page.goto('/index.html#/audit?view=readiness')
  for (const what of [/approval rules[. ]rejected/i, /approval rules[. ]withdrawn/i, /approval rules[. ]confirmed/i]) await second.page.getByText(what).first().waitFor()
  await second.close()
})
