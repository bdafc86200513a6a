/**
 * A small world for the API's tests: two Operator Companies on the real corridor data, each with the four roles, merchants, suppliers and
 * an app over a database of its own. Sessions are put straight into the database, so that only the tests of sign-in pay for its hash.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { brotliCompressSync, constants } from 'node:zlib'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Pool, PoolClient } from 'pg'
import { ROLES, type Role } from '#contracts/roles.ts'
import type { RouteRequestBody } from '#contracts/api/route-sessions.ts'
import { newId, type Database } from '#database/index.ts'
import { createArtifacts, type ArtifactOptions, type Artifacts } from '#platform/artifacts/index.ts'
import { openLocalStore, openSpool } from '#platform/storage/index.ts'
import { createTenantKeys, sealBankDetails } from '#platform/keys/index.ts'
import { compileSnapshot, parseDataset } from '#orchestrator/index.ts'
import { createSnapshotCache, type SnapshotCache } from '#orchestrator/snapshot-cache.ts'
import type { RateLimits } from '#platform/rate-limits/index.ts'
import { newApiKey } from '#platform/auth/index.ts'
import { programScopesOf } from '#platform/roles/index.ts'
import { openPolicy } from '#policy/index.ts'
import { checkpointKeysOf, createCheckpoints, newCheckpointKey } from '#platform/checkpoints/index.ts'
import { createLive } from '#platform/live/index.ts'
import { openTestDatabase, type TestDatabase, type TestServer } from '#tools/testing/database.ts'
import { TEST_KEYS, testKeysOf } from '#tools/testing/keys.ts'
import { allowedOrigins } from '#api/config.ts'
import { buildApp } from '#api/build-app.ts'
import { createDecisions } from '#api/decisions.ts'
import type { AppDeps } from '#api/deps.ts'
import { bodyBytes } from './forms.ts'
import { createMetrics } from '#api/http/metrics.ts'
import { csrfTokenOf } from '#api/http/session-cookie.ts'
import { createReadiness } from '#api/readiness.ts'

export const ORIGIN = 'http://127.0.0.1:8420'
export const MARKET_CLOCK = '2026-09-29T09:00:00+01:00'
const DATA = join(import.meta.dirname, '..', '..', '..', 'data')
const read = (name: string): unknown => JSON.parse(readFileSync(join(DATA, `${name}.json`), 'utf8'))

/** Ids of one tenant, the same in every world: examples recorded from tests stay the same. `n` is 1 or 2. */
export type Company = {
  readonly id: string
  readonly users: Readonly<Record<Role, string>>
  /** the merchant of merchant_client, another one of the tenant, and one in Kenya */
  readonly merchants: { readonly own: string; readonly other: string; readonly kenya: string }
  readonly suppliers: { readonly own: string; readonly wallet: string; readonly other: string; readonly kenya: string }
}
const uuid = (n: number, kind: number, i: number): string => `${String(n).repeat(8)}-0000-4000-8000-${String(kind * 1000 + i).padStart(12, '0')}`
const company = (n: number): Company => ({
  id: uuid(n, 0, 1),
  users: { platform_admin: uuid(n, 1, 1), desk_operator: uuid(n, 1, 2), merchant_client: uuid(n, 1, 3), settlement_agent: uuid(n, 1, 4) },
  merchants: { own: uuid(n, 2, 1), other: uuid(n, 2, 2), kenya: uuid(n, 2, 3) },
  suppliers: { own: uuid(n, 3, 1), wallet: uuid(n, 3, 2), other: uuid(n, 3, 3), kenya: uuid(n, 3, 4) },
})

