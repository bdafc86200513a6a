/** Steps of a route session that is executed, their moves, and the proofs of what was done. */
import { moneyOrNull } from '#contracts/money.ts'
import type { Result } from '#contracts/result.ts'
import { err, ok } from '#contracts/result.ts'
import type { Tx } from './transactions.ts'
import type { EarlierReading, NewProof, NewStep, ProofRow, RailOwner, StepMove, StepMoveRow, StepRow } from './types.ts'

/** Writes the steps of a route down; the first is ready, the others wait for it. */
export async function planSteps(tx: Tx, session_id: string, market_clock: string, steps: readonly NewStep[]): Promise<void> {
  const tenant = tx.actor.tenant_id
  const column = <T>(of: (step: NewStep) => T): T[] => steps.map(of)
  const states = steps.map((_, i) => (i === 0 ? 'ready' : 'pending'))
  await Promise.all([
    tx.sql(`insert into execution_steps (tenant_id, session_id, id, position, hop, kind, done_by, provider_id, proof_kinds, amount_in, currency_in, amount_out, currency_out, to_supplier, reference, typical, version, state)
      select $1, $2, id, position, hop, kind, done_by, provider_id, string_to_array(kinds, ','), amount_in, currency_in, amount_out, currency_out, to_supplier, reference, typical, 1, state
      from unnest($3::uuid[], $4::integer[], $5::integer[], $6::text[], $7::text[], $8::text[], $9::text[], $10::numeric[], $11::text[], $12::numeric[], $13::text[], $14::text[], $15::text[], $16::text[], $17::boolean[])
        as t(id, position, hop, kind, done_by, provider_id, kinds, amount_in, currency_in, amount_out, currency_out, reference, typical, state, to_supplier)`,
    [tenant, session_id, column((s) => s.id), column((s) => s.position), column((s) => s.hop), column((s) => s.kind), column((s) => s.done_by), column((s) => s.provider_id), column((s) => s.proof_kinds.join(',')),
      column((s) => s.money_in.amount), column((s) => s.money_in.currency), column((s) => s.money_out.amount), column((s) => s.money_out.currency), column((s) => s.reference), column((s) => s.typical), states, column((s) => s.to_supplier)]),
    tx.sql(`insert into execution_step_transitions (tenant_id, step_id, seq, from_state, to_state, market_clock, user_id, role)
      select $1, id, 1, null, state, $4, $5, $6 from unnest($2::uuid[], $3::text[]) as t(id, state)`, [tenant, column((s) => s.id), states, market_clock, tx.actor.user_id, tx.actor.role]),
  ])
}

type RawStep = Omit<StepRow, 'money_in' | 'money_out' | 'moves'> & { amount_in: string; currency_in: string; amount_out: string; currency_out: string }

/** The steps of a session in their order, each with its moves. None before it is executed. */
export async function readSteps(tx: Tx, session_id: string): Promise<StepRow[]> {
  const tenant = tx.actor.tenant_id
  const [steps, moves] = await Promise.all([
    tx.sql<RawStep>(`select id, session_id, position, hop, kind, done_by, provider_id, proof_kinds, amount_in, currency_in, amount_out, currency_out, to_supplier, reference, typical, version, state, rail_owner, account_label,
      provider_account_id from execution_steps where tenant_id = $1 and session_id = $2 order by position`, [tenant, session_id]),
    tx.sql<StepMoveRow & { step_id: string }>(`select m.step_id, m.seq, m.from_state as "from", m.to_state as "to", m.at, m.market_clock, b.display_name as who, m.user_id, m.reason_code, m.note
      from execution_step_transitions m join execution_steps t on t.tenant_id = m.tenant_id and t.id = m.step_id join memberships b on b.tenant_id = m.tenant_id and b.user_id = m.user_id
      where m.tenant_id = $1 and t.session_id = $2 order by m.seq`, [tenant, session_id]),
  ])
  return steps.map(({ amount_in, currency_in, amount_out, currency_out, ...step }) => ({
    ...step, money_in: { amount: amount_in, currency: currency_in }, money_out: { amount: amount_out, currency: currency_out },
    moves: moves.filter(({ step_id }) => step_id === step.id).map(({ step_id: _, ...move }) => move),
  }))
}

