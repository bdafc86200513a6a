/**
 * What a step tells whoever carries it: payee, account, amount, charges, purpose, reference and by when. The account is masked here; the whole number is
 * revealed by its own audited call. Pure.
 */
import type { PaymentInstruction } from '#contracts/api/execution.ts'
import type { Candidate, Hop, PaymentIntent } from '#contracts/routing.ts'
import type { NewStep, SupplierRow } from '#database/index.ts'
import { instantOf, isoInZone, nextCutOff, type OpenDays } from '#orchestrator/calendar.ts'
import type { Expected } from './proof-check.ts'

/** The steps of a leg that send money, or say that it arrived, to the supplier itself. */
export const paysSupplier = (hop: Hop): boolean => hop.to.holder === 'payee' || hop.to.holder === 'payee_bank'

/** Charges are an instruction of a bank transfer alone. OUR: a supplier is paid what was agreed, so the payer bears what banks take. */
const CHARGED: ReadonlySet<string> = new Set(['cross_border_transfer', 'documentary_credit'])
const OUR = 'The payer bears all charges, so that the supplier gets the whole amount.'

/** Purposes as ISO 20022 writes them (ExternalPurpose1Code). */
const PURPOSES = { goods: { code: 'GDDS', words: 'Goods trade' }, services: { code: 'SCVE', words: 'Services' } } as const

export type InstructionFacts = {
  readonly step: NewStep
  readonly candidate: Candidate
  readonly intent: Pick<PaymentIntent, 'purpose'>
  readonly supplier: Pick<SupplierRow, 'legal_name' | 'legal_name_zh' | 'bank_name' | 'city' | 'country' | 'account_masked' | 'cnaps_masked' | 'bic'>
  /** the account that the leg runs on, once it is said */
  readonly rail: { readonly account_label: string; readonly reference_masked: string | null } | null
  /** the provider's open days; null where it never closes */
  readonly days: OpenDays | null
  readonly market_clock: string
}

/** The instruction of one step. */
export function instructionOf({ step, candidate, intent, supplier, rail, days, market_clock }: InstructionFacts): PaymentInstruction {
  const hop = candidate.hops[step.hop]!
  const toSupplier = step.to_supplier
  const charged = CHARGED.has(hop.kind)
  return {
    payee: toSupplier ? supplier.legal_name : hop.provider_name,
    payee_zh: toSupplier ? supplier.legal_name_zh : null,
    bank_name: toSupplier ? supplier.bank_name : null,
    place: toSupplier ? `${supplier.city}, ${supplier.country}` : hop.to.country,
    account_masked: toSupplier ? supplier.account_masked : (rail?.reference_masked ?? null),
    cnaps_masked: toSupplier ? supplier.cnaps_masked : null,
    bic: toSupplier ? supplier.bic : null,
    money: hop.from.currency === hop.to.currency ? step.money_in : step.money_out,
    charges: charged ? 'OUR' : null, charges_mean: charged ? OUR : null,
    purpose_code: toSupplier ? PURPOSES[intent.purpose].code : null, purpose: toSupplier ? PURPOSES[intent.purpose].words : null,
    reference: step.reference,
    cut_off: days === null ? null : cutOffOf(days, market_clock),
  }
}

function cutOffOf(days: OpenDays, market_clock: string): PaymentInstruction['cut_off'] {
  const at = nextCutOff(days, instantOf(market_clock))
  return at === null ? null : { at: isoInZone(days.zone, at), time_zone: days.zone.name }
}

/** What a proof of the step is held against. */
export function expectedOf(step: NewStep, candidate: Candidate, supplier: Pick<SupplierRow, 'legal_name' | 'legal_name_zh' | 'account_masked'>, started_at: string, now: string): Expected {
  const hop = candidate.hops[step.hop]!
  const toSupplier = step.to_supplier
  return {
    sends: step.money_in, receives: step.money_out,
    payees: toSupplier ? [supplier.legal_name, ...(supplier.legal_name_zh === null ? [] : [supplier.legal_name_zh])] : [],
    account_last4: toSupplier ? lastFour(supplier.account_masked) : null,
    reference: step.reference, charges: CHARGED.has(hop.kind) ? 'OUR' : null, network: hop.network, started_at, now,
  }
}

const lastFour = (masked: string): string | null => /[0-9A-Za-z]{4}$/.exec(masked)?.[0] ?? null
