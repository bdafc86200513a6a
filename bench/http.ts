/**
 * Route requests over HTTP with full persistence, against the bare baseline: the same pool, the same rows, the same load, interleaved. The
 * database is a real PostgreSQL on this machine that waits for the disk at every commit.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { migrate } from '#database/index.ts'
import { makeKeyringOnce, openKeyring } from '#platform/keys/index.ts'
import { startEmbeddedPostgres } from '#tools/embedded-postgres/index.ts'
import { DEMO_ACCOUNTS, seedDemo } from '#tools/seed.ts'
import type { LoadPlan, LoadResult } from './load.ts'
import { type Figure, figure } from './measure.ts'

const CONNECTIONS = 16
const SLICES = 3
const PORT = 8_497

const once = <T>(child: ChildProcess): Promise<T> => new Promise((done, fail) => {
  child.once('message', (message) => done(message as T))
  child.once('exit', (code) => fail(new Error(`the server process ended with ${code}`)))
})

function load(plan: LoadPlan): Promise<LoadResult> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'load.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk) => { output += chunk })
    child.on('exit', (code) => (code === 0 ? done(JSON.parse(output) as LoadResult) : fail(new Error(`the load ended with ${code}`))))
    child.stdin.end(JSON.stringify(plan))
  })
}

type Total = { requests: number; elapsed_ms: number; p50_ms: number[]; p99_ms: number[] }
function add(total: Total, result: LoadResult): void {
  const others = Object.keys(result.statuses).filter((status) => status !== '201')
  if (others.length > 0) throw new Error(`answers other than 201: ${JSON.stringify(result.statuses)}`)
  total.requests += result.requests
  total.elapsed_ms += result.elapsed_ms
  total.p50_ms.push(result.p50_ms)
  total.p99_ms.push(result.p99_ms)
}
const none = (): Total => ({ requests: 0, elapsed_ms: 0, p50_ms: [], p99_ms: [] })
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length
const perSecondOf = (total: Total): number => (total.requests * 1000) / total.elapsed_ms

/** Statistics of every table that the owner has. */
async function analyze(owner_url: string): Promise<void> {
  const client = new pg.Client({ connectionString: owner_url })
  await client.connect()
  await client.query('analyze')
  await client.end()
}

/** Sums of flowclaw_route_request_part_seconds by part, in ms, and how many requests. */
async function parts(url: string): Promise<Record<string, { ms: number; count: number }>> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const found: Record<string, { ms: number; count: number }> = {}
  for (const [, kind, part, value] of text.matchAll(/^flowclaw_route_request_part_seconds_(sum|count)\{part="(\w+)"\} (\S+)$/gm)) {
    const own = (found[part!] ??= { ms: 0, count: 0 })
    if (kind === 'sum') own.ms = Number(value) * 1000
    else own.count = Number(value)
  }
  return found
}

