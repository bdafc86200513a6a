/** Which papers a candidate needs, which are missing, and when it can start at the earliest. */
import type { PaymentIntent } from '#contracts/routing.ts'
import { durationSeconds } from './durations.ts'
import type { IntentContext, Target } from './intent-context.ts'
import { amountAtMid } from './intent-context.ts'
import { compare, fromDecimal } from './rational.ts'
import type { Leg } from './leg.ts'
import type { CorridorDocument } from './snapshot.ts'

/** What the routes' side of the documents depends on; candidates that agree on it need the same papers. */
export type RouteTraits = { readonly mask: bigint; readonly token: boolean; readonly own_funds: boolean; readonly rmb_by_bank: boolean; readonly payout_currency: string; readonly method: string }

export type Need = {
  readonly code: string
  readonly stage: 'before_payment' | 'after_payment' | 'desk'
  readonly status: 'on_file' | 'missing' | 'not_available' | 'promised' | 'desk'
  readonly served_by: string | null
  readonly by_legs: boolean
  readonly by_corridor: boolean
}

export type Needs = {
  readonly all: readonly Need[]
  readonly missing: readonly string[]
  readonly not_available: readonly string[]
  readonly after_payment: readonly string[]
  /** seconds until the slowest missing paper is there */
  readonly lead_s: number
  readonly slowest: string | null
}

/** Whether a document that is listed is asked of this intent at all (`document_conditions`). */
export function conditionHolds(context: IntentContext, code: string): boolean {
  const { snapshot, intent } = context
  const condition = snapshot.documents.condition(code)
  if (!condition) return true
  const { trade_class, goods_class, paid, amount_gte, first_payment_to_supplier } = condition
  return (trade_class === undefined || trade_class.includes(intent.merchant.trade_class))
    && (goods_class === undefined || goods_class.includes(intent.goods.class))
    && (paid === undefined || paid.includes(intent.goods.paid))
    && (amount_gte === undefined || compare(amountAtMid(snapshot, intent, amount_gte.currency), fromDecimal(amount_gte.amount)) >= 0)
    && (first_payment_to_supplier === undefined || first_payment_to_supplier === intent.first_payment_to_supplier)
}

/** Whether the intent's side of `applies_if` holds; the three keys that speak of the route are asked separately. */
export const intentAsksFor = (intent: PaymentIntent, document: CorridorDocument): boolean => {
  const { purpose, paid, first_payment_to_supplier } = document.applies_if
  return (purpose === undefined || purpose.includes(intent.purpose))
    && (paid === undefined || paid.includes(intent.goods.paid))
    && (first_payment_to_supplier === undefined || first_payment_to_supplier === intent.first_payment_to_supplier)
}

function routeAsksFor(document: CorridorDocument, traits: RouteTraits, legDocuments: ReadonlySet<string>): boolean {
  const { route_requires, route_uses, payout_currency } = document.applies_if
  return (route_requires === undefined || route_requires.some((code) => legDocuments.has(code)))
    && (route_uses === undefined || route_uses.some((use) => traits[use as "token" | "own_funds" | "rmb_by_bank"]))
    && (payout_currency === undefined || payout_currency.includes(traits.payout_currency))
}

/** The document on file that serves for a code: itself or an equivalent; null when none does. */
export function onFile(context: IntentContext, code: string): string | null {
  if (context.on_file.has(code)) return code
  return context.snapshot.documents.equivalents(code).find((other) => context.on_file.has(other)) ?? null
}

export function isStructural(context: IntentContext, code: string, target_method: string): boolean {
  const unless = context.snapshot.documents.structural_unless_method.get(code)
  return unless !== undefined ? unless !== target_method : context.snapshot.documents.structural.has(code)
}

export const traitsOf = (legs: readonly Leg[], target: Target): RouteTraits => {
  let mask = 0n
  let token = false
  let own_funds = false
  let rmb_by_bank = false
  for (const leg of legs) {
    mask |= leg.document_mask
    token ||= leg.moves_token
    own_funds ||= leg.provider.needs_held_funds === true
    rmb_by_bank ||= leg.rmb_by_bank
  }
  return { mask, token, own_funds, rmb_by_bank, payout_currency: target.currency, method: target.method }
}

/** What is true of each code for the whole intent, by its bit: asked at all, its stage, what serves for it, how long it takes. */
type CodeFacts = { readonly code: string; readonly asked: boolean; readonly stage: Need['stage']; readonly served: string | null; readonly lead_s: number }

/** Needs by the index of a plan's traits, computed once for candidates that share them. */
export function needsCache(context: IntentContext): (traits: RouteTraits, traits_index: number) => Needs {
  const book = context.snapshot.documents
  const codes = book.codes.map((code): CodeFacts => ({
    code, asked: conditionHolds(context, code), stage: book.stage(code), served: onFile(context, code), lead_s: durationSeconds(book.lead_time(code)),
  }))
  const corridor = context.corridor.documents.filter((d) => intentAsksFor(context.intent, d))
  const known: Needs[] = []
  return (traits, traits_index) => (known[traits_index] ??= needsOf(context, codes, corridor, traits))
}

function needsOf(context: IntentContext, codes: readonly CodeFacts[], corridor: readonly CorridorDocument[], traits: RouteTraits): Needs {
  const fromLegs = new Set<string>()
  for (let i = 0, rest = traits.mask; rest > 0n; i++, rest >>= 1n) if (rest & 1n) fromLegs.add(codes[i]!.code)
  const fromCorridor = new Set<string>()
  for (const document of corridor) if (routeAsksFor(document, traits, fromLegs)) fromCorridor.add(document.code)
  const all: Need[] = []
  const missing: string[] = []
  const not_available: string[] = []
  const after_payment: string[] = []
  let lead_s = 0
  let slowest: string | null = null
  for (const { code, asked, stage, served, lead_s: own } of codes) {
    const by_legs = fromLegs.has(code)
    const by_corridor = fromCorridor.has(code)
    if (!asked || !(by_corridor || by_legs)) continue
    let status: Need['status'] = 'on_file'
    if (stage === 'desk') status = 'desk'
    else if (stage === 'after_payment') { status = 'promised'; after_payment.push(code) }
    else if (served === null && isStructural(context, code, traits.method)) { status = 'not_available'; not_available.push(code) }
    else if (served === null) {
      status = 'missing'
      missing.push(code)
      if (own > lead_s) { lead_s = own; slowest = code }
    }
    all.push({ code, stage, status, served_by: served === code ? null : served, by_legs, by_corridor })
  }
  return { all, missing, not_available, after_payment, lead_s, slowest }
}
