/** probes: caps of controlled probes, and what a session's probe takes of them. Amounts are US dollars at mid. */
import Type, { type Static } from 'typebox'
import { closed, Instant, nullable, Uuid } from './common.ts'

/** More than nothing, to the cent; what the store keeps and the policy counts without rounding. */
const Usd = Type.String({ pattern: '^(?!0+(?:\\.0+)?$)(?:0|[1-9][0-9]{0,11})(?:\\.[0-9]{1,2})?$' })

/** PUT /api/probe-caps/:provider_id */
export const ProbeCapBody = Type.Object({
  /** the version that was seen; 0 where none was set */
  version: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  per_probe_usd: Usd, per_day_usd: Usd, probes_per_day: Type.Integer({ minimum: 0, maximum: 1000 }),
}, closed)

/** Counted today: what is reserved and what was used, not what was released. */
const Today = Type.Object({ reserved_usd: Type.String(), probes: Type.Integer() }, closed)
const Amounts = { per_probe_usd: Type.String(), per_day_usd: Type.String(), probes_per_day: Type.Integer() }

export const ProbeCap = Type.Object({
  /** `*` is the whole company */
  provider_id: Type.String(), provider_name: nullable(Type.String()),
  ...Amounts, version: Type.Integer(), set_at: Instant, set_by: Type.String(), today: Today,
}, closed)
export type ProbeCap = Static<typeof ProbeCap>
/** GET /api/probe-caps: the company's cap first. */
export const ProbeCaps = Type.Object({
  /** of the company's market clock, as 2026-09-29 */
  day: Type.String(), items: Type.Array(ProbeCap),
}, closed)
export type ProbeCaps = Static<typeof ProbeCaps>

/** GET /api/route-sessions/:id/probe: what the route that stands takes as a controlled probe, leg by leg, and what it holds once it is one. */
export const SessionProbe = Type.Object({
  session_id: Uuid, day: Type.String(),
  approvals: Type.Object({ required: Type.Integer(), held: Type.Integer(), why: Type.Array(Type.String()) }, closed),
  legs: Type.Array(Type.Object({
    hop: Type.Integer(), provider_id: Type.String(), provider_name: Type.String(), amount_usd: Type.String(),
    /** none before it is executed as a probe; a leg that was tried again has one of each time, the latest last */
    reservations: Type.Array(Type.Object({ day: Type.String(), amount_usd: Type.String(), state: Type.Enum(['reserved', 'used', 'released']), reserved_at: Instant, ended_at: nullable(Instant) }, closed)),
  }, closed)),
  /** of the company and of each provider of the route that has one */
  caps: Type.Array(Type.Object({ provider_id: Type.String(), provider_name: nullable(Type.String()), ...Amounts, today: Today, left: Type.Object({ usd: Type.String(), probes: Type.Integer() }, closed) }, closed)),
  /** why it does not fit now, as the server would refuse it; null where it fits, and once it is executed */
  refused: nullable(Type.Object({ code: Type.Enum(['probe_cap_missing', 'probe_cap_exceeded']), sentence: Type.String() }, closed)),
}, closed)
export type SessionProbe = Static<typeof SessionProbe>
