/** Screenings of a session's payment: recorded, cleared by a second person, and read. The database gives each its turn and refuses a payment behind a hit. */
import type { Tx } from './transactions.ts'
import type { NewScreening, ScreeningRow } from './types.ts'

const SELECT = `select c.id, c.session_id, c.subject, c.nth, c.result, c.list_name, c.list_date::text as list_date, c.screened_at, c.expires_at, c.details_version, c.artifact_id, c.note,
    c.screened_by, b.display_name as screened_by_name, c.cleared_by, d.display_name as cleared_by_name, c.cleared_at, c.cleared_because
  from screenings c join memberships b on b.tenant_id = c.tenant_id and b.user_id = c.screened_by
    left join memberships d on d.tenant_id = c.tenant_id and d.user_id = c.cleared_by`

/** Every screening of a session, the newest of each subject first. */
export const listScreenings = (tx: Tx, session_id: string): Promise<ScreeningRow[]> =>
  tx.sql<ScreeningRow>(`${SELECT} where c.tenant_id = $1 and c.session_id = $2 order by c.subject, c.nth desc`, [tx.actor.tenant_id, session_id])

export async function readScreening(tx: Tx, id: string): Promise<ScreeningRow | null> {
  return (await tx.sql<ScreeningRow>(`${SELECT} where c.tenant_id = $1 and c.id = $2`, [tx.actor.tenant_id, id]))[0] ?? null
}

/** Of what version the supplier's bank details are now; null where there is no such supplier. */
export async function readDetailsVersion(tx: Tx, supplier_id: string): Promise<number | null> {
  const [row] = await tx.sql<{ version: number }>('select details_version as version from suppliers where tenant_id = $1 and id = $2', [tx.actor.tenant_id, supplier_id])
  return row?.version ?? null
}

/** Records a screening by the actor; the database gives it its turn. Throws where the finder of a hit would find it gone: ask `findsOwnHitGone` before. */
export async function saveScreening(tx: Tx, screening: NewScreening): Promise<void> {
  await tx.sql(`insert into screenings (tenant_id, id, session_id, subject, result, list_name, list_date, screened_at, expires_at, details_version, artifact_id, note, screened_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
  [tx.actor.tenant_id, screening.id, screening.session_id, screening.subject, screening.result, screening.list_name, screening.list_date, screening.screened_at, screening.expires_at,
    screening.details_version, screening.artifact_id, screening.note, tx.actor.user_id])
}

/** Whether the actor is who found the hit that stands last of this subject's party in another session: of the payer by its merchant, of everybody else by the supplier. */
export async function foundHitElsewhere(tx: Tx, session_id: string, subject: string): Promise<boolean> {
  const [row] = await tx.sql<{ mine: boolean }>(`select fc.screening_stops(c.result, c.cleared_by) and c.screened_by = $4 as mine from route_sessions here
      join route_sessions other on other.tenant_id = here.tenant_id and other.id <> here.id and case $3 when 'payer' then other.merchant_id = here.merchant_id else other.supplier_id = here.supplier_id end
      join screenings c on c.tenant_id = other.tenant_id and c.session_id = other.id and c.subject = $3
    where here.tenant_id = $1 and here.id = $2 and $3 <> 'goods' order by c.recorded_at desc, c.id desc limit 1`, [tx.actor.tenant_id, session_id, subject, tx.actor.user_id])
  return row?.mine === true
}

/** Whether a hit stands against the payment of a session: of any subject, the newest. */
export async function isScreenedOut(tx: Tx, session_id: string): Promise<boolean> {
  const rows = await tx.sql(`select from (select distinct on (subject) result, cleared_by from screenings where tenant_id = $1 and session_id = $2 order by subject, nth desc) newest
    where fc.screening_stops(newest.result, newest.cleared_by) limit 1`, [tx.actor.tenant_id, session_id])
  return rows.length > 0
}

/** A second person says why a possible hit is none. False where it is none to clear, or cleared already. The same person is refused by the database. */
export async function clearScreening(tx: Tx, id: string, by: { readonly because: string; /** market clock */ readonly at: string }): Promise<boolean> {
  const rows = await tx.sql<{ id: string }>(
    "update screenings set cleared_by = $3, cleared_at = $4, cleared_because = $5 where tenant_id = $1 and id = $2 and result = 'possible_hit' and cleared_by is null returning id",
    [tx.actor.tenant_id, id, tx.actor.user_id, by.at, by.because])
  return rows.length > 0
}

/** Whether a stored file may stand as evidence of a screening of this session: of the restricted class, of this session, and not removed. */
export async function isScreeningFile(tx: Tx, artifact_id: string, session_id: string): Promise<boolean> {
  const rows = await tx.sql("select id from artifacts where tenant_id = $1 and id = $2 and session_id = $3 and class = 'restricted' and state in ('quarantined', 'clean')", [tx.actor.tenant_id, artifact_id, session_id])
  return rows.length > 0
}
