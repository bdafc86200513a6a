/**
 * provider-accounts: the accounts that legs run on, of whoever owns the rail. FlowClaw holds no money and no key to any of them. What a provider knows an
 * account by is sealed when kept and leaves the server masked, but for the audited reveal.
 */
import Type, { type Static } from 'typebox'
import { Country, Currency } from '../routing.ts'
import { note, visibleText } from '../text.ts'
import { closed, Instant, nullable, oneOf, PageQuery, Uuid } from './common.ts'

/** Who owns the account a leg runs on. */
export const RAIL_OWNERS = ['merchant', 'operator', 'provider'] as const

const ProviderId = Type.String({ minLength: 1, maxLength: 80 })

/** POST /api/provider-accounts. Nothing of it can be changed later: retire the account and make it again. */
export const ProviderAccountBody = Type.Object({
  provider_id: ProviderId,
  /** by what people and steps name it; once among a provider's live accounts */
  label: visibleText(80),
  /** that a leg of the provider takes or gives */
  currency: Currency,
  /** where the account is kept: one of the provider's countries; absent for a chain, which has none */
  country: Type.Optional(Country),
  rail_owner: oneOf(RAIL_OWNERS),
  /** whose it is; required for a merchant's account and for no other */
  merchant_id: Type.Optional(Uuid),
  /** by what the provider knows it: account or client number, IBAN, wallet address, user name. Never a password or key */
  account_reference: Type.String({ pattern: '^[!-~](?:[ -~]{2,98}[!-~])$' }),
  account_holder: Type.Optional(visibleText(200)),
  /** how the desk uses it */
  instructions: Type.Optional(note(500)),
}, closed)

export const ProviderAccount = Type.Object({
  id: Uuid, provider_id: Type.String(), label: Type.String(), currency: Type.String(), country: nullable(Country),
  rail_owner: oneOf(RAIL_OWNERS),
  merchant: nullable(Type.Object({ id: Uuid, name: Type.String() }, closed)),
  /** "•••• 4821" */
  reference_masked: Type.String(),
  state: Type.Enum(['live', 'retired']),
  created_at: Instant, created_by: Type.String(),
  retired_at: nullable(Instant), retired_by: nullable(Type.String()),
}, closed)
export type ProviderAccount = Static<typeof ProviderAccount>

export const ProviderAccountQuery = Type.Object({ provider_id: Type.Optional(ProviderId), ...PageQuery }, closed)

/** Why the sealed metadata is needed. Words of a list, because they are kept in the audit, where no free text may stand. */
export const ACCOUNT_REVEAL_REASONS = ['pay_by_hand', 'check_with_provider', 'reconcile', 'question_of_auditor', 'dispute'] as const
export const AccountRevealBody = Type.Object({ reason: oneOf(ACCOUNT_REVEAL_REASONS) }, closed)
/** The only answer that holds sealed metadata. */
export const RevealedAccount = Type.Object({ account_reference: Type.String(), account_holder: nullable(Type.String()), instructions: nullable(Type.String()) }, closed)
export type RevealedAccount = Static<typeof RevealedAccount>

/** POST /api/provider-accounts/:id/retire. Words of a list, as for a reveal. */
export const ACCOUNT_RETIRE_REASONS = ['closed', 'replaced', 'entered_wrongly', 'not_used'] as const
export const AccountRetireBody = Type.Object({ reason: oneOf(ACCOUNT_RETIRE_REASONS) }, closed)
