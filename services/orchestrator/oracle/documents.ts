/** Which documents a candidate needs and in what standing each is: "Documents" in corridors/README.md. */
import type { PaymentIntent } from '#contracts/routing.ts'
import type { Corridor, OracleData } from './data.ts'
import { atMid, isToken, moneyAtMid } from './price.ts'
import { decimal, less } from './rational.ts'
import type { Route } from './routes.ts'

const ROUTE_CONDITIONS = ['route_requires', 'route_uses', 'payout_currency']

/** The intent's amount at mid in another currency. */
export const intentAmount = (data: OracleData, intent: PaymentIntent, currency: string) =>
  atMid(data, decimal(intent.amount.value), intent.amount.currency, currency)

/** Whether a condition that speaks of the intent holds; null when the key is not one of those. */
function intentCondition(data: OracleData, intent: PaymentIntent, key: string, value: unknown): boolean | null {
  switch (key) {
    case 'purpose': return (value as string[]).includes(intent.purpose)
    case 'paid': return (value as string[]).includes(intent.goods.paid)
    case 'goods_class': return (value as string[]).includes(intent.goods.class)
    case 'trade_class': return (value as string[]).includes(intent.merchant.trade_class)
    case 'first_payment_to_supplier': return intent.first_payment_to_supplier === value
    case 'amount_gte': {
      const { amount, currency } = value as { amount: string; currency: string }
      return !less(intentAmount(data, intent, currency), moneyAtMid(data, { amount, currency }, currency))
    }
    default: return null
  }
}

/** document_conditions: what is listed is required only where its condition holds. */
function conditionHolds(data: OracleData, intent: PaymentIntent, code: string): boolean {
  const conditions = data.corridors.document_conditions[code] as Record<string, unknown> | undefined
  return Object.entries(conditions ?? {}).every(([key, value]) =>
    key === 'facts' || key === 'partly_sourced' || (intentCondition(data, intent, key, value) ?? false))
}

const legDocuments = (route: Route): string[] => route.hops.flatMap(({ leg, provider }) => leg.documents_required ?? provider.documents_required)

/** Whether some leg lists this document. */
export const legsRequire = (route: Route, code: string): boolean => legDocuments(route).includes(code)
export const usesToken = (route: Route): boolean => route.hops.some(({ leg }) => isToken(leg.from) || isToken(leg.to))

function routeUses(route: Route, what: string): boolean {
  if (what === 'token') return usesToken(route)
  if (what === 'own_funds') return route.hops.some(({ provider }) => provider.needs_held_funds)
  if (what === 'rmb_by_bank') {
    return route.hops.some(({ leg }) =>
      (leg.kind === 'cross_border_transfer' || leg.kind === 'settlement') && (leg.from === 'CNH' || leg.to === 'CNH'))
  }
  throw new Error(`unknown route_uses ${what}`)
}

function appliesTo(data: OracleData, intent: PaymentIntent, route: Route, applies: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(applies).every(([key, value]) => {
    const list = value as string[]
    if (key === 'route_requires') return list.some((code) => legsRequire(route, code))
    if (key === 'route_uses') return list.some((what) => routeUses(route, what))
    if (key === 'payout_currency') return list.includes(route.target.currency)
    const holds = intentCondition(data, intent, key, value)
    if (holds === null) throw new Error(`unknown applies_if key ${key}`)
    return holds
  })
}

export type Standing = 'on_file' | 'missing' | 'not_available' | 'after_payment' | 'desk'

const onFile = (data: OracleData, intent: PaymentIntent, code: string): boolean =>
  [code, ...((data.corridors.document_equivalents[code] as string[] | undefined) ?? [])].some((one) => intent.documents_available.includes(one))

const stageOf = (data: OracleData, code: string): string => data.corridors.document_stages[code] ?? data.corridors.document_stages.default!

function isStructural(data: OracleData, code: string, method: string): boolean {
  const { codes, unless_method } = data.corridors.document_structural
  return codes.includes(code) || (code in unless_method && unless_method[code] !== method)
}

/** Every document a candidate needs, with its standing. */
export function documentsOf(data: OracleData, corridor: Corridor, intent: PaymentIntent, route: Route): Map<string, Standing> {
  const codes = [
    ...legDocuments(route),
    ...corridor.required_documents.filter((one) => appliesTo(data, intent, route, one.applies_if)).map((one) => one.code),
  ]
  const documents = new Map<string, Standing>()
  for (const code of codes) {
    if (documents.has(code) || !conditionHolds(data, intent, code)) continue
    const stage = stageOf(data, code)
    documents.set(code,
      stage === 'desk' || stage === 'after_payment' ? stage
        : onFile(data, intent, code) ? 'on_file'
        : isStructural(data, code, route.target.method) ? 'not_available' : 'missing')
  }
  return documents
}

/** Corridor documents whose conditions say nothing of a route and hold, as flags: what the merchant needs whatever route is taken. */
export function routelessDocumentFlags(data: OracleData, corridor: Corridor, intent: PaymentIntent): string[] {
  const flags: string[] = []
  for (const { code, applies_if } of corridor.required_documents) {
    const entries = Object.entries(applies_if)
    if (entries.some(([key]) => ROUTE_CONDITIONS.includes(key))) continue
    if (!entries.every(([key, value]) => intentCondition(data, intent, key, value)) || !conditionHolds(data, intent, code)) continue
    const stage = stageOf(data, code)
    if (stage === 'after_payment') flags.push(`after_payment:${code}`)
    else if (stage !== 'desk' && !onFile(data, intent, code)) flags.push(`missing:${code}`)
  }
  return flags
}