export type Answer = { readonly status: number; readonly headers: Readonly<Record<string, string | string[] | number | undefined>>; readonly text: string; readonly bytes: Buffer; readonly json: any }
export type Ask = { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>>; readonly without?: readonly string[] }
export type Client = {
  readonly token: string
  /** with everything that a page of ours sends: cookie, origin, csrf token and a new key for every change */
  ask(method: string, url: string, ask?: Ask): Promise<Answer>
  get(url: string): Promise<Answer>
  post(url: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  put(url: string, body: unknown): Promise<Answer>
}

export type World = {
  readonly app: FastifyInstance
  readonly deps: AppDeps
  /** where the files of this world lie */
  readonly files: string
  readonly database: TestDatabase
  readonly a: Company
  readonly b: Company
  as(company: Company, role: Role): Promise<Client>
  /** one more person of the company beside those of `company.users` */
  member(company: Company, role: Role, display_name?: string): Promise<{ readonly user_id: string; signIn(): Promise<Client> }>
  /** nobody: the same headers without a cookie */
  readonly nobody: Client
  /** with the same headers and whatever cookie; the CSRF token is that of `token` */
  holding(cookie: string, token: string): Client
  /** runs `work` once, after a request was admitted and before the first transaction that it opens */
  beforeNextTransaction(work: () => Promise<void>): void
  /** someone whose last proof is older than five minutes */
  stale(company: Company, role: Role): Promise<Client>
  /** someone whose session is over */
  expired(company: Company, role: Role): Promise<Client>
  /** a program with an API key of this role: `live` unless said otherwise, with every scope of the role unless some are named */
  program(company: Company, role: Role, key?: { readonly scopes?: readonly string[]; readonly state?: 'revoked' | 'expired' }): Promise<Client>
  auditRows(company: Company): Promise<{ action: string; facts: unknown; user_id: string }[]>
  setMarketClock(company: Company, clock: string | null): Promise<void>
  close(): Promise<void>
}

/** So that no test but those of the limits meets one. */
const FAR = { per_s: 1e6, burst: 1e6 }
export const FAR_LIMITS: RateLimits = { read: { actor: FAR, tenant: FAR }, write: { actor: FAR, tenant: FAR }, route: { actor: FAR, tenant: FAR }, export: { actor: FAR, tenant: FAR }, own_data: { actor: FAR, tenant: FAR }, public: { source: FAR } }

export type WorldOptions = { readonly logger?: FastifyBaseLogger; /** what it does otherwise than the real one */ readonly policy?: Partial<AppDeps['policy']>; readonly checkAnswers?: boolean; readonly now?: () => Date; readonly rateLimits?: RateLimits; /** the operator's feed of reference rates; none where absent */ readonly readRates?: AppDeps['readRates']; /** of the keeping of files */ readonly artifacts?: Partial<ArtifactOptions>; /** a server of its own; the tests' common one where absent */ readonly server?: TestServer }

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const database = await openTestDatabase(options.server === undefined ? {} : { server: options.server })
  const [a, b] = [company(1), company(2)]
  await fill(database, a, 'Alpha Route Desk')
  await fill(database, b, 'Beta Route Desk')
  const files = mkdtempSync(join(tmpdir(), 'flowclaw-files-'))
  const snapshots = createSnapshotCache()
  const policy = { ...(await openPolicy()), ...options.policy }
  const deps: AppDeps = {
    ...worldDeps(database.db, policy, snapshots, files), now: options.now ?? (() => new Date()), checkAnswers: options.checkAnswers ?? true, ...(options.readRates === undefined ? {} : { readRates: options.readRates }), ...(options.artifacts === undefined ? {} : { artifacts: worldArtifacts(database.db, files, options.artifacts) }), ...(options.rateLimits === undefined ? {} : { rateLimits: options.rateLimits }),
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  }
  const app = await buildApp(deps)
  await app.ready()
  return {
    app, deps, database, a, b, files,
    as: async (of, role) => client(app, await openSession(database, of, of.users[role], '1 hour')),
    member: async (of, role, display_name = 'N. Eze') => {
      const user_id = newId()
      await database.superuser.query("insert into users (id, email, password_hash) values ($1, $2, 'none')", [user_id, `${user_id}@member.example`])
      await database.superuser.query('insert into memberships (tenant_id, user_id, role, merchant_id, display_name) values ($1, $2, $3, $4, $5)', [of.id, user_id, role, role === 'merchant_client' ? of.merchants.own : null, display_name])
      return { user_id, signIn: async () => client(app, await openSession(database, of, user_id, '1 hour')) }
    },
    stale: async (of, role) => {
      const token = await openSession(database, of, of.users[role], '1 hour')
      await database.superuser.query("update auth_sessions set proved_at = now() - interval '301 seconds' where token_hash = $1", [createHash('sha256').update(token).digest()])
      return client(app, token)
    },
    expired: async (of, role) => client(app, await openSession(database, of, of.users[role], '-1 second')),
    nobody: client(app, null),
    holding: (cookie, token) => client(app, token, cookie),
    beforeNextTransaction: (work) => { runBefore(database.db.pool, work) },
    program: async (of, role, key = {}) => client(app, null, null, await openKey(database, of, role, key)),
    async auditRows(of) {
      const { rows } = await database.superuser.query<{ payload: string }>("select convert_from(payload, 'UTF8') as payload from audit_events where tenant_id = $1 order by seq", [of.id])
      return rows.map((row) => JSON.parse(row.payload))
    },
    async setMarketClock(of, clock) { await database.superuser.query('update tenant_settings set market_clock = $2 where tenant_id = $1', [of.id, clock]) },
    async close() {
      await app.close()
      await deps.live.stop()
      await database.close()
      rmSync(files, { recursive: true, force: true })
    },
  }
}

