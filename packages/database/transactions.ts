/**
 * The two ways into the database. A read sees one tenant and writes nothing. A write claims its idempotency key, runs the work, and
 * appends answer, outbox row and audit row, in one transaction: all of it or none.
 */
import { createHmac } from 'node:crypto'
import type { Compilable, Kysely } from 'kysely'
import type pg from 'pg'
import { canonicalJson } from '#contracts/canonical-json.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { kyselyOver, send, type Database, type Send } from './pool.ts'
import type { Tables } from './tables.ts'
import type { AuditEntry, DenialEntry, Json, Refusal, TenantContext, WriteAnswer, WriteEffect, WriteError, WriteRequest } from './types.ts'

/** One open transaction. Send what does not depend on each other together (Promise.all): it travels as one. */
export type Tx = {
  readonly db: Kysely<Tables>
  readonly actor: TenantContext
  /** sends a built statement in this very moment. `.execute()` sends some ticks later, so a batch whose order matters uses this */
  run<R>(query: Compilable<R>): Promise<R[]>
  /** for what the query builder cannot say; always with parameters */
  sql<R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]>
}

/** How long a signed context may be used: longer than any transaction may last, and room for clocks that differ. */
const CONTEXT_LASTS_S = 120

/** `tenant|expiry|HMAC`, which fc.tid() checks. Injected SQL can overwrite the setting and cannot sign it. */
export function signedContext(db: Pick<Database, 'tenantKey' | 'now'>, tenant_id: string): string {
  const claim = `${tenant_id}|${Math.floor(db.now() / 1000) + CONTEXT_LASTS_S}`
  return `${claim}|${createHmac('sha256', db.tenantKey).update(claim).digest('hex')}`
}

/** A signature serves the transactions of a quarter of its life, so that its rest still outlasts any of them. */
const CONTEXT_REUSED_MS = (CONTEXT_LASTS_S / 4) * 1000
const TENANTS_KEPT = 1_000
type SignedUntil = { readonly context: string; readonly until_ms: number }
const signedFor = new WeakMap<Buffer, Map<string, SignedUntil>>()

/** signedContext, signed once for the transactions of half a minute. */
function contextOf(db: Database, tenant_id: string): string {
  let tenants = signedFor.get(db.tenantKey)
  if (tenants === undefined) signedFor.set(db.tenantKey, (tenants = new Map()))
  const known = tenants.get(tenant_id)
  const now_ms = db.now()
  // Both ends: a clock that was set back must not stretch it.
  if (known !== undefined && now_ms < known.until_ms && now_ms >= known.until_ms - CONTEXT_REUSED_MS) return known.context
  if (tenants.size >= TENANTS_KEPT) tenants.clear()
  const context = signedContext(db, tenant_id)
  tenants.set(tenant_id, { context, until_ms: now_ms + CONTEXT_REUSED_MS })
  return context
}

type OpenTx = { readonly tx: Tx; /** from here on the transaction takes nothing more */ end(): void }

/**
 * A transaction that can be ended. What some forgotten branch of `work` sends afterwards is refused here: the connection may by then serve
 * another tenant.
 */
function openTx(db: Database, client: pg.PoolClient, actor: TenantContext): OpenTx {
  let ended = false
  let builder: Kysely<Tables> | null = null
  const guarded: Send = async (text, values) => {
    if (ended) throw new Error('this transaction has ended')
    return send(db, client, text, values)
  }
  const tx: Tx = {
    get db() { return (builder ??= kyselyOver(guarded)) },
    actor,
    run: async <R>(query: Compilable<R>) => {
      const compiled = query.compile()
      return (await guarded(compiled.sql, compiled.parameters)).rows as R[]
    },
    sql: async <R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) => (await guarded<R>(text, values)).rows,
  }
  return { tx, end: () => { ended = true } }
}

/** Opens a transaction with its tenant; nothing is awaited, so that BEGIN, context and the first statements travel together. */
function begin(db: Database, client: pg.PoolClient, actor: TenantContext, mode: 'read only' | 'read write'): Promise<unknown> {
  const opened = Promise.all([
    // One snapshot for all statements of a read; a write takes each statement's newest, which is what the claim of a key needs.
    client.query(mode === 'read only' ? 'begin isolation level repeatable read read only' : 'begin'),
    send(db, client, "select set_config('fc.tenant', $1, true)", [contextOf(db, actor.tenant_id)]),
  ])
  // Whoever awaits the first statement sees the failure; this only keeps it from being reported twice.
  opened.catch(() => undefined)
  return opened
}

