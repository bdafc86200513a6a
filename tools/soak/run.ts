/** A soak from its stand to its findings: sessions driven at once by people of the company, faults meanwhile, and what the database says in the end. */
import pg from 'pg'
import { setTimeout as wait } from 'node:timers/promises'
import { openDatabase, verifyAuditChain, withTenantRead } from '#database/index.ts'
import { chanceOf } from './chance.ts'
import { hurt, type Fault, type Faults } from './chaos.ts'
import { findings, type Findings } from './check.ts'
import { newLedger, signIn, type Client, type Ledger } from './client.ts'
import { companyOf, fillCompany, TENANT_ID } from './company.ts'
import { drive, type Journey } from './journey.ts'
import { openStand, type Stand } from './stand.ts'

/** Sessions under way at the same time. */
const AT_ONCE = 16
const SESSIONS_A_MERCHANT = 10
const QUIET_TRIES = 300

export type SoakOptions = { readonly sessions: number; readonly seed: number; /** these faults in this order, instead of whatever the seed draws for as long as somebody works */ readonly faults?: readonly Fault[]; readonly say?: (line: string) => void }
export type Soaked = {
  readonly stand: Stand
  /** a superuser's connection, closed by the caller */
  readonly db: pg.Client
  readonly tenant_id: string
  readonly ledger: Ledger
  readonly journeys: readonly Journey[]
  readonly faults: Faults
  readonly elapsed_ms: number
  readonly found: Findings
}

/** Runs it and hands what is left to `look`, while it still stands. */
export async function soak<T>({ sessions, seed, faults, say = () => undefined }: SoakOptions, look: (soaked: Soaked) => Promise<T>): Promise<T> {
  const company = companyOf(Math.ceil(sessions / SESSIONS_A_MERCHANT))
  const stand = await openStand((owner) => fillCompany(owner, company))
  let db: pg.Client | null = null
  try {
    const ledger = newLedger()
    const enter = (person: Parameters<typeof signIn>[1]): Promise<Client> => signIn(stand.urls, person, ledger, chanceOf(seed, person.email))
    const [desk, admin] = [await Promise.all(company.desk.map(enter)), await enter(company.admin)]
    const merchants = await Promise.all(company.merchants.map(async ({ person, supplier_id }) => ({ merchant: await enter(person), supplier_id })))
    say(`${desk.length} people at the desk, ${merchants.length} merchants, ${stand.urls.length} servers`)

    const started = performance.now()
    const journeys: Journey[] = []
    let [next, over] = [0, false]
    const worker = async (): Promise<void> => {
      while (next < sessions) {
        const index = next++
        const journey = await drive(index, { ...merchants[index % merchants.length]!, desk }, chanceOf(seed, `session ${index}`), `SOAK-${seed}-${index}`)
        journeys.push(journey)
        if (journeys.length % 10 === 0 || !FINAL_WORDS.has(journey.ended)) say(`${journeys.length} of ${sessions} sessions ended (the last: ${journey.ended}), ${ledger.acknowledged.length} changes`)
      }
    }
    const hurting = hurt(stand, admin, ledger, chanceOf(seed, 'faults'), () => over, faults)
    // A failure of it is told when it is waited for.
    hurting.catch(() => undefined)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, sessions) }, worker))
    over = true
    const done = await hurting
    const elapsed_ms = performance.now() - started

    db = new pg.Client({ connectionString: stand.superuser_url })
    await db.connect()
    await cancelKept(db, desk[0]!)
    await quiet(db)
    const found = await findings(db, TENANT_ID, ledger, journeys)
    const verdict = await chain(stand)
    return await look({ stand, db, tenant_id: TENANT_ID, ledger, journeys, faults: done, elapsed_ms, found: { ...found, lost: [...found.lost, ...verdict], unlawful: [...found.unlawful, ...(stand.crashes > 0 ? [`a server ended by itself ${stand.crashes} times`] : [])] } })
  } finally {
    await db?.end()
    await stand.stop()
  }
}
const FINAL_WORDS: ReadonlySet<string> = new Set(['completed', 'failed', 'returned', 'cancelled', 'expired'])

/** What was kept while the policy did not answer waits for the desk, which takes it off its list here: the same request was routed under its key afterwards. */
async function cancelKept(db: pg.Client, desk: Client): Promise<void> {
  const { rows } = await db.query<{ id: string; version: number }>("select id, version from route_sessions where tenant_id = $1 and state = 'policy_unavailable'", [TENANT_ID])
  for (const { id, version } of rows) await desk.post('cancelRouteSession', `/api/route-sessions/${id}/cancel`, { version, reason: 'routed when the policy spoke again' })
}

/** Waits until nothing of a server that died is under way and every file is judged, or for a minute. */
async function quiet(db: pg.Client): Promise<void> {
  for (let tries = 0; tries < QUIET_TRIES; tries++) {
    const { rows: [row] } = await db.query<{ n: number }>(`select (select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()))::int
      + (select count(*) from pg_stat_activity where datname = current_database() and usename = 'app_rt' and state like 'idle in transaction%')::int + (select count(*) from artifacts where state = 'quarantined')::int as n`)
    if (row!.n === 0) return
    await wait(200)
  }
}

async function chain({ serving_url, tenantKey }: Stand): Promise<string[]> {
  const db = openDatabase({ url: serving_url, tenantKey, max: 1 })
  try {
    const verdict = await withTenantRead(db, { tenant_id: TENANT_ID } as never, (tx) => verifyAuditChain(tx))
    return verdict.ok ? [] : [`the audit chain does not hold: ${JSON.stringify(verdict)}`]
  } finally {
    await db.close()
  }
}