/** Moves a step on, if it still is as the caller saw it and the machine has the move. The database refuses what the rules on proof and order refuse. */
export async function moveStep(tx: Tx, move: StepMove): Promise<Result<{ version: number }, { code: 'stale_version' | 'wrong_state' }>> {
  const { actor } = tx
  const [moved] = await tx.sql<{ version: number }>(`with moved as (
      update execution_steps set version = version + 1, state = $5 where tenant_id = $1 and id = $2 and version = $3 and state = $4
        and exists (select from step_edges where from_state = $4 and to_state = $5) returning version
    ), step as (
      insert into execution_step_transitions (tenant_id, step_id, seq, from_state, to_state, market_clock, user_id, role, reason_code, note)
      select $1, $2, version, $4, $5, $6, $7, $8, $9, $10 from moved
    ) select version from moved`,
  [actor.tenant_id, move.step_id, move.version, move.from, move.to, move.market_clock, actor.user_id, actor.role, move.reason_code ?? null, move.note ?? null])
  if (moved !== undefined) return ok({ version: moved.version })
  const [now] = await tx.sql<{ version: number }>('select version from execution_steps where tenant_id = $1 and id = $2', [actor.tenant_id, move.step_id])
  return err({ code: now?.version === move.version ? 'wrong_state' : 'stale_version' })
}

/** Says for every step of a leg who owns the account it runs on. False where that account is none of the provider's live ones. */
export async function setRail(tx: Tx, session_id: string, hop: number, rail: { readonly owner: RailOwner; readonly account_label: string; readonly provider_account_id: string | null }): Promise<boolean> {
  const { tenant_id } = tx.actor
  if (rail.provider_account_id !== null) {
    const found = await tx.sql(`select from provider_accounts a join route_sessions s on s.tenant_id = a.tenant_id and s.id = $3
      where a.tenant_id = $1 and a.id = $2 and a.retired_at is null and a.rail_owner = $5 and (a.merchant_id is null or a.merchant_id = s.merchant_id)
        and a.provider_id = (select provider_id from execution_steps where tenant_id = $1 and session_id = $3 and hop = $4 limit 1)`, [tenant_id, rail.provider_account_id, session_id, hop, rail.owner])
    if (found.length === 0) return false
  }
  await tx.sql("update execution_steps set rail_owner = $4, account_label = $5, provider_account_id = $6 where tenant_id = $1 and session_id = $2 and hop = $3 and state in ('pending', 'ready')",
    [tenant_id, session_id, hop, rail.owner, rail.account_label, rail.provider_account_id])
  return true
}

/** Stores a proof with the digest of its file. The database refuses a file that proved another step, or that no scanner has passed. */
export async function addProof(tx: Tx, proof: NewProof): Promise<void> {
  await tx.sql(`insert into proofs (tenant_id, id, session_id, step_id, kind, artifact_id, sha256, amount, currency, happened_at, payee, account_last4, reference, charges, transaction_hash, differences, submitted_by)
    select $1, $2, $3, $4, $5, a.id, a.sha256, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 from artifacts a where a.tenant_id = $1 and a.id = $6`,
  [tx.actor.tenant_id, proof.id, proof.session_id, proof.step_id, proof.kind, proof.artifact_id, proof.money?.amount ?? null, proof.money?.currency ?? null, proof.happened_at, proof.payee, proof.account_last4,
    proof.reference, proof.charges, proof.transaction_hash, JSON.stringify(proof.differences), tx.actor.user_id])
}

/** Accepts or rejects a submitted proof. False where it was judged before. */
export async function judgeProof(tx: Tx, id: string, verdict: { readonly state: 'accepted' | 'rejected'; readonly reason_code: string | null }): Promise<boolean> {
  const judged = await tx.sql("update proofs set state = $3, reason_code = $4, decided_by = $5, decided_at = clock_timestamp() where tenant_id = $1 and id = $2 and state = 'submitted' returning id",
    [tx.actor.tenant_id, id, verdict.state, verdict.reason_code, tx.actor.user_id])
  return judged.length === 1
}

