/** A merchant's route while it is carried out, brought there by the desk through the API. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { Execution } from '#contracts/api/execution.ts'
import { pdfOf, pngOf } from '#api/testing/forms.ts'
import { answerPrivacy, companySupplier, requestBody } from './merchant-scenes.ts'
import { callApi, openAs, settle } from './page.ts'
import type { Scene } from './scenes.ts'

const PAGE = '/merchant.html'
const PAPERS = [
  'CAC_CERT', 'TIN', 'BVN_DIRECTORS', 'FORM_M_VALID_FX', 'PROFORMA_INVOICE', 'INSURANCE_110', 'SONCAP_OR_PERMIT', 'COMMERCIAL_INVOICE_OR_PO', 'RMB_PURPOSE_CODE', 'SUPPLIER_MAINLAND_CORPORATE_ACCOUNT', 'SUPPLIER_BUSINESS_LICENSE',
]
const RAIL = { owner: 'merchant', account_label: 'Naira account, Marina branch' }

type Known = { readonly id: string; readonly version: number }
export type Desk = {
  readonly post: <T>(path: string, body: unknown) => Promise<T>
  readonly get: <T>(path: string) => Promise<T>
  readonly close: () => Promise<void>
}

/** The desk, calling the API from a page of its own. */
export async function openDesk(page: Page): Promise<Desk> {
  const watched = await openAs(page.context().browser()!, new URL(page.url()).origin, 'desk', '/index.html', 1440)
  const call = async <T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> => {
    const { status, body: answered } = await callApi<T>(watched.page, method, path, body)
    assert.ok(status < 300, `${path}: ${status} ${JSON.stringify(answered)}`)
    return answered
  }
  return { post: (path, body) => call('POST', path, body), get: (path) => call('GET', path), close: watched.close }
}

/** A route that its merchant asked for, with every paper at hand. */
export const askedRoute = async (page: Page, amount: string): Promise<Known> =>
  (await callApi<Known>(page, 'POST', '/api/route-sessions', { ...requestBody(await companySupplier(page), amount), documents_available: PAPERS })).body
/** The same, and it accepted it. */
export async function acceptedRoute(page: Page, amount: string): Promise<Known> {
  const made = await askedRoute(page, amount)
  return (await callApi<Known>(page, 'POST', `/api/route-sessions/${made.id}/accept`, { version: made.version })).body
}
/** The desk approves and executes it, and opens its first step. */
export async function begun(desk: Desk, { id, version }: Known, mode?: string): Promise<void> {
  const approved = await desk.post<Known>(`/api/route-sessions/${id}/approve`, { version, content_version: 1, reason_code: 'best_score_ready' })
  const { standing } = await desk.get<{ standing: { required: string[] } }>(`/api/route-sessions/${id}/screenings`)
  for (const subject of standing.required) await desk.post(`/api/route-sessions/${id}/screenings`, { subject, result: 'no_hit', list_name: 'UN Consolidated List', list_date: '2026-09-29' })
  await desk.post(`/api/route-sessions/${id}/execute`, { version: approved.version, ...(mode === undefined ? {} : { mode }) })
  await desk.post(`/api/route-sessions/${id}/steps/1/start`, { version: 1, rail: RAIL })
}
/** Reads the newest file that the merchant sent into a proof of the first step, as the instruction has it. */
export async function readIntoProof(desk: Desk, id: string): Promise<Execution> {
  const { items: [file] } = await desk.get<{ items: { id: string; kind: string; state: string }[] }>(`/api/artifacts?session_id=${id}&class=merchant`)
  const { steps: [step], market_clock } = await desk.get<Execution>(`/api/route-sessions/${id}/execution`)
  const { payee, account_masked, charges } = step!.instruction
  return desk.post<Execution>(`/api/route-sessions/${id}/steps/1/proofs`, {
    version: step!.version, kind: file!.kind, artifact_id: file!.id, money: step!.money_in, happened_at: market_clock, payee, account_last4: account_masked!.slice(-4), reference: step!.reference, charges,
  })
}
/** A file of the session that has passed its check. */
export async function fileOf(desk: Desk, page: Page, session_id: string, kind: string): Promise<string> {
  const id = await page.evaluate(async ({ session_id, kind, text }) => {
    const { csrf_token } = (await (await fetch('/api/portal/session')).json()) as { csrf_token: string }
    const form = new FormData()
    for (const [name, value] of Object.entries({ class: 'desk', kind, session_id })) form.append(name, value)
    form.append('file', new File([text], 'proof.pdf', { type: 'application/pdf' }))
    const sent = await fetch('/api/artifacts', { method: 'POST', headers: { 'x-csrf-token': csrf_token, 'idempotency-key': crypto.randomUUID() }, body: form })
    return ((await sent.json()) as { id: string }).id
  }, { session_id, kind, text: pdfOf(`${kind} of ${session_id}`).toString('latin1') })
  while ((await desk.get<{ state: string }>(`/api/artifacts/${id}`)).state === 'quarantined') await page.waitForTimeout(250)
  return id
}
export const RECEIPT = { name: 'IMG_2041.png', mimeType: 'image/png', buffer: pngOf(320, 200) }

export async function openRoute(page: Page, id: string): Promise<void> {
  await answerPrivacy(page)
  await page.goto(`${PAGE}#/routes/${id}`)
  await settle(page)
}

const kept = new Map<string, Promise<string>>()
/** The same route each time a run asks for it. */
const scene = (name: string, amount: string, make: (desk: Desk, route: Known) => Promise<unknown>): Scene => ({
  name, account: 'merchant', page: PAGE, go: async (page) => {
    if (!kept.has(name)) kept.set(name, (async () => {
      const [desk, route] = [await openDesk(page), await acceptedRoute(page, amount)]
      await make(desk, route)
      await desk.close()
      return route.id
    })())
    await openRoute(page, await kept.get(name)!)
  },
})

export const trackingScenes: readonly Scene[] = [
  scene('merchant-tracking-approved', '91000', (desk, { id, version }) => desk.post(`/api/route-sessions/${id}/approve`, { version, content_version: 1, reason_code: 'best_score_ready' })),
  scene('merchant-tracking-pay', '92000', (desk, route) => begun(desk, route)),
  scene('merchant-tracking-paused', '93000', async (desk, route) => {
    await begun(desk, route)
    const { version } = await desk.get<Known>(`/api/route-sessions/${route.id}`)
    await desk.post(`/api/route-sessions/${route.id}/pause`, { version, reason_code: 'provider_outage' })
  }),
  scene('merchant-tracking-practice', '94000', (desk, route) => begun(desk, route, 'simulation')),
  scene('merchant-tracking-rejected', '95000', (desk, { id, version }) => desk.post(`/api/route-sessions/${id}/reject`, { version, reason_code: 'papers_missing' })),
  scene('merchant-tracking-new-offer', '97000', async (desk, { id, version }) => {
    const { alternatives, recommended } = await desk.get<{ alternatives: { id: string }[]; recommended: { id: string } }>(`/api/route-sessions/${id}`)
    await desk.post(`/api/route-sessions/${id}/offer`, { version, candidate_id: alternatives.find((one) => one.id !== recommended.id)!.id, reason_code: 'safer_for_this_amount' })
  }),
]