/** COMMIT of a transaction that failed answers ROLLBACK and no error: that must never pass for a success. */
async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query('commit')
  if (command !== 'COMMIT') throw new Error(`the transaction ended in ${command}`)
}

/** Ends a failed transaction and gives the connection back, or throws the connection away where even that fails. */
async function abandon(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('rollback')
    client.release()
  } catch (cause) {
    client.release(cause as Error)
  }
}

/** Runs reads of one tenant on one snapshot. Whatever `work` sends that writes is refused by the database. */
export async function withTenantRead<T>(db: Database, actor: TenantContext, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await db.pool.connect()
  const { tx, end } = openTx(db, client, actor)
  try {
    const opened = begin(db, client, actor, 'read only')
    const result = await work(tx)
    end()
    await opened
    await commit(client)
    client.release()
    return result
  } catch (cause) {
    end()
    await abandon(client)
    throw cause
  }
}

/** What `work` returns when it will not do it: every effect is rolled back and one audit row says so. */
export const refused = <const R extends { readonly code: string }>(why: R, audit: Omit<AuditEntry, 'transition_seq'>): Refusal<R> => ({ refused: why, audit })

/**
 * The one way to change anything. The same key with the same fingerprint answers what was stored, with another one is a mismatch, and while
 * the first is still running it is in flight. Authorise before calling: a replay is answered without running `work`. Whoever is no member in this
 * role any more by the time of the transaction is not signed in.
 */
export async function withTenantWrite<T, R extends { readonly code: string } = never>(
  db: Database, request: WriteRequest, work: (tx: Tx) => Promise<WriteEffect<T> | Refusal<R>>,
): Promise<Result<WriteAnswer<T>, WriteError | R>> {
  const { actor } = request
  const client = await db.pool.connect()
  const { tx, end } = openTx(db, client, actor)
  let denied: Refusal<R> | null = null
  let stopped: WriteError['code'] | null = null
  try {
    const opened = begin(db, client, actor, 'read write')
    const [held] = await Promise.all([claim<T>(db, client, request), opened])
    db.reach?.('claimed')
    if (held.status === 'stored') {
      await client.query('rollback')
      db.reach?.('undone')
      client.release()
      return ok(held.answer)
    }
    if (held.status !== 'ours') stopped = held.status
    const effect = stopped === null ? await work(tx) : null
    db.reach?.('worked')
    end()
    if (effect !== null && !('refused' in effect)) {
      const last: Promise<unknown>[] = effect.final === false ? [] : [storeAnswer(db, client, request, effect.response)]
      if (effect.outbox !== undefined) last.push(send(db, client, 'insert into outbox (tenant_id, topic, body) values ($1, $2, $3)', [actor.tenant_id, effect.outbox.topic, JSON.stringify(effect.outbox.body)]))
      last.push(appendAudit(db, client, actor, effect.audit, request))
      db.reach?.('before_commit')
      const committed = commit(client)
      committed.catch(() => undefined)
      await Promise.all(last)
      db.reach?.('commit_sent')
      await committed
      db.reach?.('committed')
      client.release()
      // Not in the transaction: NOTIFY would hold a lock of the whole server while it commits, one after another.
      if (effect.outbox !== undefined) for (const tell of db.onOutbox) tell(actor.tenant_id)
      return ok({ ...effect.response, replayed: false })
    }
    await client.query('rollback')
    db.reach?.('undone')
    client.release()
    denied = effect
  } catch (cause) {
    end()
    await abandon(client)
    if (!isRaceLost(cause)) throw cause
    stopped = 'stale_version'
  }
  if (denied === null) {
    const code = stopped ?? 'stale_version'
    await recordDenial(db, actor, { action: request.action ?? request.operation, code, request_id: request.request_id })
    return err({ code })
  }
  await appendAlone(db, actor, { ...denied.audit, transition_seq: null, facts: { refused: denied.refused.code, of: denied.audit.facts } }, request)
  return err(denied.refused)
}

