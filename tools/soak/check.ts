/**
 * What the database says at the end, asked as a superuser whom no policy of the product keeps from seeing: is everything there that was acknowledged, is it
 * there once, and does anything stand where nobody can move it.
 */
import type pg from 'pg'
import { FIRST_SESSION_STATES, FIRST_STEP_STATES, mayMove, SESSION_EDGES, STEP_EDGES, type Edge } from '#contracts/state-machines.ts'
import type { Acknowledged, Ledger } from './client.ts'
import type { Journey } from './journey.ts'

/** One sentence a finding. */
export type Findings = {
  /** acknowledged, and it or its audit row is not there */
  readonly lost: readonly string[]
  /** done more often than it was answered for */
  readonly doubled: readonly string[]
  /** neither done nor to be moved on */
  readonly stuck: readonly string[]
  /** a move that no machine has, a step done without its proofs */
  readonly unlawful: readonly string[]
}

type Query = <R extends pg.QueryResultRow>(text: string) => Promise<R[]>
/** Audit rows of this company as what they say. */
const AUDIT = "select a.seq, a.user_id, a.action, a.entity, a.entity_id, a.transition_seq, convert_from(a.payload, 'UTF8')::jsonb as said from audit_events a where a.tenant_id = $1"
const DONE = `${AUDIT.replace('where', 'where not (convert_from(a.payload, \'UTF8\')::jsonb -> \'facts\' ? \'refused\') and')}`

export async function findings(db: pg.ClientBase, tenant_id: string, ledger: Pick<Ledger, 'acknowledged' | 'unanswered'>, journeys: readonly Journey[]): Promise<Findings> {
  const ask: Query = async (text) => (await db.query(text, [tenant_id])).rows
  const [acknowledged, counted, moves, stuck, proofs] = [await ofAcknowledged(ask, ledger.acknowledged), await ofCounts(ask), await ofMoves(ask), await ofStuck(ask), await ofProofs(ask)]
  return {
    lost: [...acknowledged.lost, ...counted.lost, ...moves.lost],
    doubled: [...acknowledged.doubled, ...counted.doubled, ...moves.doubled],
    stuck: [...stuck, ...ledger.unanswered.map((each) => `no answer: ${each}`), ...journeys.filter(({ ended }) => !FINAL.has(ended)).map(({ index, session_id, ended }) => `script ${index} (${session_id ?? 'no session'}): ${ended}`)],
    unlawful: [...moves.unlawful, ...proofs],
  }
}

const FINAL: ReadonlySet<string> = new Set(['completed', 'failed', 'returned', 'cancelled', 'expired'])
const countBy = <T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1)
  return counts
}

/** Each acknowledged change by its key, by its audit row and by what its answer named. */
async function ofAcknowledged(ask: Query, acknowledged: readonly Acknowledged[]): Promise<Pick<Findings, 'lost' | 'doubled'>> {
  const [lost, doubled]: [string[], string[]] = [[], []]
  const keys = new Map((await ask<{ id: string; status: number }>("select concat_ws('|', user_id, operation, key) as id, status from idempotency_keys where tenant_id = $1")).map(({ id, status }) => [id, status]))
  const rows = countBy(await ask<{ request_id: string }>(`select said ->> 'request_id' as request_id from (${DONE}) d`), ({ request_id }) => request_id)
  const versions = new Map((await ask<{ id: string; version: number }>(`
    select 'session ' || session_id as id, max(seq) as version from route_session_transitions where tenant_id = $1 group by session_id
    union all select 'step ' || step_id, max(seq) from execution_step_transitions where tenant_id = $1 group by step_id
    union all select 'proof ' || id, 0 from proofs where tenant_id = $1
    union all select 'outcome ' || session_id, 0 from session_outcomes where tenant_id = $1
    union all select 'artifact ' || id, 0 from artifacts where tenant_id = $1`)).map(({ id, version }) => [id, version]))
  for (const { user_id, operation, key, status, request_id, seen } of acknowledged) {
    const what = `${operation} ${key}`
    if (keys.get(`${user_id}|${operation}|${key}`) !== status) lost.push(`${what}: its key is not there with ${status}`)
    if (request_id !== null) {
      const n = rows.get(request_id) ?? 0
      if (n === 0) lost.push(`${what}: no audit row of request ${request_id}`)
      if (n > 1) doubled.push(`${what}: ${n} audit rows of request ${request_id}`)
    }
    for (const each of seen) {
      const version = versions.get(`${each.kind} ${each.id}`)
      if (version === undefined || ('version' in each && version < each.version)) lost.push(`${what}: ${each.kind} ${each.id}${'version' in each ? ` at ${each.version}` : ''} is not there`)
    }
  }
  return { lost, doubled }
}

