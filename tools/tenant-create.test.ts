import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { listAuditEvents, migrate, openDatabase, readSettings, verifyAuditChain, withTenantRead } from '#database/index.ts'
import { signIn, useLink } from '#platform/auth/index.ts'
import { runningOwnerUrl } from './embedded-postgres/running.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres/index.ts'
import { createCompany } from './tenant-create.ts'
import { openTestDatabase, TEST_TENANT_KEY, type TestDatabase } from './testing/database.ts'

let made: TestDatabase
before(async () => { made = await openTestDatabase() })
after(async () => made.close())

const PASSWORD = 'a long enough password of a founder'
const COMPANY = { name: 'Lagos Route Desk', time_zone: 'Africa/Lagos', admin_email: 'ada@lagos.example', admin_name: 'Ada Obi' }
const owner = () => ({ url: made.ownerUrl, tenantKey: TEST_TENANT_KEY })
const inCompany = (tenant_id: string) => ({ tenant_id, user_id: tenant_id, role: 'platform_admin' as const, merchant_id: null })

// Guarantee: a company made by the owner holds nothing but its name, and its one link makes its first Platform Admin, once; the audit says who made it and holds no token.
test('a company begins with one link', async () => {
  const { tenant_id, made: isNew, token } = await createCompany(owner(), COMPANY, 'somebody')
  assert.equal(isNew, true)
  const settings = await withTenantRead(made.db, inCompany(tenant_id), (tx) => readSettings(tx))
  assert.deepEqual([settings.tenant_name, settings.time_zone, settings.data_revision, settings.market_clock], ['Lagos Route Desk', 'Africa/Lagos', null, null])
  const use = () => useLink(made.db, { token, password: PASSWORD, ip: '192.0.2.1', request_id: 'r' })
  const used = await use()
  assert.deepEqual(used, { status: 'ok', purpose: 'invite', role: 'platform_admin', tenant_id })
  assert.equal((await use()).status, 'unusable')
  assert.equal((await signIn(made.db, { email: COMPANY.admin_email, password: PASSWORD, ip: '192.0.2.1', request_id: 'r' })).status, 'ok')
  const { items } = await withTenantRead(made.db, inCompany(tenant_id), (tx) => listAuditEvents(tx, { limit: 10 }))
  const first = items.at(-1)!
  assert.deepEqual([first.action, first.user_id, first.name, first.payload['role'], (first.payload['facts'] as { by: unknown }).by],
    ['tenant.created', '00000000-0000-4000-8000-000000000000', null, null, { command: 'tenant:create', os_user: 'somebody' }])
  assert.equal(JSON.stringify(items).includes(token), false)
  assert.equal((await withTenantRead(made.db, inCompany(tenant_id), (tx) => verifyAuditChain(tx))).ok, true)
})

// Guarantee: a lost link is replaced by running the command again, the old one is worthless then, and a company that has a Platform Admin is left alone.
test('the command again', async () => {
  const company = { ...COMPANY, name: 'Kano Route Desk', admin_email: 'musa@kano.example' }
  const lost = await createCompany(owner(), company, 'somebody')
  const next = await createCompany(owner(), { ...company, name: ' kano route DESK ' }, 'somebody')
  assert.deepEqual([next.made, next.tenant_id], [false, lost.tenant_id])
  const use = (token: string) => useLink(made.db, { token, password: PASSWORD, ip: '192.0.2.2', request_id: 'r' })
  assert.equal((await use(lost.token)).status, 'unusable')
  assert.equal((await use(next.token)).status, 'ok')
  await assert.rejects(createCompany(owner(), company, 'somebody'), /Platform Admin already/)
  const { items } = await withTenantRead(made.db, inCompany(lost.tenant_id), (tx) => listAuditEvents(tx, { limit: 10, entity: 'account_link' }))
  assert.deepEqual(items.map(({ action }) => action), ['account_link.used', 'account_link.made'])
})

const run = (env: Readonly<Record<string, string>>, script: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, script), ...args], { env: { ...process.env, DATABASE_URL: '', FLOWCLAW_OWNER_DATABASE_URL: '', FLOWCLAW_TENANT_KEY: '', ...env } })
    .catch((cause: { stdout: string; stderr: string; code: number }) => cause)
const ARGS = ['--name', 'Aba Route Desk', '--zone', 'Africa/Lagos', '--admin-email', 'chi@aba.example', '--admin-name', 'Chi']

// Guarantee: the command works on an embedded database that nobody runs, leaves it stopped, and then beside one that runs; both see the same company.
test('with the embedded database, stopped and running', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fc-owner-'))
  chmodSync(folder, 0o755)
  const env = { FLOWCLAW_DATA_DIR: folder, FLOWCLAW_PUBLIC_ORIGIN: 'https://desk.example' }
  let beside: EmbeddedPostgres | null = null
  try {
    const alone = await run(env, 'tenant-create.ts', ...ARGS)
    assert.match(alone.stdout, /https:\/\/desk\.example\/index\.html#link=[A-Za-z0-9_-]{43}\n/, alone.stderr)
    assert.equal(runningOwnerUrl(folder), null)
    beside = await startEmbeddedPostgres({ data_dir: folder, durable: false })
    const again = await run(env, 'tenant-create.ts', ...ARGS)
    assert.match(again.stdout, /^A new link for Aba Route Desk/, again.stderr)
    const imported = await run(env, 'data-import.ts', '--tenant', 'aba route desk', join(import.meta.dirname, '..', 'data'))
    assert.match(imported.stdout, /Imported as data revision 1\. There was no corridor data before\./, imported.stderr)
    const { tenantKey, appUrl } = await migrate({ url: beside.url })
    const db = openDatabase({ url: appUrl, tenantKey })
    const token = /#link=(\S+)/.exec(again.stdout)![1]!
    const used = await useLink(db, { token, password: PASSWORD, ip: '192.0.2.3', request_id: 'r' })
    assert.equal(used.status, 'ok')
    const { data_revision } = await withTenantRead(db, inCompany((used as { tenant_id: string }).tenant_id), (tx) => readSettings(tx))
    assert.equal(data_revision, 1)
    await db.close()
  } finally {
    await beside?.stop()
    for (const each of new Set([folder, beside?.folder ?? folder])) rmSync(each, { recursive: true, force: true })
  }
})

// Guarantee: a wrong command line makes nothing and says which part is wrong.
test('wrong arguments', async () => {
  for (const [args, said] of [[['--name', 'X'], '--zone'], [[...ARGS.slice(0, 3), 'Lagos', ...ARGS.slice(4)], '--zone is no time zone'], [[...ARGS.slice(0, 5), 'nobody', ...ARGS.slice(6)], '--admin-email is no address']] as const) {
    const { stderr, code } = (await run({}, 'tenant-create.ts', ...args)) as { stderr: string; code: number }
    assert.deepEqual([code, stderr.includes(said)], [1, true], stderr)
  }
})