/** Writes the one audit row of a change that was refused before any transaction of its own began. */
export async function recordDenial(db: Database, actor: TenantContext, denial: DenialEntry): Promise<void> {
  const entry: AuditEntry = { action: denial.action, entity: denial.entity ?? 'request', entity_id: denial.entity_id ?? denial.request_id, transition_seq: null, facts: { refused: denial.code } }
  await appendAlone(db, actor, entry, { request_id: denial.request_id })
}

/** What the work of such a transaction answers when there was nothing to do after all: whatever it did is rolled back, and no row says that it was done. */
export const NOTHING_DONE = Symbol('nothing done')

/** An audit row, and in whose chain it stands. */
export type EntryOf = { readonly actor: TenantContext; readonly entry: AuditEntry }

/** BEGIN, the work, the audit rows that it answers, COMMIT. False where it answered NOTHING_DONE. */
async function recording(db: Database, actor: TenantContext, request: { readonly request_id: string }, work: (tx: Tx) => Promise<readonly EntryOf[] | typeof NOTHING_DONE>): Promise<boolean> {
  const client = await db.pool.connect()
  const { tx, end } = openTx(db, client, actor)
  try {
    const opened = begin(db, client, actor, 'read write')
    const told = await work(tx)
    db.reach?.('worked')
    end()
    if (told === NOTHING_DONE) {
      await abandon(client)
      return false
    }
    await Promise.all([opened, ...told.flatMap((each) => [
      ...(each.actor.tenant_id === actor.tenant_id && told.length === 1 ? [] : [send(db, client, "select set_config('fc.tenant', $1, true)", [contextOf(db, each.actor.tenant_id)])]),
      appendAudit(db, client, each.actor, each.entry, request),
    ])])
    db.reach?.('before_commit')
    await commit(client)
    db.reach?.('committed')
    client.release()
    return true
  } catch (cause) {
    end()
    await abandon(client)
    throw cause
  }
}

/**
 * A transaction of one audit row, with whatever `before` sends in it; an entry that tells of what that did is given as a function, called after
 * it. Used by sign-in, sign-out and what a person does with the own account, which have no idempotency key. False, and nothing is written, where
 * `before` answers NOTHING_DONE.
 */
export const appendAlone = (db: Database, actor: TenantContext, entry: AuditEntry | (() => AuditEntry), request: { readonly request_id: string }, before?: (tx: Tx) => Promise<unknown>): Promise<boolean> =>
  recording(db, actor, request, async (tx) => ((await before?.(tx)) === NOTHING_DONE ? NOTHING_DONE : [{ actor, entry: typeof entry === 'function' ? entry() : entry }]))

/**
 * As appendAlone, for what two companies see of one person: `before` says what each of the two chains is to tell. Both rows or none; the
 * heads are locked in one order, so that two who change places do not wait for each other.
 */
export const appendInBoth = (db: Database, actor: TenantContext, request: { readonly request_id: string }, before: (tx: Tx) => Promise<readonly [EntryOf, EntryOf] | typeof NOTHING_DONE>): Promise<boolean> =>
  recording(db, actor, request, async (tx) => {
    const both = await before(tx)
    return both === NOTHING_DONE ? NOTHING_DONE : [...both].sort((a, b) => (a.actor.tenant_id < b.actor.tenant_id ? -1 : 1))
  })

/**
 * A transaction of what the server keeps about a tenant's record and nobody did: it leaves no audit row. For checkpoints, which sign that record:
 * a row for each would be the next thing to sign.
 */
export async function withTenantUpkeep<T>(db: Database, context: TenantContext, work: (tx: Tx) => Promise<T>): Promise<T> {
  let result: T
  await recording(db, context, { request_id: '' }, async (tx) => {
    result = await work(tx)
    return []
  })
  return result!
}

/** Whether the actor still is the member that the request was admitted as. For appendAlone, whose callers have no key to claim. */
export async function isStillMember({ actor, sql }: Tx): Promise<boolean> {
  const found = await sql('select from memberships where tenant_id = $1 and user_id = $2 and role = $3 and merchant_id is not distinct from $4 and ended_at is null',
    [actor.tenant_id, actor.user_id, actor.role, actor.merchant_id])
  return found.length > 0
}

type Claim<T> = { readonly status: 'ours' } | { readonly status: 'stored'; readonly answer: WriteAnswer<T> } | { readonly status: Exclude<WriteError['code'], 'stale_version'> }

