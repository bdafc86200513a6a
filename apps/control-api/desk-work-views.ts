/** Claims, messages and asks as their readers see them. */
import type { Claim, MerchantAsk, SessionMessage } from '#contracts/api/desk-work.ts'
import type { Actor } from '#contracts/roles.ts'
import type { AskRow, ClaimRow, MessageRow } from '#database/index.ts'

export const claimOf = (actor: Pick<Actor, 'user_id'>, row: ClaimRow | null): Claim | null =>
  row === null ? null : { name: row.name, mine: row.user_id === actor.user_id, claimed_at: row.claimed_at, expires_at: row.expires_at }

/** `market_clock` says whether an open ask is overdue. */
export const askOf = (row: AskRow, market_clock: string): MerchantAsk => ({
  id: row.id, kind: row.kind, document_code: row.document_code, text: row.text, due_at: row.due_at, state: row.state,
  overdue: row.state === 'open' && Date.parse(row.due_at) <= Date.parse(market_clock),
  asked_at: row.asked_at, closed_at: row.closed_at, answer_text: row.answer_text, file: row.file,
})

/** To a merchant whoever of the desk wrote is the desk. */
export const messageOf = (actor: Pick<Actor, 'role'>, row: MessageRow): SessionMessage => ({
  id: row.id, seq: row.seq, from: row.from, who: row.from === 'desk' && actor.role === 'merchant_client' ? 'The desk' : row.who,
  at: row.at, text: row.text, file: row.file, ask_id: row.ask_id,
})

export const sideOf = (actor: Pick<Actor, 'role'>): 'desk' | 'merchant' => (actor.role === 'merchant_client' ? 'merchant' : 'desk')
