import type { Page } from 'playwright-core'
import { callApi, settle } from './page.ts'
import type { Scene } from './scenes.ts'

type Row = { readonly id: string; readonly state: string; readonly outcome: string | null; readonly description: string; readonly corridor_id: string }

const PAGE = '/index.html'

/** A page of the console by its hash. */
export async function openConsole(page: Page, hash: string): Promise<void> {
  await page.goto(`${PAGE}#${hash}`)
  await settle(page)
}

/** The own account, by the person menu at the top right. */
export async function openConsoleAccount(page: Page): Promise<void> {
  await page.getByRole('banner').locator('button[aria-haspopup="menu"]').last().click()
  await page.getByRole('menuitem', { name: 'Account' }).click()
}

/** A demo session that fits, as the API lists it. */
export async function sessionWhere(page: Page, fits: (row: Row) => boolean): Promise<Row> {
  const rows = (await callApi<{ items: Row[] }>(page, 'GET', '/api/route-sessions?view=all&limit=100')).body.items
  const found = rows.find(fits)
  if (!found) throw new Error(`no demo session fits: ${rows.map((row) => row.description).join('; ')}`)
  return found
}

/** The demo session with a ready route of two legs and hundreds of refusals. */
export const readySession = (page: Page): Promise<Row> => sessionWhere(page, (row) => row.description.includes('blister'))
/** A demo session that no route leads from. */
export const noRouteSession = (page: Page): Promise<Row> => sessionWhere(page, (row) => row.state === 'no_route' && row.corridor_id === 'ng-cn')

const plain = (name: string, hash: string, account: 'desk' | 'admin' = 'desk'): Scene => ({ name: `console-${name}`, account, page: PAGE, go: (page) => openConsole(page, hash) })
const ofReady = (name: string, search: string): Scene => ({ name: `console-${name}`, account: 'desk', page: PAGE, go: async (page) => openConsole(page, `/sessions/${(await readySession(page)).id}${search}`) })

/** Every page and main state of the operator console. */
export const consoleScenes: readonly Scene[] = [
  { name: 'console-sign-in', account: null, page: PAGE, go: async (page) => { await page.goto(PAGE); await settle(page) } },
  plain('queue', '/'),
  plain('queue-filtered', '/?q=no-such-session'),
  plain('queue-done', '/?view=done'),
  plain('artifacts', '/artifacts'),
  plain('privacy-requests', '/privacy-requests', 'admin'),
  plain('queue-admin', '/', 'admin'),
  plain('sessions', '/sessions'),
  plain('request', '/request'),
  ofReady('workbench', ''),
  ofReady('workbench-open', '?candidate=r45-7'),
  ofReady('why-not', '?tab=why_not'),
  {
    name: 'console-why-not-open', account: 'desk', page: PAGE,
    go: async (page) => {
      await openConsole(page, `/sessions/${(await readySession(page)).id}?tab=why_not&status=refused`)
      await page.getByRole('tabpanel').getByRole('button', { name: / › /, expanded: false }).first().click()
      await page.getByRole('region', { name: 'Legs with price and time' }).waitFor()
    },
  },
  ofReady('documents', '?tab=documents'),
  ofReady('timeline', '?tab=timeline'),
  ofReady('merchant-sees', '?tab=merchant'),
  ofReady('record', '?tab=record'),
  ofReady('outcome', '?tab=outcome'),
  { name: 'console-no-route', account: 'desk', page: PAGE, go: async (page) => openConsole(page, `/sessions/${(await noRouteSession(page)).id}`) },
  {
    name: 'console-provenance', account: 'desk', page: PAGE,
    go: async (page) => {
      await openConsole(page, `/sessions/${(await readySession(page)).id}`)
      await page.getByRole('region', { name: 'Recommended' }).getByRole('button', { name: /bps/ }).first().click()
      await page.getByRole('dialog').getByText('variable fee').waitFor()
      await settle(page)
    },
  },
  { name: 'console-keys', account: 'desk', page: PAGE, go: async (page) => { await openConsole(page, '/'); await page.keyboard.press('?'); await page.getByRole('dialog').waitFor() } },
  { name: 'console-jump', account: 'desk', page: PAGE, go: async (page) => { await openConsole(page, '/'); await page.keyboard.press('Control+k'); await page.getByRole('dialog').getByRole('option').first().waitFor() } },
  plain('merchants', '/merchants', 'admin'),
  { name: 'console-merchant-add', account: 'admin', page: PAGE, go: async (page) => { await openConsole(page, '/merchants'); await page.getByRole('button', { name: 'Add a merchant' }).click(); await page.getByRole('dialog').waitFor() } },
  plain('suppliers', '/suppliers'),
  plain('suppliers-none-fits', '/suppliers?q=no-such-supplier'),
  {
    name: 'console-supplier', account: 'desk', page: PAGE,
    go: async (page) => { await openConsole(page, '/suppliers'); await page.getByRole('region', { name: 'Suppliers' }).getByRole('link').first().click(); await page.getByRole('heading', { name: 'Where it is paid' }).waitFor() },
  },
  { name: 'console-supplier-add', account: 'desk', page: PAGE, go: async (page) => { await openConsole(page, '/suppliers'); await page.getByRole('button', { name: 'Add a supplier' }).click(); await page.getByRole('dialog').waitFor() } },
  plain('providers', '/providers'),
  plain('provider', '/providers/ng-bank-official-fx'),
  plain('corridors', '/corridors'),
  plain('corridor', '/corridors/ng-cn?tab=rules'),
  plain('data', '/data'),
  { name: 'console-data-import', account: 'admin', page: PAGE, go: async (page) => { await openConsole(page, '/data'); await page.getByRole('button', { name: 'Import files' }).click() } },
  plain('desk-fees', '/desk-fees'),
  plain('audit', '/audit', 'admin'),
  plain('audit-view', '/audit?view=readiness', 'admin'),
  plain('audit-desk', '/audit'),
  plain('audit-none', '/audit?id=no-such-thing&from=2026-09-29', 'admin'),
  {
    name: 'console-audit-verified', account: 'admin', page: PAGE,
    go: async (page) => { await openConsole(page, '/audit'); await page.getByRole('button', { name: 'Verify the chain' }).click(); await page.getByText('The chain holds').waitFor() },
  },
  { name: 'console-desk-fee-change', account: 'admin', page: PAGE, go: async (page) => { await openConsole(page, '/desk-fees'); await page.getByRole('button', { name: 'Set a fee' }).click(); await page.getByRole('dialog').waitFor() } },
  {
    name: 'console-account', account: 'desk', page: PAGE,
    go: async (page) => {
      await openConsole(page, '/')
      await openConsoleAccount(page)
      await page.getByRole('dialog', { name: 'Account' }).getByText('This browser').waitFor()
      await settle(page)
    },
  },
  { name: 'console-market-clock', account: 'admin', page: PAGE, go: async (page) => { await openConsole(page, '/'); await page.getByRole('button', { name: /Move the market clock/ }).click(); await page.getByRole('dialog').waitFor() } },
]