/** Files in this folder, judged by their form when a test asks for a round; small ones, so that a test of the limits is quick. */
export const worldArtifacts = (db: Database, files: string, change: Partial<ArtifactOptions> = {}): Artifacts => createArtifacts({
  db, store: openLocalStore(files), spool: openSpool(join(files, 'incoming')), scanner: null, limits: { bytes_max: 256 * 1024, quota_bytes: 64 * 1024 * 1024 }, now: () => new Date(), onTrouble: () => undefined, count: () => undefined, ...change,
})

/** What an app over a test database needs; another process over the same database makes the same. */
export const worldDeps = (db: Database, policy: AppDeps['policy'], snapshots: SnapshotCache, files: string): AppDeps => ({
  artifacts: worldArtifacts(db, files),
  config: { allowedOrigins: allowedOrigins(8420, null), cookie: 'local', trustedProxies: 0, portalsDir: join(import.meta.dirname, 'pages'), metricsToken: 'a-metrics-token', browser: { version: '0.1.0', demo: false } },
  db, policy, keysOf: createTenantKeys(db, TEST_KEYS), snapshots, rateLimits: FAR_LIMITS, decisions: createDecisions(db, snapshots), demoAccounts: [], now: () => new Date(), readRates: async () => ({ status: 'not_configured', cause: null, age_s: null, rates: [] }),
  metrics: createMetrics({ processMetrics: false }), readiness: createReadiness(db, policy),
  live: createLive({ db, now: () => new Date(), newProbe: randomUUID, listen: false, onTrouble: () => undefined }),
  checkpoints: createCheckpoints({ db, keys: checkpointKeysOf(newCheckpointKey()), folder: null, every_s: 300, every_events: 1_000, now: () => new Date(), onTrouble: () => undefined }),
})

async function openSession(database: TestDatabase, of: Company, user_id: string, lasts: string): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await database.superuser.query('insert into auth_sessions (token_hash, id, user_id, of_tenant, expires_at) values ($1, $2, $3, $4, now() + $5::interval)',
    [createHash('sha256').update(token).digest(), newId(), user_id, of.id, lasts])
  return token
}

/**
 * Transactions take their connection by a promise, the look-up of a session by the pool's own query: so this is the gap between the two,
 * in which anything may happen to whoever asks.
 */
function runBefore(pool: Pool, work: () => Promise<void>): void {
  const connect = pool.connect.bind(pool) as (callback?: unknown) => Promise<PoolClient>
  Object.assign(pool, {
    connect: (callback?: unknown) => {
      if (callback !== undefined) return connect(callback)
      Object.assign(pool, { connect })
      return work().then(() => connect())
    },
  })
}

/** Makes an API key as fc.create_api_key does, behind the API's back, so that each test of what keys may do starts from one. */
async function openKey(database: TestDatabase, of: Company, role: Role, { scopes = programScopesOf(role), state }: { readonly scopes?: readonly string[]; readonly state?: 'revoked' | 'expired' }): Promise<string> {
  const { key, prefix, secret_hash } = newApiKey()
  const [id, user_id] = [newId(), newId()]
  const put = (text: string, values: unknown[]) => database.superuser.query(text, values)
  await put("insert into users (id, kind) values ($1, 'program')", [user_id])
  await put('insert into memberships (tenant_id, user_id, role, merchant_id, display_name) values ($1, $2, $3, $4, $5)', [of.id, user_id, role, role === 'merchant_client' ? of.merchants.own : null, 'Nightly books'])
  await put(`insert into api_keys (tenant_id, id, user_id, label, prefix, scopes, created_at, created_by, expires_at, revoked_at, revoked_by)
    values ($1, $2, $3, 'Nightly books', $4, $5, now() - interval '2 days', $6, now() + $7::interval, $8, $9)`,
  [of.id, id, user_id, prefix, scopes.length === 0 ? ['none:offered'] : scopes, of.users.platform_admin, state === 'expired' ? '-1 second' : '1 day', state === 'revoked' ? new Date() : null, state === 'revoked' ? of.users.platform_admin : null])
  await put('insert into api_key_secrets (key_id, of_tenant, secret_hash) values ($1, $2, $3)', [id, of.id, secret_hash])
  return key
}