export async function benchHttp(seconds: number, say: (line: string) => void): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'flowclaw-bench-'))
  const postgres = await startEmbeddedPostgres({ data_dir: folder })
  let server: ChildProcess | null = null
  try {
    const keyring = join(folder, 'keyring.json')
    makeKeyringOnce(keyring)
    const { appUrl, tenantKey } = await migrate({ url: postgres.url })
    await seedDemo({ owner_url: postgres.url, serving_url: appUrl, tenantKey, keyProvider: openKeyring({ file: keyring }), sessions: false })
    server = fork(join(import.meta.dirname, 'http-server.ts'), [], {
      env: { ...process.env, DATABASE_URL: appUrl, FLOWCLAW_TENANT_KEY: tenantKey, FLOWCLAW_KEYRING_FILE: keyring, FLOWCLAW_PORT: String(PORT), FLOWCLAW_ENV: 'development', FLOWCLAW_DEMO: '0', FLOWCLAW_LOG: 'error' },
    })
    const { url } = await once<{ url: string }>(server)
    const client = await signIn(url)
    const first = await client.route(`first-${PORT}`)
    const ready = once<{ bare: string }>(server)
    server.send({ sample: { tenant_id: client.tenant_id, session_id: first.id, key: first.key, answer: first.answer } })
    const bareUrl = new URL((await ready).bare)

    const route: LoadPlan = { port: PORT, path: '/api/route-sessions', headers: client.headers, body: client.body('@@'), connections: CONNECTIONS, for_ms: (seconds * 1000) / SLICES }
    const bare: LoadPlan = { ...route, port: Number(bareUrl.port), path: '/' }
    for (const plan of [route, bare]) await load({ ...plan, for_ms: Math.min(4_000, plan.for_ms) })
    // As autovacuum does within a minute: without it both sides would run the plans that PostgreSQL made for empty tables.
    await analyze(postgres.url)
    const before = await parts(url)
    const [routes, bares] = [none(), none()]
    for (let slice = 0; slice < SLICES; slice++) {
      add(routes, await load(route))
      add(bares, await load(bare))
    }
    const after = await parts(url)
    const spent = (part: string): number => ((after[part]?.ms ?? 0) - (before[part]?.ms ?? 0)) / Math.max(1, (after[part]?.count ?? 0) - (before[part]?.count ?? 0))
    // Engine and policy are one process's own work, so their wall time is service time; a closed loop's service time is 1 ÷ throughput.
    const request_ms = 1000 / perSecondOf(routes)
    const bare_ms = 1000 / perSecondOf(bares)
    const [engine, policy] = [spent('engine'), spent('policy')]
    say(`http: ${perSecondOf(routes).toFixed(0)} route requests/s (p50 ${mean(routes.p50_ms).toFixed(1)} ms, p99 ${mean(routes.p99_ms).toFixed(1)} ms), bare ${perSecondOf(bares).toFixed(0)}/s; a request takes ${request_ms.toFixed(2)} ms: engine ${engine.toFixed(2)}, policy ${policy.toFixed(2)}, rest ${(request_ms - engine - policy).toFixed(2)} against bare ${bare_ms.toFixed(2)}`)
    const baseline = 'bench/baselines/bare-insert.ts'
    return [
      figure('http.route_request.per_s', perSecondOf(routes), 'requests/s'),
      figure('http.route_request.p50_ms', mean(routes.p50_ms), `ms at ${CONNECTIONS} connections`), figure('http.route_request.p99_ms', mean(routes.p99_ms), `ms at ${CONNECTIONS} connections`),
      figure('http.route_request.service_ms', request_ms, 'ms'), figure('http.route_request.engine_ms', engine, 'ms'), figure('http.route_request.policy_ms', policy, 'ms'),
      figure('http.route_request.read_wait_ms', spent('read'), 'ms, waiting included'), figure('http.route_request.write_wait_ms', spent('write'), 'ms, waiting included'),
      figure('http.bare.per_s', perSecondOf(bares), 'requests/s'), figure('http.bare.p50_ms', mean(bares.p50_ms), 'ms'), figure('http.bare.p99_ms', mean(bares.p99_ms), 'ms'), figure('http.bare.service_ms', bare_ms, 'ms'),
      figure('http.route_request.overhead_vs_bare', (request_ms - engine - policy) / bare_ms, 'times', baseline),
      figure('http.route_request.vs_bare', request_ms / bare_ms, 'times', baseline),
    ]
  } finally {
    server?.send({ stop: true })
    if (server) await new Promise((done) => server!.once('exit', done))
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Client = { tenant_id: string; headers: Record<string, string>; body(invoice: string): string; route(invoice: string): Promise<{ id: string; key: string; answer: string }> }

/** The demo merchant with its saved supplier: the request that a merchant's page sends. */
async function signIn(url: string): Promise<Client> {
  const account = DEMO_ACCOUNTS.find(({ role }) => role === 'merchant_client')!
  const origin = { origin: url, 'content-type': 'application/json' }
  const login = await fetch(`${url}/api/auth/login`, { method: 'POST', headers: origin, body: JSON.stringify({ email: account.email, password: account.password }) })
  const cookie = login.headers.getSetCookie().map((c) => c.split(';', 1)[0]).join('; ')
  const session = await (await fetch(`${url}/api/portal/session`, { headers: { cookie } })).json() as { csrf_token: string; tenant: { id: string } }
  const suppliers = await (await fetch(`${url}/api/suppliers`, { headers: { cookie } })).json() as { items: { id: string }[] }
  const headers = { ...origin, host: new URL(url).host, cookie, 'x-csrf-token': session.csrf_token }
  const body = (invoice: string): string => JSON.stringify({
    supplier_id: suppliers.items[0]!.id, corridor_id: 'ng-cn', amount: { side: 'supplier_receives', value: '185000', currency: 'CNY' },
    needed_by: '2026-10-14T17:00:00+08:00', hard_deadline: false, purpose: 'goods', goods: { description: 'phone accessories', class: 'electrical', paid: 'deposit' },
    invoice: { number: `INV-${invoice}`, currency: 'CNY', account_count: 1 }, documents_available: ['CAC_CERT', 'TIN', 'BVN_DIRECTORS', 'PROFORMA_INVOICE'], preference: 'safest', funding: 'bank_transfer',
  })
  return {
    tenant_id: session.tenant.id, headers, body,
    async route(invoice) {
      const key = `bench-first-${invoice}`
      const response = await fetch(`${url}/api/route-sessions`, { method: 'POST', headers: { ...headers, 'idempotency-key': key }, body: body(invoice) })
      const answer = await response.text()
      if (response.status !== 201) throw new Error(`the first route request answered ${response.status}: ${answer}`)
      return { id: (JSON.parse(answer) as { id: string }).id, key, answer }
    },
  }
}
