// A simulated session played on the desk's screen from its start to its outcome, on a FlowClaw of its own.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { DeskRouteSession } from '#contracts/api/route-sessions.ts'
import type { SessionOutcome } from '../api/types.ts'
import type { SimulationRun } from '#contracts/api/simulation.ts'
import { ALL_PAPERS } from '#api/testing/executions.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { assertSound, callApi, openAs, settle, type Account, type Theme, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
after(async () => { await browser?.close(); await app?.stop() })

type Session = Pick<DeskRouteSession, 'id' | 'version' | 'state' | 'intent' | 'supplier'>
const LOOKS = [[360, 'dark'], [390, 'light'], [1440, 'light'], [1440, 'dark']] as const

async function api<T>(account: Account, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const { page, close } = await openAs(browser, app.url, account, account === 'merchant' ? '/merchant.html' : '/index.html', 1440)
  const { status, body: answer } = await callApi<T>(page, method, path, body)
  await close()
  assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(answer)}`)
  return answer
}

/** Asked for and accepted by the merchant, approved and executed in simulation by the desk, with nothing played. */
async function executedInSimulation(seed: string): Promise<string> {
  const { items } = await api<{ items: { id: string; description: string }[] }>('desk', 'GET', '/api/route-sessions?view=all&limit=100')
  const model = await api<Session>('desk', 'GET', `/api/route-sessions/${items.find(({ description }) => description.includes('phone accessories'))!.id}`)
  const { intent } = model
  const made = await api<Session>('merchant', 'POST', '/api/route-sessions', {
    supplier_id: model.supplier.id, corridor_id: 'ng-cn', amount: { side: 'supplier_receives', value: '185000', currency: 'CNY' }, needed_by: '2026-11-20T17:00:00+08:00', hard_deadline: false, purpose: 'goods', goods: intent.goods,
    invoice: { number: `E2E-${randomUUID().slice(0, 8)}`, currency: 'CNY', account_count: 1 }, documents_available: [...ALL_PAPERS, 'BENEFICIARY_BIC', 'SUPPLIER_CONTRACT'], preference: intent.preference, funding: intent.funding,
  })
  const at = `/api/route-sessions/${made.id}`
  const accepted = await api<Session>('merchant', 'POST', `${at}/accept`, { version: made.version })
  const approved = await api<Session>('desk', 'POST', `${at}/approve`, { version: accepted.version, content_version: 1, reason_code: 'best_score_ready' })
  const executed = await api<Session>('desk', 'POST', `${at}/execute`, { version: approved.version, mode: 'simulation', seed })
  assert.equal(executed.state, 'executing')
  return made.id
}

const player = (page: Page) => page.locator('section').filter({ has: page.getByRole('heading', { name: 'Simulation', exact: true }) })
async function open(id: string, width = 1440, theme: Theme = 'light'): Promise<Watched> {
  const watched = await openAs(browser, app.url, 'desk', `/index.html#/sessions/${id}`, width, theme)
  await player(watched.page).getByText(/Seed/).waitFor()
  await settle(watched.page)
  return watched
}

// Guarantee (journey): a desk plays an accepted route in simulation from its start to its outcome and closes it with that, by the screen alone; nothing is told before it happened.
test('simulation from start to outcome', async () => {
  const id = await executedInSimulation('harmattan')
  const watched = await open(id)
  const { page } = watched
  const card = player(page)
  await card.getByText('Simulation — nothing real happens').waitFor()
  await card.getByText('Nothing has happened yet.').waitFor()
  await card.getByRole('button', { name: 'Step' }).click()
  await card.getByText('The route begins').waitFor()
  await card.getByText(/^1 event\./).waitFor()
  await card.getByRole('button', { name: 'Play' }).click()
  await card.getByText(/^[3-9] events\./).waitFor()
  await card.getByRole('button', { name: 'Stop', exact: true }).click()
  await card.getByRole('button', { name: 'Play' }).waitFor()
  await settle(page)
  const stopped = await api<SimulationRun>('desk', 'GET', `/api/route-sessions/${id}/simulation`)
  assert.ok(stopped.played_to >= 3 && !stopped.finished && stopped.outcome === null)
  await card.getByRole('button', { name: 'To the end' }).click()
  await card.getByText(/played to the end/).waitFor()
  await settle(page)
  await assertSound(watched, 'a simulation that was played')
  for (const [width, theme] of LOOKS) {
    const look = await open(id, width, theme)
    await assertSound(look, `the player, ${width} ${theme}`)
    await look.close()
  }
  await card.getByRole('button', { name: 'Close with the simulated outcome' }).click()
  await page.getByRole('tab', { name: 'Outcome', selected: true }).waitFor()
  await page.getByText('A simulation teaches nothing about a provider.').first().waitFor()
  await assertSound(watched, 'the outcome of a simulation')
  const run = await api<SimulationRun>('desk', 'GET', `/api/route-sessions/${id}/simulation`)
  const closed = await api<SessionOutcome>('desk', 'GET', `/api/route-sessions/${id}/outcome`)
  assert.deepEqual([closed.simulation, closed.outcome!.result, closed.outcome!.received], [true, run.outcome!.result, run.outcome!.received ?? null])
  assert.deepEqual(watched.troubles, [])
  await watched.close()
})