function client(app: FastifyInstance, token: string | null, cookie = token === null ? null : `flowclaw=${token}`, key: string | null = null): Client {
  async function ask(method: string, url: string, { body, headers = {}, without = [] }: Ask = {}): Promise<Answer> {
    const all: Record<string, string> = { ...(cookie === null ? {} : { cookie }), ...(key === null ? {} : { authorization: `Bearer ${key}` }) }
    if (method !== 'GET') Object.assign(all, { 'idempotency-key': randomUUID(), 'content-type': 'application/json' }, key === null ? { origin: ORIGIN, 'x-csrf-token': csrfTokenOf(token ?? 'nobody') } : {})
    const sent = body === undefined ? undefined : bodyBytes(body)
    if (sent !== undefined && method !== 'GET') all['content-type'] = sent.content_type
    Object.assign(all, headers)
    for (const name of without) delete all[name]
    const answer = await app.inject({ method: method as 'GET', url, headers: all, ...(sent === undefined ? {} : { payload: sent.payload }) })
    const isJson = /[/+]json/.test(String(answer.headers['content-type'])) && answer.body !== ''
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, bytes: answer.rawPayload, json: isJson ? JSON.parse(answer.body) : null }
  }
  return {
    token: token ?? '', ask,
    get: (url) => ask('GET', url),
    post: (url, body, headers = {}) => ask('POST', url, { body, headers }),
    put: (url, body) => ask('PUT', url, { body }),
  }
}

/** A route request that is answered with a recommendation: the deposit of req-001, for the tenant's own merchant. */
export function routeBody(of: Company, change: Partial<RouteRequestBody> = {}): RouteRequestBody {
  return {
    supplier_id: of.suppliers.own, corridor_id: 'ng-cn', amount: { side: 'supplier_receives', value: '185000', currency: 'CNY' },
    needed_by: '2026-10-23T17:00:00+08:00', hard_deadline: false, purpose: 'goods',
    goods: { description: 'phone accessories, 30% deposit', class: 'electrical', paid: 'deposit' },
    invoice: { number: `PI-${randomUUID().slice(0, 8)}`, currency: 'CNY', account_count: 1 },
    documents_available: ['PROFORMA_INVOICE'], preference: 'safest', funding: 'bank_transfer', ...change,
  }
}

const FILES = { corridors: read('corridors'), providers: read('providers'), estimates: read('estimates'), rates: read('rates') }
const DATASET = parseDataset(FILES)
export const SNAPSHOT = compileSnapshot(DATASET)
const PACKED = brotliCompressSync(JSON.stringify(FILES), { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })

