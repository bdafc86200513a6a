/** A page that writes down what a person would not notice: console errors, CSP violations, failed scripts. */
import { AxeBuilder } from '@axe-core/playwright'
import assert from 'node:assert/strict'
import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core'

export type Theme = 'light' | 'dark'
export type Account = 'merchant' | 'desk' | 'colleague' | 'admin' | 'agent'
export type Watched = { readonly page: Page; readonly troubles: string[]; readonly close: () => Promise<void> }

/**
 * The browser prints a line for every answer that is not a success. Four are asked for on purpose: a session that has ended, an invoice
 * that was sent before, a route that is not there, and a file that is refused.
 */
const EXPECTED = [/401 .*\/api\/portal\/session$/, /409 .*\/api\/route-sessions$/, /400 .*\/api\/artifacts$/, /404 .*\/api\/route-sessions\/00000000-0000-4000-8000-000000000000$/]

/** A fresh context: no cookies, no storage, the given width and colour scheme, no motion. */
export async function openPage(browser: Browser, url: string, width: number, theme: Theme = 'light', storageState?: State): Promise<Watched> {
  const context = await browser.newContext({
    baseURL: url, viewport: { width, height: width < 600 ? 844 : 900 }, colorScheme: theme, reducedMotion: 'reduce', locale: 'en-GB',
    permissions: ['clipboard-read', 'clipboard-write'], ...(storageState ? { storageState } : {}),
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const open = new Set<Request>()
  loading.set(page, open)
  // The stream of changes is open for as long as the page is.
  page.on('request', (request) => { if (!request.url().includes('/api/events')) open.add(request) })
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(`script: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    const text = `${message.text()} ${message.location().url}`
    if (!EXPECTED.some((each) => each.test(text))) troubles.push(`console: ${text}`)
  })
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`))
  })
  return { page, troubles, close: () => context.close() }
}

/** Signs in by the form with a demo account, the way a person does on first sight. */
export async function signIn(page: Page, account: Account, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('button', { name: new RegExp(`${account}@`) }).click()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: /^Sign in to/ }).waitFor({ state: 'detached' })
  await settle(page)
}

type State = NonNullable<BrowserContextOptions['storageState']>
const signedIn = new Map<string, { readonly state: State; readonly at: number }>()
/** A little less than the five minutes for which a sign-in proves who it is. */
const KEPT_MS = 4 * 60_000

/** A fresh context on a page, already signed in: an account signs in by the form once in a while, and its cookies are given to every later context. */
export async function openAs(browser: Browser, url: string, account: Account | null, path: string, width: number, theme: Theme = 'light'): Promise<Watched> {
  const key = `${url} ${account}`
  const kept = signedIn.get(key)
  if (account !== null && (kept === undefined || performance.now() - kept.at > KEPT_MS)) {
    const first = await openPage(browser, url, width)
    await signIn(first.page, account, path)
    // The cookies alone: what the page stored belongs to one context.
    signedIn.set(key, { state: { cookies: await first.page.context().cookies(), origins: [] }, at: performance.now() })
    await first.close()
  }
  const watched = await openPage(browser, url, width, theme, account === null ? undefined : signedIn.get(key)!.state)
  await watched.page.goto(path)
  await settle(watched.page)
  return watched
}

const loading = new WeakMap<Page, Set<Request>>()
const QUIET_MS = 60

/** Waits until nothing is loading any more. Playwright's own "networkidle" is half a second each time, and a run has hundreds. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('load')
  const open = loading.get(page)!
  const until = performance.now() + 15_000
  for (let quietSince = performance.now(); performance.now() - quietSince < QUIET_MS;) {
    if (open.size > 0) quietSince = performance.now()
    if (performance.now() > until) throw new Error(`the page is still loading after 15 s: ${[...open].map((request) => `${request.method()} ${request.url()}`).join(', ')}`)
    await page.waitForTimeout(15)
  }
  await page.waitForFunction(() => document.querySelector('[role="status"] .animate-pulse, .animate-pulse') === null)
  await page.evaluate(() => document.fonts.ready)
}

/** Without axe violation, console error, CSP violation, sideways overflow or cut text, and every control big enough to press. */
export async function assertSound({ page, troubles }: Watched, where: string, { smallestTarget_px = 0, axe: withAxe = true } = {}): Promise<void> {
  const violations = withAxe ? (await new AxeBuilder({ page }).analyze()).violations : []
  assert.deepEqual(violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(', ')}`), [], `${where}: axe`)
  assert.deepEqual(await layoutTroubles(page, smallestTarget_px), [], `${where}: layout`)
  assert.deepEqual(troubles, [], `${where}: console and CSP`)
}

/** What sticks out of the page or of its own box, what a phone has to push sideways to be read, and what is too small to press. */
export function layoutTroubles(page: Page, smallestTarget_px = 0): Promise<string[]> {
  return page.evaluate((smallest) => {
    const found: string[] = []
    const root = document.documentElement
    if (root.scrollWidth > root.clientWidth) found.push(`page is ${root.scrollWidth - root.clientWidth} px too wide`)
    const words = (element: Element) => `${element.tagName.toLowerCase()} "${(element.textContent ?? '').trim().slice(0, 40)}"`
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const box = element.getBoundingClientRect()
      if (box.width === 0 || box.height === 0 || element.closest('.sr-only, [aria-hidden="true"]')) continue
      const style = getComputedStyle(element)
      if (element.childElementCount === 0 && style.overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1) found.push(`cut: ${words(element)}`)
      // On a phone what scrolls sideways hides its last column, which is where a table says why. A strip of tabs or views may scroll: the next one shows that there is more.
      if (innerWidth < 768 && (style.overflowX === 'auto' || style.overflowX === 'scroll') && element.scrollWidth > element.clientWidth + 1 && !element.matches('nav, [role="tablist"], input, textarea')) {
        found.push(`${element.scrollWidth - element.clientWidth} px to scroll sideways: ${element.getAttribute('aria-label') ?? words(element)}`)
      }
      const isControl = element.matches('button, a[href], input, select, textarea, [role="radio"], [role="checkbox"], [role="tab"]')
      if (isControl) {
        for (let outer = element.parentElement; outer; outer = outer.parentElement) {
          const clips = getComputedStyle(outer).overflowX
          if ((clips === 'hidden' || clips === 'clip') && box.right > outer.getBoundingClientRect().right + 1) { found.push(`clipped: ${words(element)}`); break }
          if (clips === 'auto' || clips === 'scroll') break
        }
      }
      // A box inside its label is pressed by the label; a link in running text is as high as its line.
      const target = element.closest('label')?.getBoundingClientRect() ?? box
      if (smallest > 0 && isControl && style.position !== 'fixed' && !element.matches('p a, [tabindex="-1"]') && element.getClientRects().length > 0 && target.height < smallest - 0.5) found.push(`${Math.round(target.height)} px high: ${words(element)}`)
    }
    return found
  }, smallestTarget_px)
}

/** An API call as the signed-in page itself makes it, for setting a scene. */
export async function callApi<T>(page: Page, method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<{ status: number; body: T }> {
  return page.evaluate(async ({ method, path, body }) => {
    const session = (await (await fetch('/api/portal/session')).json()) as { csrf_token: string }
    const response = await fetch(path, {
      method,
      ...(method !== 'GET' ? { headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf_token, 'idempotency-key': crypto.randomUUID() }, body: JSON.stringify(body ?? {}) } : {}),
    })
    return { status: response.status, body: await response.json() as never }
  }, { method, path, body })
}
