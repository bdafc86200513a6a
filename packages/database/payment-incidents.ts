/** Incidents of payments that were sent: opened, chased, resolved. Each change is one event, which the database demands. */
import { decodeCursor, encodeCursor, isStoredInstant, isUuid } from './cursor.ts'
import { moneyOrNull } from '#contracts/money.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import type { Tx } from './transactions.ts'
import type { IncidentEventRow, IncidentRow, NewIncident, NewIncidentStep } from './types.ts'

const COLUMNS = `i.id, i.session_id, s.reference as session_reference, i.version, i.state, i.kind, i.chaser, i.action, i.due_at, i.amount_missing, i.currency, i.merchant_text, i.merchant_note,
    i.opened_by, b.display_name as opened_by_name, i.opened_at, i.resolution, i.proof_reference, i.resolved_by, d.display_name as resolved_by_name, i.resolved_at`
const FROM = `from payment_incidents i join route_sessions s on s.tenant_id = i.tenant_id and s.id = i.session_id
    join memberships b on b.tenant_id = i.tenant_id and b.user_id = i.opened_by left join memberships d on d.tenant_id = i.tenant_id and d.user_id = i.resolved_by`
const SELECT = `select ${COLUMNS} ${FROM}`
type Raw = Omit<IncidentRow, 'amount_missing'> & { readonly amount_missing: string | null; readonly currency: string | null }
const rowOf = ({ amount_missing, currency, ...row }: Raw): IncidentRow => ({ ...row, amount_missing: moneyOrNull(amount_missing, currency) })

/** The incidents of a session, newest first, with their events in order. */
export async function listSessionIncidents(tx: Tx, session_id: string): Promise<(IncidentRow & { events: IncidentEventRow[] })[]> {
  const [rows, events] = await Promise.all([
    tx.sql<Raw>(`${SELECT} where i.tenant_id = $1 and i.session_id = $2 order by i.id desc`, [tx.actor.tenant_id, session_id]),
    tx.sql<IncidentEventRow & { incident_id: string }>(`select e.incident_id, e.seq, e.state, e.chaser, e.action, e.due_at, e.note, b.display_name as who, e.at
      from payment_incident_events e join payment_incidents i on i.tenant_id = e.tenant_id and i.id = e.incident_id join memberships b on b.tenant_id = e.tenant_id and b.user_id = e.user_id
      where e.tenant_id = $1 and i.session_id = $2 order by e.seq`, [tx.actor.tenant_id, session_id]),
  ])
  return rows.map((row) => ({ ...rowOf(row), events: events.filter(({ incident_id }) => incident_id === row.id).map(({ incident_id: _, ...event }) => event) }))
}

export async function readIncident(tx: Tx, id: string): Promise<IncidentRow | null> {
  const [raw] = await tx.sql<Raw>(`${SELECT} where i.tenant_id = $1 and i.id = $2`, [tx.actor.tenant_id, id])
  return raw === undefined ? null : rowOf(raw)
}

/** A page of the tenant's incidents: open ones by what is due first, resolved ones too. Throws CursorError. */
export async function listIncidents(tx: Tx, ask: { readonly open: boolean; readonly limit: number; readonly cursor?: string | null }): Promise<{ items: IncidentRow[]; next_cursor: string | null }> {
  const [at, id] = ask.cursor ? decodeCursor(ask.cursor, [isStoredInstant, isUuid]) as [string, string] : [null, null]
  const rows = await tx.sql<Raw & { sort_key: string }>(`select ${COLUMNS}, i.due_at::text as sort_key ${FROM} where i.tenant_id = $1 and (i.state <> 'resolved') = $2
    and ($3::timestamptz is null or (i.due_at, i.id) > ($3::timestamptz, $4::uuid)) order by i.due_at, i.id limit ${Math.trunc(ask.limit) + 1}`, [tx.actor.tenant_id, ask.open, at, id])
  const items = rows.slice(0, ask.limit)
  const last = items.at(-1)
  return { items: items.map(({ sort_key: _, ...row }) => rowOf(row)), next_cursor: rows.length > ask.limit && last !== undefined ? encodeCursor([last.sort_key, last.id]) : null }
}

function addEvent(tx: Tx, incident_id: string, seq: number, state: IncidentRow['state'], step: NewIncidentStep): Promise<unknown> {
  return tx.sql('insert into payment_incident_events (tenant_id, incident_id, seq, state, chaser, action, due_at, note, user_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
    [tx.actor.tenant_id, incident_id, seq, state, step.chaser, step.action, step.due_at, step.note, tx.actor.user_id])
}

/** Opens an incident with its first event. Throws where one of the kind is open, or where nothing was sent: ask before. */
export async function openIncident(tx: Tx, incident: NewIncident): Promise<void> {
  await tx.sql(`insert into payment_incidents (tenant_id, id, session_id, version, state, kind, chaser, action, due_at, amount_missing, currency, merchant_text, merchant_note, opened_by)
    values ($1, $2, $3, 1, 'open', $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
  [tx.actor.tenant_id, incident.id, incident.session_id, incident.kind, incident.chaser, incident.action, incident.due_at, incident.amount_missing?.amount ?? null, incident.amount_missing?.currency ?? null,
    incident.merchant_text, incident.merchant_note, tx.actor.user_id])
  await addEvent(tx, incident.id, 1, 'open', incident)
}

/** What is done next, by whom and by when. The new version; null where it is resolved or was changed meanwhile. */
export async function chaseIncident(tx: Tx, id: string, version: number, step: NewIncidentStep & { readonly merchant_text: string; readonly merchant_note: string | null }): Promise<number | null> {
  const [moved] = await tx.sql<{ version: number }>(`update payment_incidents set version = version + 1, state = 'chasing', chaser = $4, action = $5, due_at = $6, merchant_text = $7, merchant_note = $8
    where tenant_id = $1 and id = $2 and version = $3 and state <> 'resolved' returning version`, [tx.actor.tenant_id, id, version, step.chaser, step.action, step.due_at, step.merchant_text, step.merchant_note])
  if (moved === undefined) return null
  await addEvent(tx, id, moved.version, 'chasing', step)
  return moved.version
}

/** Ends an incident. Refuses a version that was changed meanwhile; throws what the constraints refuse: ask before. */
export async function resolveIncident(tx: Tx, incident: IncidentRow, by: { readonly resolution: string; readonly proof_reference: string | null; readonly note: string | null }): Promise<Result<{ version: number }, { code: 'stale_version' }>> {
  const [moved] = await tx.sql<{ version: number }>(`update payment_incidents set version = version + 1, state = 'resolved', resolution = $4, proof_reference = $5, resolved_by = $6, resolved_at = clock_timestamp()
    where tenant_id = $1 and id = $2 and version = $3 and state <> 'resolved' returning version`, [tx.actor.tenant_id, incident.id, incident.version, by.resolution, by.proof_reference, tx.actor.user_id])
  if (moved === undefined) return err({ code: 'stale_version' })
  await addEvent(tx, incident.id, moved.version, 'resolved', { chaser: incident.chaser, action: incident.action, due_at: incident.due_at, note: by.note })
  return ok({ version: moved.version })
}