type RawProof = Omit<ProofRow, 'money'> & { amount: string | null; currency: string | null }

/** Every proof of a session, oldest first. */
export async function readProofs(tx: Tx, session_id: string): Promise<ProofRow[]> {
  const rows = await tx.sql<RawProof>(`select p.id, p.session_id, p.step_id, p.kind, p.artifact_id, a.file_name, encode(p.sha256, 'hex') as sha256, p.amount, p.currency, p.happened_at, p.payee, p.account_last4, p.reference,
      p.charges, p.transaction_hash, p.differences, p.state, p.submitted_by, b.display_name as submitted_by_name, p.submitted_at, p.decided_by, d.display_name as decided_by_name, p.decided_at, p.reason_code
    from proofs p join artifacts a on a.tenant_id = p.tenant_id and a.id = p.artifact_id join memberships b on b.tenant_id = p.tenant_id and b.user_id = p.submitted_by
      left join memberships d on d.tenant_id = p.tenant_id and d.user_id = p.decided_by
    where p.tenant_id = $1 and p.session_id = $2 order by p.id`, [tx.actor.tenant_id, session_id])
  return rows.map(({ amount, currency, ...row }) => ({ ...row, money: moneyOrNull(amount, currency) }))
}

/** What was read from the same bytes before and was not taken, the newest first: of any step, for a file may have been put aside at another. */
export async function readEarlierReadings(tx: Tx, artifact_id: string): Promise<EarlierReading[]> {
  const rows = await tx.sql<Omit<EarlierReading, 'money'> & { amount: string | null; currency: string | null }>(`select p.kind, p.amount, p.currency, p.happened_at, p.payee, p.account_last4, p.reference, p.charges, p.transaction_hash
    from proofs p join artifacts a on a.tenant_id = p.tenant_id and a.sha256 = p.sha256 where p.tenant_id = $1 and a.id = $2 and p.state = 'rejected' order by p.id desc limit 50`, [tx.actor.tenant_id, artifact_id])
  return rows.map(({ amount, currency, ...row }) => ({ ...row, money: moneyOrNull(amount, currency) }))
}

/** State of a file that is to prove something, or null where the session and its merchant have no such file. */
export async function readProofFile(tx: Tx, session_id: string, artifact_id: string): Promise<{ readonly state: string } | null> {
  const [row] = await tx.sql<{ state: string }>(`select a.state from artifacts a join route_sessions s on s.tenant_id = a.tenant_id and s.id = $3
    where a.tenant_id = $1 and a.id = $2 and (a.session_id is null or a.session_id = s.id) and (a.merchant_id is null or a.merchant_id = s.merchant_id)`, [tx.actor.tenant_id, artifact_id, session_id])
  return row ?? null
}

/** What of a file or transaction proves a step already; null where nothing does. */
export async function isFileUsed(tx: Tx, artifact_id: string, transaction_hash: string | null): Promise<'file' | 'transaction' | null> {
  const [row] = await tx.sql<{ file: boolean; transaction: boolean }>(`select
      exists (select from proofs p join artifacts a on a.tenant_id = p.tenant_id and a.sha256 = p.sha256 where p.tenant_id = $1 and a.id = $2 and p.state <> 'rejected') as file,
      exists (select from proofs where tenant_id = $1 and transaction_hash is not null and fc.transaction_key(transaction_hash) = fc.transaction_key($3) and state <> 'rejected') as transaction`, [tx.actor.tenant_id, artifact_id, transaction_hash])
  return row!.file ? 'file' : row!.transaction ? 'transaction' : null
}

/** The masked references of the accounts that a session's steps run on, by account. */
export async function readAccountMasks(tx: Tx, session_id: string): Promise<Map<string, string>> {
  const rows = await tx.sql<{ id: string; reference_masked: string }>(`select distinct a.id, a.reference_masked from execution_steps t join provider_accounts a on a.tenant_id = t.tenant_id and a.id = t.provider_account_id
    where t.tenant_id = $1 and t.session_id = $2`, [tx.actor.tenant_id, session_id])
  return new Map(rows.map(({ id, reference_masked }) => [id, reference_masked]))
}

