/** Controlled probes: the caps as they are read, and a session's probe as it is looked at, judged and reserved. */
import type { FastifyRequest } from 'fastify'
import type { ProbeCaps, SessionProbe } from '#contracts/api/probes.ts'
import type { Actor } from '#contracts/roles.ts'
import { holdProbeCaps, listProbeCaps, newId, readProbeCounters, readProbesOfSession, readSteps, reserveProbe, withTenantRead, type ProbeCounters, type StoredRouteSession, type Tx } from '#database/index.ts'
import { fourEyesSentence, type FourEyes } from '#execution/four-eyes.ts'
import { capFaultOf, countLegs, leftOf, probeLegs, type ProbeLeg } from '#execution/probe-legs.ts'
import { midBetween } from '#orchestrator/leg.ts'
import type { Candidate } from '#contracts/routing.ts'
import type { Snapshot } from '#orchestrator/snapshot.ts'
import { approvalsThatHold } from './approval-view.ts'
import { deny, type Refused } from './http/signed-in.ts'
import { clockNow, readMarket } from './market.ts'
import { ProblemError } from './problems.ts'
import { readSessionToShow } from './read-session.ts'
import { fourEyesFor, standingCandidate } from './standing-offer.ts'
import type { AppDeps } from './deps.ts'

/** The day of a market clock, which is in the company's own zone: 2026-09-29. */
const dayOf = (market_clock: string): string => market_clock.slice(0, 10)

export const readProbeCaps = (deps: AppDeps, actor: Actor): Promise<ProbeCaps> => withTenantRead(deps.db, actor, async (tx) => {
  const { settings, snapshot } = await readMarket(deps, tx)
  const day = dayOf(clockNow(settings, deps.now()))
  const names = new Map(snapshot?.dataset.providers.map(({ id, name }) => [id, name]))
  return {
    day,
    items: (await listProbeCaps(tx, day)).map(({ provider_id, per_probe_usd, per_day_usd, probes_per_day, version, set_at, set_by_name, reserved_usd, probes }) => ({
      provider_id, provider_name: names.get(provider_id) ?? null, per_probe_usd, per_day_usd, probes_per_day, version, set_at, set_by: set_by_name, today: { reserved_usd, probes },
    })),
  }
})

/** The legs of a route with what each takes, at the mids of a snapshot. */
export const legsAt = (candidate: Candidate, { usd_mids }: Snapshot): ProbeLeg[] => probeLegs(candidate, (currency) => midBetween(usd_mids, currency, 'USD'))

/** What the caps of each provider of these legs stand at on a day. */
async function countersOf(tx: Tx, legs: readonly ProbeLeg[], day: string): Promise<(provider_id: string) => readonly ProbeCounters[]> {
  const read = new Map<string, readonly ProbeCounters[]>()
  for (const { provider_id } of legs) if (!read.has(provider_id)) read.set(provider_id, await readProbeCounters(tx, provider_id, day))
  return (provider_id) => read.get(provider_id) ?? []
}

/** How many must approve the session as a controlled probe: what its offer asks for, and what the mode does. */
export function probeFourEyes(session: StoredRouteSession, candidate: Candidate, snapshot: Snapshot): FourEyes {
  const asked = fourEyesFor(session, candidate, snapshot, 'live_safe')
  return { required: Math.max(session.required_approvals, asked.required), because: [...new Set([...session.four_eyes_because, ...asked.because])] }
}

/** The approvals of a probe that count: of what stands, and of nobody who asked for it or agreed to it for the merchant. */
export const approvalsOfProbe = (session: StoredRouteSession): number =>
  approvalsThatHold(session).filter(({ user_id }) => user_id !== session.requested_by.user_id && user_id !== session.accepted_by).length

/** Why approvals are missing, in words for the desk. */
export const approvalsSentence = ({ required, because }: FourEyes, held: number): string =>
  `${because.map((id) => fourEyesSentence(id)).join(' ')} ${held} of ${required} approvals ${held === 1 ? 'holds' : 'hold'}, none of whoever asked or agreed for the merchant.`

/**
 * Asks the policy about every leg, the ones before it counted, before any transaction is open. Answers its revision, or why it refuses; where it does not answer,
 * nothing is probed. Throws ProblemError.
 */
export async function judgeProbe(deps: AppDeps, request: FastifyRequest, actor: Actor, { legs, market_clock }: { readonly legs: readonly ProbeLeg[]; readonly market_clock: string }): Promise<{ readonly policy_revision: string } | Refused> {
  const counted = countLegs(legs, await withTenantRead(deps.db, actor, (tx) => countersOf(tx, legs, dayOf(market_clock))))
  let policy_revision = ''
  for (const { leg, caps } of counted) {
    const answer = await deps.policy.judgeProbe({ provider_id: leg.provider_id, amount_usd: leg.amount_usd, caps }, request.id)
    if (answer.status === 'unavailable') return deny(deps, request, { code: 'policy_unavailable', retry_after_s: 5 })
    policy_revision = answer.policy_revision
    if (answer.allow) continue
    const fault = capFaultOf(counted)
    return fault === null ? { code: 'policy_denied', detail: `The policy refuses the controlled probe: ${answer.denials.join(', ')}.` } : { code: fault.code, detail: fault.sentence }
  }
  return { policy_revision }
}