/** As many audit rows of an operation as keys that were answered for it, person by person. What the policy did not answer is kept under no key. */
async function ofCounts(ask: Query): Promise<Pick<Findings, 'lost' | 'doubled'>> {
  const rows = await ask<{ of: string; done: number; answered: number }>(`
    select coalesce(d.of, k.of) as of, coalesce(d.n, 0)::int as done, coalesce(k.n, 0)::int as answered
    from (select concat_ws(' ', user_id, said ->> 'operation') as of, count(*) as n from (${DONE}) d where said ? 'operation'
        and not exists (select from route_session_transitions t where t.tenant_id = $1 and d.entity = 'route_session' and t.session_id::text = d.entity_id and t.seq = 1 and d.transition_seq = 1 and t.to_state = 'policy_unavailable')
        group by 1) d
      full join (select concat_ws(' ', user_id, operation) as of, count(*) as n from idempotency_keys where tenant_id = $1 group by 1) k on k.of = d.of`)
  const outcomes = await ask<{ session_id: string }>("select t.session_id from route_session_transitions t where t.tenant_id = $1 and t.to_state in ('completed', 'failed', 'returned') group by 1 having count(*) <> (select count(*) from session_outcomes o where o.tenant_id = $1 and o.session_id = t.session_id)")
  return {
    lost: rows.filter(({ done, answered }) => done < answered).map(({ of, done, answered }) => `${of}: ${answered} answered, ${done} on record`),
    doubled: [...rows.filter(({ done, answered }) => done > answered).map(({ of, done, answered }) => `${of}: ${answered} answered, ${done} on record`), ...outcomes.map(({ session_id }) => `session ${session_id}: not one outcome for its one end`)],
  }
}

type Move = { readonly id: string; readonly session_id: string; readonly seq: number; readonly from_state: string | null; readonly to_state: string; readonly audited: boolean }