async function fill({ superuser }: TestDatabase, of: Company, name: string): Promise<void> {
  const digest = Buffer.from(SNAPSHOT.digest, 'hex')
  const put = (text: string, values: unknown[]) => superuser.query(text, values)
  await put('insert into tenants (tenant_id, name, time_zone, second_factor_of_admins) values ($1, $2, $3, \'off\')', [of.id, name, 'Africa/Lagos'])
  await put("insert into data_revisions (tenant_id, revision, digest, note) values ($1, 1, $2, 'test')", [of.id, digest])
  await put('insert into snapshots (tenant_id, digest, files) values ($1, $2, $3)', [of.id, digest, PACKED])
  await put('insert into tenant_settings (tenant_id, market_clock, data_revision, snapshot_digest) values ($1, $2, 1, $3)', [of.id, MARKET_CLOCK, digest])
  for (const [position, corridor] of DATASET.corridors.corridors.entries()) {
    await put('insert into corridors (tenant_id, id, position, name, source_country, source_currency, destination_country, mode_ceiling, body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      [of.id, corridor.id, position, corridor.name, corridor.source.country, corridor.source.currency, corridor.destination.country, corridor.id === 'ng-cn' ? 'manual' : 'simulation', JSON.stringify(corridor)])
  }
  await put("insert into facts (tenant_id, id, statement, value, unit, date, source, url, confidence) values ($1, 'F001', 'USD/NGN reference mid', '1326.16', 'NGN per USD', '2026-09-29', 'https://example.org/rates', 'https://example.org/rates', 'medium')", [of.id])
  const merchant = 'insert into merchants (tenant_id, id, name, type, city, country, trade, trade_class, documents_on_file) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)'
  await put(merchant, [of.id, of.merchants.own, 'Adeola Phones Ltd', 'limited_company', 'Lagos', 'NG', 'phone accessories', 'general', ['CAC_CERT', 'TIN', 'BVN_DIRECTORS']])
  await put(merchant, [of.id, of.merchants.other, 'Kano Tiles Ltd', 'limited_company', 'Kano', 'NG', 'tile manufacturing', 'manufacturing', ['CAC_CERT', 'TIN']])
  await put(merchant, [of.id, of.merchants.kenya, 'Nairobi Motors Ltd', 'limited_company', 'Nairobi', 'KE', 'car parts', 'general', ['KYB_LOCAL']])
  const keys = await testKeysOf(of.id, {
    read: async () => (await superuser.query('select version, key_id, wrapped from tenant_data_keys where tenant_id = $1 order by version', [of.id])).rows,
    add: async ({ version, key_id, wrapped }) => { await put('insert into tenant_data_keys (tenant_id, version, key_id, wrapped) values ($1, $2, $3, $4)', [of.id, version, key_id, wrapped]) },
  })
  const details = (id: string, account_number: string): unknown[] => {
    const { bank_details_sealed, account_masked } = sealBankDetails(keys, id, { account_number, cnaps: null })
    return [bank_details_sealed, account_masked]
  }
  const supplier = `insert into suppliers (tenant_id, id, merchant_id, legal_name, legal_name_zh, country, city, method, settlement_currency, payee_type, payee_is_contract_seller,
    accepts_other_settlement, bank_name, bank_details_sealed, account_masked, bic, paid_before) values ($1, $2, $3, $4, $5, 'CN', $6, $7, 'CNY', $8, true, false, 'Sample Bank', $9, $10, 'SAMPCNBJ', true)`
  await put(supplier, [of.id, of.suppliers.own, of.merchants.own, 'Shenzhen Sample Electronics Co., Ltd', '深圳示范电子有限公司', 'Shenzhen', 'mainland_corporate_account', 'company', ...details(of.suppliers.own, '6222021234564821')])
  await put(supplier, [of.id, of.suppliers.wallet, of.merchants.own, 'Li Sample', '李示范', 'Guangzhou', 'mobile_wallet_personal', 'individual', ...details(of.suppliers.wallet, '13800001234')])
  await put(supplier, [of.id, of.suppliers.other, of.merchants.other, 'Foshan Sample Glaze Co., Ltd', '佛山示范釉料有限公司', 'Foshan', 'mainland_corporate_account', 'company', ...details(of.suppliers.other, '6222029876549999')])
  await put(supplier, [of.id, of.suppliers.kenya, of.merchants.kenya, 'Guangzhou Sample Parts Co., Ltd', '广州示范配件有限公司', 'Guangzhou', 'mainland_corporate_account', 'company', ...details(of.suppliers.kenya, '6222025555550001')])
  for (const role of ROLES) {
    await put('insert into users (id, email, password_hash) values ($1, $2, $3)', [of.users[role], `${role}@${name.split(' ')[0]!.toLowerCase()}.example`, 'not a hash: signs nobody in'])
    await put('insert into memberships (tenant_id, user_id, role, merchant_id, display_name) values ($1, $2, $3, $4, $5)',
      [of.id, of.users[role], role, role === 'merchant_client' ? of.merchants.own : null, { platform_admin: 'A. Bello', desk_operator: 'A. Okafor', merchant_client: 'Ada Obi', settlement_agent: 'Chen Wei' }[role]])
  }
}