/**
 * Takes the key for this transaction, or learns what became of it. Two statements on purpose: the second sees what the last holder of the
 * lock committed, which a single one with its older snapshot would not. It also looks whether the actor still is who the request was admitted
 * as: a membership that ended, or another role, since then must neither write nor be told what was once written.
 */
async function claim<T>(db: Database, client: pg.PoolClient, request: WriteRequest): Promise<Claim<T>> {
  const key = [request.actor.tenant_id, request.actor.user_id, request.operation, request.idempotency_key]
  const { actor } = request
  const [lock, found] = await Promise.all([
    send<{ got: boolean }>(db, client, 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as got', [key.join('|')]),
    send<{ stands: boolean; status: number | null; body: T; same: boolean }>(db, client,
      `select m.stands, k.status, k.body, k.fingerprint = $5 as same from (select exists (select from memberships
          where tenant_id = $1 and user_id = $2 and role = $6 and merchant_id is not distinct from $7 and ended_at is null) as stands) m
        left join idempotency_keys k on k.tenant_id = $1 and k.user_id = $2 and k.operation = $3 and k.key = $4`,
      [...key, fingerprintOf(request), actor.role, actor.merchant_id]),
  ])
  const { stands, status, body, same } = found.rows[0]!
  if (!stands) return { status: 'not_signed_in' }
  if (status !== null) return same ? { status: 'stored', answer: { status, body, replayed: true } } : { status: 'idempotency_mismatch' }
  return lock.rows[0]!.got ? { status: 'ours' } : { status: 'idempotency_in_flight' }
}

function fingerprintOf(request: WriteRequest): Buffer {
  if (!/^[0-9a-f]{64}$/.test(request.fingerprint)) throw new Error('fingerprint must be a SHA-256 in hex')
  return Buffer.from(request.fingerprint, 'hex')
}

const storeAnswer = <T>(db: Database, client: pg.PoolClient, request: WriteRequest, response: WriteEffect<T>['response']) =>
  send(db, client, 'insert into idempotency_keys (tenant_id, user_id, operation, key, fingerprint, status, body) values ($1, $2, $3, $4, $5, $6, $7)',
    [request.actor.tenant_id, request.actor.user_id, request.operation, request.idempotency_key, fingerprintOf(request), response.status, JSON.stringify(response.body ?? null)])

function appendAudit(db: Database, client: pg.PoolClient, actor: TenantContext, entry: AuditEntry, request: { readonly request_id: string; readonly operation?: string }): Promise<unknown> {
  const payload: Record<string, Json> = {
    v: 1, tenant_id: actor.tenant_id, user_id: actor.user_id, role: actor.role, action: entry.action, entity: entry.entity, entity_id: entry.entity_id,
    transition_seq: entry.transition_seq, request_id: request.request_id, facts: entry.facts,
  }
  if (request.operation !== undefined) payload['operation'] = request.operation
  return send(db, client, 'select fc.append_audit($1)', [Buffer.from(canonicalJson(payload), 'utf8')])
}

/** Constraints that a second writer runs into when the first has moved the same thing on. */
const RACES: ReadonlySet<string> = new Set(['route_session_transitions_once', 'audit_events_once', 'session_messages_in_order', 'merchants_tenant_id_name_key', 'provider_accounts_live_label', 'merchant_documents_once', 'merchant_documents_superseded_once', 'payment_incidents_one_open', 'payment_incident_events_once', 'desk_fee_rules_tenant_id_merchant_id_corridor_id_key'])

/** Guards of the database that a change can meet only because another was first: the code asks the same before, on what it read. */
const GUARDS: ReadonlySet<string> = new Set([
  'approvals_once', 'approvals_of_what_stands', 'route_sessions_agreed', 'route_sessions_approved', 'route_sessions_steps_done', 'execution_steps_while_executing', 'execution_steps_in_order', 'execution_steps_proved',
  'execution_step_transitions_once', 'proofs_one_of_a_kind', 'proofs_file_serves_once', 'proofs_transaction_serves_once', 'proofs_file_usable', 'proofs_judged_once',
  'route_sessions_no_unknown_step', 'merchant_documents_same_money',
])

const isRaceLost = (cause: unknown): boolean => {
  const { code, constraint } = cause as { code?: string; constraint?: string }
  return constraint !== undefined && (GUARDS.has(constraint) || (code === '23505' && RACES.has(constraint)))
}