export type SealedPayee = { readonly of: 'supplier'; readonly supplier_id: string; readonly sealed: Buffer } | { readonly of: 'account'; readonly account_id: string | null; readonly sealed: Buffer | null }

/** The sealed account that a step of an execution under way is paid to: the supplier's, or that of the account which the leg runs on. Null where there is no such step. */
export async function readSealedPayeeOfStep(tx: Tx, session_id: string, position: number): Promise<SealedPayee | null> {
  const [row] = await tx.sql<{ to_supplier: boolean; supplier_id: string; bank_details_sealed: Buffer; account_id: string | null; metadata_sealed: Buffer | null }>(`select t.to_supplier, p.id as supplier_id, p.bank_details_sealed,
      a.id as account_id, a.metadata_sealed
    from execution_steps t join route_sessions s on s.tenant_id = t.tenant_id and s.id = t.session_id join suppliers p on p.tenant_id = s.tenant_id and p.id = s.supplier_id
      left join provider_accounts a on a.tenant_id = t.tenant_id and a.id = t.provider_account_id
    where t.tenant_id = $1 and t.session_id = $2 and t.position = $3 and s.state in ('executing', 'paused') and p.details_state = 'confirmed' and p.details_version = s.accepted_details_version`,
  [tx.actor.tenant_id, session_id, position])
  if (row === undefined) return null
  return row.to_supplier ? { of: 'supplier', supplier_id: row.supplier_id, sealed: row.bank_details_sealed } : { of: 'account', account_id: row.account_id, sealed: row.metadata_sealed }
}

export type SealedPayment = { readonly supplier_id: string; readonly payee_sealed: Buffer; readonly account_id: string; readonly account_sealed: Buffer }

/** The sealed accounts that a real step pays from and to: the one that its leg runs on, and the supplier's. Null where it is no such step, or pays nobody yet. */
export async function readSealedPaymentOfStep(tx: Tx, session_id: string, position: number): Promise<SealedPayment | null> {
  const [row] = await tx.sql<SealedPayment>(`select p.id as supplier_id, p.bank_details_sealed as payee_sealed, a.id as account_id, a.metadata_sealed as account_sealed
    from execution_steps t join route_sessions s on s.tenant_id = t.tenant_id and s.id = t.session_id join suppliers p on p.tenant_id = s.tenant_id and p.id = s.supplier_id
      join provider_accounts a on a.tenant_id = t.tenant_id and a.id = t.provider_account_id
    where t.tenant_id = $1 and t.session_id = $2 and t.position = $3 and t.kind = 'instruct_bank' and t.to_supplier and t.state in ('ready', 'in_progress') and s.execution_mode <> 'simulation' and s.state in ('executing', 'paused')
      and p.details_state = 'confirmed' and p.details_version = s.accepted_details_version`, [tx.actor.tenant_id, session_id, position])
  return row ?? null
}

/** Whether it was the actor who confirmed that the supplier of this session was paid; never of a simulation. */
export async function hasConfirmedPayment(tx: Tx, session_id: string): Promise<boolean> {
  const [row] = await tx.sql<{ confirmed: boolean }>('select fc.confirmed_payment($1, $2, $3) as confirmed', [tx.actor.tenant_id, session_id, tx.actor.user_id])
  return row!.confirmed
}

/** Ends the steps that will not be done any more, with the session that they belong to. Steps under way keep the state they are in: what is known of them is known. */
export async function skipOpenSteps(tx: Tx, session_id: string, market_clock: string): Promise<void> {
  const { actor } = tx
  await tx.sql(`with skipped as (
      update execution_steps t set version = t.version + 1, state = 'skipped' from (select id, state from execution_steps where tenant_id = $1 and session_id = $2 and state in ('pending', 'ready', 'failed') for update) b
      where t.tenant_id = $1 and t.id = b.id returning t.id, t.version, b.state as from_state
    ) insert into execution_step_transitions (tenant_id, step_id, seq, from_state, to_state, market_clock, user_id, role) select $1, id, version, from_state, 'skipped', $3, $4, $5 from skipped`,
  [actor.tenant_id, session_id, market_clock, actor.user_id, actor.role])
}
