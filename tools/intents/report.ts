/** One intent's answer as the command prints it (corridors/README "Intents"). */
import type { Candidate } from '#contracts/routing.ts'
import type { Routed } from '#orchestrator/route-intent.ts'
import type { Judged } from '#orchestrator/engine.ts'

type RouteReport = {
  providers: string[]; cost_bps: string; score: string; send: { amount: string; currency: string }; receive: { amount: string; currency: string }
  arrival_p50: string; arrival_p90: string
}
export type Held = { kind: string; value: unknown; holds: boolean }
export type Report = {
  id: string; outcome: string; flags: string[]; recommended: RouteReport | null; cheapest: RouteReport | null
  counts: { candidates: number; lawful: number; refused: number }; refusals: Record<string, number>; expectations: Held[]
}

const bps = (text: string, digits: number): string => Number(text).toFixed(digits)

function routeReport(routed: Routed, judged: Judged | null): RouteReport | null {
  if (!judged) return null
  const c: Candidate = routed.decided.describe(judged.candidate.id)!
  return {
    providers: c.hops.map((h) => h.provider_id), cost_bps: bps(c.cost_bps, 2), score: bps(c.score, 1), send: c.sent, receive: c.received,
    arrival_p50: c.arrival_p50.slice(0, 10), arrival_p90: c.arrival_p90.slice(0, 10),
  }
}

export function reportOf(id: string, routed: Routed): Report {
  const { decision, decided } = routed
  return {
    id, outcome: decision.outcome, flags: decision.flags.map((f) => f.code).sort(),
    recommended: routeReport(routed, decided.recommended), cheapest: routeReport(routed, decided.cheapest),
    counts: decision.counts, refusals: decision.refusals, expectations: [],
  }
}

/** The table that is committed for requests.json: one block an intent. */
export function table(reports: readonly Report[]): string {
  const lines: string[] = []
  for (const r of reports) {
    const failed = r.expectations.filter((e) => !e.holds)
    lines.push(`${r.id}  ${r.outcome}  ${r.counts.candidates} candidates, ${r.counts.lawful} lawful, ${r.counts.refused} refused  expectations ${r.expectations.length - failed.length}/${r.expectations.length}`)
    for (const [name, route] of [['recommended', r.recommended], ['cheapest', r.cheapest]] as const) {
      lines.push(route
        ? `  ${name.padEnd(11)} ${route.providers.join(' > ')}\n              sends ${route.send.currency} ${route.send.amount}, receives ${route.receive.currency} ${route.receive.amount}, ${route.cost_bps} bps, score ${route.score}, arrives ${route.arrival_p50} to ${route.arrival_p90}`
        : `  ${name.padEnd(11)} none`)
    }
    lines.push(`  flags       ${r.flags.join(' ') || 'none'}`)
    lines.push(`  refusals    ${Object.entries(r.refusals).map(([code, n]) => `${code} ${n}`).join(', ') || 'none'}`)
    for (const e of failed) lines.push(`  FAILS       ${e.kind} ${JSON.stringify(e.value)}`)
    lines.push('')
  }
  const all = reports.flatMap((r) => r.expectations)
  lines.push(`${reports.length} intents, ${all.filter((e) => e.holds).length} of ${all.length} expectations hold`)
  return `${lines.join('\n')}\n`
}
