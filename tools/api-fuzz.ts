/**
 * Holds a live server to its OpenAPI document: schemathesis makes up requests from /openapi.json, good and bad, as nobody and as each role, and
 * fails on a 5xx, an answer that its schema does not name, bad input that is taken, and an operation that answers without its session.
 *
 *   node tools/api-fuzz.ts --schemathesis PATH [--examples 8]     PATH: the program of a Python environment (.ci/run makes one)
 */
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '#api/config.ts'
import { csrfTokenOf } from '#api/http/session-cookie.ts'
import { ROOT, serve, VERSION } from '#api/main.ts'
import { migrate } from '#database/index.ts'
import { makeKeyringOnce, openKeyring } from '#platform/keys/index.ts'
import { startEmbeddedPostgres } from './embedded-postgres/index.ts'
import { DEMO_ACCOUNTS, seedDemo } from './seed.ts'

const { values: flags } = parseArgs({ options: { schemathesis: { type: 'string' }, examples: { type: 'string', default: '8' }, port: { type: 'string', default: '4475' } } })
if (flags.schemathesis === undefined) throw new Error('--schemathesis PATH is missing')

/** Behind TLS as the cookie of the document is: only its name and the origin differ from a server on localhost. */
const ORIGIN = 'https://fuzz.flowclaw.example'
// Not unsupported_method: a method that an address does not have answers 404 like an address that is not there.
const CHECKS = ['not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_schema_conformance', 'negative_data_rejection', 'ignored_auth']
/** They end the session that the rest of the run needs. Their own tests try them. */
const ENDS_THE_SESSION = ['logout', 'logoutEverywhere', 'changePassword']

const folder = mkdtempSync(join(tmpdir(), 'flowclaw-fuzz-'))
// PostgreSQL does not run as root; the account it drops to must pass through this folder.
chmodSync(folder, 0o755)
const postgres = await startEmbeddedPostgres({ data_dir: folder })
let failed: string[] = []
try {
  const { appUrl, tenantKey } = await migrate({ url: postgres.url })
  const keyring = join(folder, 'keyring.json')
  makeKeyringOnce(keyring)
  await seedDemo({ owner_url: postgres.url, serving_url: appUrl, tenantKey, keyProvider: openKeyring({ file: keyring }) })
  const config = loadConfig({ DATABASE_URL: appUrl, FLOWCLAW_KEYRING_FILE: keyring, FLOWCLAW_TENANT_KEY: tenantKey, FLOWCLAW_ARTIFACTS_DIR: join(folder, 'artifacts'), FLOWCLAW_PORT: flags.port, FLOWCLAW_ENV: 'development', FLOWCLAW_DEMO: '1', FLOWCLAW_LOG: 'error' }, ROOT, VERSION)
  const running = await serve({ ...config, cookie: 'host', allowedOrigins: new Set([ORIGIN]) }, DEMO_ACCOUNTS)
  try {
    failed = await fuzzAs(running.url)
  } finally {
    await running.stop()
  }
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
if (failed.length > 0) {
  process.stderr.write(`API fuzzing failed as: ${failed.join(', ')}\n`)
  process.exit(1)
}

/** Runs schemathesis as nobody and as each role; answers with those for whom it found something. */
async function fuzzAs(url: string): Promise<string[]> {
  const found: string[] = []
  for (const account of [null, ...DEMO_ACCOUNTS]) {
    const role = account?.role ?? 'nobody'
    const token = account === null ? '' : await signIn(url, account)
    const started = performance.now()
    const ok = await schemathesis(url, token, token === '' ? {} : await knownIds(url, token))
    process.stdout.write(`API fuzzing as ${role}: ${ok ? 'nothing found' : 'FAILED'} in ${Math.round((performance.now() - started) / 1000)} s\n`)
    if (!ok) found.push(role)
  }
  return found
}

async function signIn(url: string, { email, password }: { readonly email: string; readonly password: string }): Promise<string> {
  const answer = await fetch(`${url}/api/auth/login`, { method: 'POST', headers: { origin: ORIGIN, 'content-type': 'application/json' }, body: JSON.stringify({ email, password }) })
  const token = /__Host-flowclaw=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1]
  if (token === undefined) throw new Error(`sign-in of ${email} answered ${answer.status}`)
  return token
}

/** Ids of things that this person sees, by the noun of their address. */
async function knownIds(url: string, token: string): Promise<Record<string, string[]>> {
  const ids: Record<string, string[]> = {}
  for (const noun of ['route-sessions', 'suppliers']) {
    const answer = await fetch(`${url}/api/${noun}`, { headers: { cookie: `__Host-flowclaw=${token}` } })
    // A role that may not list them knows none.
    if (answer.ok) ids[noun] = ((await answer.json()) as { items: { id: string }[] }).items.map(({ id }) => id)
  }
  return ids
}

function schemathesis(url: string, token: string, ids: Record<string, string[]>): Promise<boolean> {
  const args = [
    '--config-file', join(import.meta.dirname, 'api-fuzz', 'schemathesis.toml'), 'run', `${url}/openapi.json`, '--checks', CHECKS.join(','), '--max-examples', flags.examples, '--workers', '2', '--seed', '1', '--request-timeout', '20', '--phases', 'examples,fuzzing',
    ...(token === '' ? [] : ENDS_THE_SESSION.flatMap((operation) => ['--exclude-operation-id', operation])),
  ]
  const environment = { PATH: '/usr/bin:/bin', HOME: folder, LANG: 'C.UTF-8', SCHEMATHESIS_HOOKS: 'hooks', PYTHONPATH: join(import.meta.dirname, 'api-fuzz'), PYTHONDONTWRITEBYTECODE: '1', FUZZ_ORIGIN: ORIGIN, FUZZ_SESSION: token, FUZZ_IDS: JSON.stringify(ids), FUZZ_CSRF: token === '' ? '' : csrfTokenOf(token) }
  return new Promise((resolve) => {
    const child = spawn(flags.schemathesis!, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => { said = `${said}${text.toString()}`.slice(-60_000) })
    child.on('close', (code) => {
      if (code !== 0) process.stdout.write(said)
      resolve(code === 0)
    })
  })
}