/** Reserves every leg or none: the caps are held and counted again, because others may have reserved since the policy was asked. Null where all of it is reserved; else the transaction is refused. */
export async function reserveLegs(tx: Tx, probe: { readonly session_id: string; readonly legs: readonly ProbeLeg[]; readonly market_clock: string; readonly policy_revision: string }): Promise<Refused | null> {
  const { session_id, legs, policy_revision } = probe
  const day = dayOf(probe.market_clock)
  await holdProbeCaps(tx, legs.map(({ provider_id }) => provider_id))
  const fault = capFaultOf(countLegs(legs, await countersOf(tx, legs, day)))
  if (fault !== null) return { code: fault.code, detail: fault.sentence }
  for (const { hop, provider_id, amount_usd } of legs) {
    const reserved = await reserveProbe(tx, { id: newId(), session_id, position: hop, provider_id, day, amount_usd, policy_revision })
    if (!reserved.ok) return { code: reserved.error.code === 'probe_reserved' ? 'stale_version' : reserved.error.code }
  }
  return null
}

/** A leg of a probe that is tried again, held against the market, the caps and the policy of now. Null where the session is no probe. No transaction is open. Throws ProblemError. */
export async function judgeLegAgain(deps: AppDeps, request: FastifyRequest, actor: Actor, session: StoredRouteSession, position: number): Promise<{ readonly legs: readonly ProbeLeg[]; readonly judged: { readonly policy_revision: string } | Refused } | null> {
  if (session.execution_mode !== 'live_safe') return null
  const candidate = standingCandidate(session, await deps.decisions.offered(actor, session))
  const { steps, settings, snapshot } = await withTenantRead(deps.db, actor, async (tx) => ({ steps: await readSteps(tx, session.id), ...(await readMarket(deps, tx)) }))
  const step = steps.find((one) => one.position === position)
  // What is not there, or failed nowhere, is refused by the command itself.
  if (candidate === null || snapshot === null || step?.state !== 'failed') return null
  const legs = legsAt(candidate, snapshot).filter(({ hop }) => hop === step.hop)
  return { legs, judged: await judgeProbe(deps, request, actor, { legs, market_clock: clockNow(settings, deps.now()) }) }
}

/** A session as a controlled probe: before it is executed what it would take now, afterwards what it holds. Throws ProblemError. */
export async function readSessionProbe(deps: AppDeps, actor: Actor, session_id: string): Promise<SessionProbe> {
  const { session, decided } = await readSessionToShow(deps, actor, session_id)
  const candidate = standingCandidate(session, decided)
  if (candidate === null) throw new ProblemError('wrong_state')
  return withTenantRead(deps.db, actor, async (tx) => {
    const { settings, snapshot } = await readMarket(deps, tx)
    if (snapshot === null) throw new ProblemError('no_corridor_data')
    const day = dayOf(clockNow(settings, deps.now()))
    const legs = legsAt(candidate, snapshot)
    const counters = await countersOf(tx, legs, day)
    const reserved = await readProbesOfSession(tx, session_id)
    const fault = session.execution_mode === null ? capFaultOf(countLegs(legs, counters)) : null
    const eyes = probeFourEyes(session, candidate, snapshot)
    const caps = [...new Map(legs.flatMap((leg) => counters(leg.provider_id).map((cap) => [cap.provider_id, { cap, name: cap.provider_id === leg.provider_id ? leg.provider_name : null }] as const))).values()]
    return {
      session_id, day, approvals: { required: eyes.required, held: approvalsOfProbe(session), why: eyes.because.map((id) => fourEyesSentence(id)) },
      legs: legs.map((leg) => ({
        ...leg, reservations: reserved.filter(({ position }) => position === leg.hop).map(({ day, amount_usd, state, reserved_at, ended_at }) => ({ day, amount_usd, state, reserved_at, ended_at })),
      })),
      caps: caps.map(({ cap, name }) => ({
        provider_id: cap.provider_id, provider_name: name, per_probe_usd: cap.per_probe_usd, per_day_usd: cap.per_day_usd, probes_per_day: cap.probes_per_day,
        today: { reserved_usd: cap.reserved_usd, probes: cap.probes }, left: leftOf(cap),
      })),
      refused: fault === null ? null : { code: fault.code, sentence: fault.sentence },
    }
  })
}