/** Every transition by its machine and its audit row; a step is confirmed once. */
async function ofMoves(ask: Query): Promise<Pick<Findings, 'lost' | 'doubled' | 'unlawful'>> {
  const sessions = await ask<Move>(`select t.session_id as id, t.session_id, t.seq, t.from_state, t.to_state, exists (select from audit_events a where a.tenant_id = $1 and a.entity = 'route_session' and a.entity_id = t.session_id::text and a.transition_seq = t.seq) as audited
    from route_session_transitions t where t.tenant_id = $1`)
  const steps = await ask<Move>('select t.step_id as id, s.session_id, t.seq, t.from_state, t.to_state, true as audited from execution_step_transitions t join execution_steps s on s.tenant_id = t.tenant_id and s.id = t.step_id where t.tenant_id = $1')
  const gone = await ask<{ id: string; seq: number }>(`select d.entity_id as id, d.transition_seq as seq from (${DONE}) d where d.entity = 'route_session' and d.transition_seq is not null
    and not exists (select from route_session_transitions t where t.tenant_id = $1 and t.session_id::text = d.entity_id and t.seq = d.transition_seq)`)
  const wrong = (what: string, moves: readonly Move[], edges: readonly Edge<string>[], first: readonly string[]): string[] =>
    moves.filter(({ from_state, to_state }) => (from_state === null ? !first.includes(to_state) : !mayMove(edges, from_state, to_state))).map(({ id, seq, from_state, to_state }) => `${what} ${id} at ${seq}: ${from_state ?? 'nothing'} to ${to_state}`)
  // What a person decided about a step is on record, one row a move; what follows by itself is part of another row.
  const moved = countBy(steps.filter(({ from_state, to_state }) => from_state !== null && from_state !== 'pending' && to_state !== 'skipped'), ({ session_id }) => session_id)
  const told = countBy(await ask<{ id: string }>(`select entity_id as id from (${DONE}) d where said -> 'facts' ? 'step_to' and said -> 'facts' ->> 'step_from' <> said -> 'facts' ->> 'step_to'`), ({ id }) => id)
  const ids = [...new Set([...moved.keys(), ...told.keys()])]
  const sentence = (id: string): string => `session ${id}: its steps moved ${moved.get(id) ?? 0} times, ${told.get(id) ?? 0} are on record`
  const confirmed = countBy(steps.filter(({ to_state }) => to_state === 'confirmed'), ({ id }) => id)
  return {
    lost: [...sessions.filter(({ audited }) => !audited).map(({ id, seq }) => `session ${id}: no audit row of its transition ${seq}`), ...gone.map(({ id, seq }) => `session ${id}: its transition ${seq} is on record and not there`), ...ids.filter((id) => (moved.get(id) ?? 0) !== (told.get(id) ?? 0)).map(sentence)],
    doubled: [...confirmed].filter(([, n]) => n > 1).map(([id, n]) => `step ${id}: confirmed ${n} times`),
    unlawful: [...wrong('session', sessions, SESSION_EDGES, FIRST_SESSION_STATES), ...wrong('step', steps, STEP_EDGES, FIRST_STEP_STATES)],
  }
}

async function ofStuck(ask: Query): Promise<string[]> {
  const sessions = await ask<{ id: string; state: string }>('select id, state from route_sessions where tenant_id = $1')
  const steps = await ask<{ id: string; state: string }>("select t.id, t.state from execution_steps t join route_sessions s on s.tenant_id = t.tenant_id and s.id = t.session_id where t.tenant_id = $1 and s.state = 'completed' and t.state <> 'confirmed'")
  const files = await ask<{ id: string }>("select id from artifacts where tenant_id = $1 and state = 'quarantined'")
  const held = await ask<{ pid: number; state: string }>("select a.pid, a.state from pg_stat_activity a where $1::uuid is not null and a.datname = current_database() and a.usename = 'app_rt' and (a.state like 'idle in transaction%' or (a.state = 'active' and a.query_start < now() - interval '10 seconds'))")
  const locks = await ask<{ n: number }>("select count(*)::int as n from pg_locks where $1::uuid is not null and locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())")
  return [
    ...sessions.filter(({ state }) => !FINAL.has(state)).map(({ id, state }) => `session ${id} stands in ${state}`), ...steps.map(({ id, state }) => `step ${id} of a completed session is ${state}`),
    ...files.map(({ id }) => `file ${id} was never judged`), ...held.map(({ pid, state }) => `connection ${pid} is ${state}`), ...(locks[0]!.n > 0 ? [`${locks[0]!.n} advisory locks are held: a key is in flight`] : []),
  ]
}

/** A step that was carried out has an accepted proof of each kind that it asks for. */
const ofProofs = async (ask: Query): Promise<string[]> =>
  (await ask<{ id: string; kind: string }>(`select t.id, k.kind from execution_steps t join route_sessions s on s.tenant_id = t.tenant_id and s.id = t.session_id, unnest(t.proof_kinds) as k(kind)
    where t.tenant_id = $1 and t.state = 'confirmed' and s.execution_mode <> 'simulation' and not exists (select from proofs p where p.tenant_id = $1 and p.step_id = t.id and p.kind = k.kind and p.state = 'accepted')`))
    .map(({ id, kind }) => `step ${id} is confirmed without its ${kind}`)
