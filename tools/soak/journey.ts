/**
 * One session from its request to its end, as a script that the seed writes: by whom, in which mode, with which detours, to which end. Each turn looks at
 * where the session stands and does the next thing, so that whatever a fault did to the last one, the script goes on from what is there.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { ALL_PAPERS } from '#api/testing/executions.ts'
import type { Answer, Client } from './client.ts'
import type { Chance } from './chance.ts'
import { stepTurn } from './steps.ts'

const ENDS = ['completed', 'completed', 'completed', 'completed', 'completed', 'completed', 'failed', 'cancelled', 'rejected', 'rejected_late'] as const
export type Script = {
  readonly end: (typeof ENDS)[number]
  readonly amount: string
  readonly mode: 'simulation' | undefined
  /** detours, each taken once */
  readonly detours: Set<'offer' | 'pause' | 'wrong_proof' | 'fail_step' | 'unknown_step'>
}
export type Crew = { readonly merchant: Client; readonly supplier_id: string; readonly desk: readonly Client[] }
export type Journey = { readonly index: number; session_id: string | null; /** the state it was left in, or why it stands still */ ended: string }

/** Small payments are approved by one person, large ones by two. */
const AMOUNTS = ['185000', '92000', '240000', '185000', '1450000']
const TURNS = 150
const FINAL: ReadonlySet<string> = new Set(['completed', 'failed', 'returned', 'cancelled', 'expired'])
/** Times that the same refusal may come before the script gives its session up. */
const PATIENCE = 4

export function scriptOf(chance: Chance): Script {
  const detours: Script['detours'] = new Set()
  for (const [detour, pct] of [['offer', 15], ['pause', 20], ['wrong_proof', 25], ['fail_step', 15], ['unknown_step', 15]] as const) if (chance.oneIn100(pct)) detours.add(detour)
  return { end: chance.pick(ENDS), amount: chance.pick(AMOUNTS), mode: chance.oneIn100(20) ? 'simulation' : undefined, detours }
}

/** Drives one session to its end. Never throws: what went wrong is its `ended`. */
export async function drive(index: number, crew: Crew, chance: Chance, named: string): Promise<Journey> {
  const journey: Journey = { index, session_id: null, ended: 'not begun' }
  try {
    const script = scriptOf(chance)
    const made = await crew.merchant.post('createRouteSession', '/api/route-sessions', {
      supplier_id: crew.supplier_id, corridor_id: 'ng-cn', amount: { side: 'supplier_receives', value: script.amount, currency: 'CNY' }, needed_by: '2026-10-23T17:00:00+08:00', hard_deadline: false, purpose: 'goods',
      goods: { description: 'phone accessories, 30% deposit', class: 'electrical', paid: 'deposit' }, invoice: { number: named, currency: 'CNY', account_count: 1 }, documents_available: ALL_PAPERS, preference: 'safest', funding: 'bank_transfer',
    })
    if (made.status !== 201) return { ...journey, ended: `refused: ${made.code}` }
    journey.session_id = made.json.id as string
    const path = `/api/route-sessions/${journey.session_id}`
    const refusals = new Map<string, number>()
    for (let turn = 0; turn < TURNS; turn++) {
      const session = await chance.pick(crew.desk).get(path)
      journey.ended = session.state
      if (FINAL.has(session.state)) return journey
      const answer = await sessionTurn(path, session, script, crew, chance, refusals)
      if (answer.code === null) continue
      refusals.set(answer.code, (refusals.get(answer.code) ?? 0) + 1)
      if (answer.code !== 'stale_version') await wait(250)
    }
    journey.ended = `still ${journey.ended} after ${TURNS} turns; refused: ${[...refusals].map(([code, n]) => `${code} ${n}`).join(', ')}`
  } catch (cause) {
    journey.ended = `stopped at ${journey.ended}: ${(cause as Error).message}`
  }
  return journey
}

async function sessionTurn(path: string, session: any, script: Script, crew: Crew, chance: Chance, refusals: ReadonlyMap<string, number>): Promise<Answer> {
  const { version } = session as { version: number }
  const [desk, other] = twoOf(crew.desk, chance)
  const post = (who: Client, operation: string, verb: string, body: object): Promise<Answer> => who.post(operation, `${path}/${verb}`, { version, ...body })
  const hopeless = [...refusals.values()].some((times) => times >= PATIENCE)
  const cancel = (): Promise<Answer> => post(crew.merchant, 'cancelRouteSession', 'cancel', { reason: 'we pay another way' })
  const reject = (): Promise<Answer> => post(desk, 'rejectRouteSession', 'reject', { reason_code: 'price_not_held' })
  switch (session.state) {
    case 'recommended':
      return script.end === 'cancelled' || session.degraded.length > 0 || hopeless ? cancel() : post(crew.merchant, 'acceptRouteSession', 'accept', {})
    case 'no_route': case 'policy_unavailable': return cancel()
    case 'accepted': {
      if (script.end === 'rejected' || hopeless) return reject()
      // One whose papers are there, or it could never be executed.
      const another = session.alternatives.find(({ documents }: { documents: { stage: string; status: string }[] }) => !documents.some(({ stage, status }) => stage === 'before_payment' && status === 'missing'))
      if (another !== undefined && script.detours.delete('offer')) return post(desk, 'offerRoute', 'offer', { candidate_id: another.id, reason_code: 'safer_for_this_amount' })
      const given = new Set((session.approval.given as { user_id: string; holds: boolean }[]).filter(({ holds }) => holds).map(({ user_id }) => user_id))
      return post(given.has(desk.user_id) ? other : desk, 'approveRouteSession', 'approve', { content_version: session.offer.content_version, reason_code: 'best_score_ready' })
    }
    case 'awaiting_merchant': return hopeless ? reject() : post(crew.merchant, 'acceptRouteSession', 'accept', {})
    case 'approved': {
      if (script.end === 'rejected_late' || hopeless) return reject()
      const open = script.mode === 'simulation' ? [] : await unscreened(path, desk)
      return open.length > 0 ? desk.post('recordScreening', `${path}/screenings`, { subject: open[0], result: 'no_hit', list_name: 'UN Consolidated List', list_date: '2026-09-29' }) : post(desk, 'executeRouteSession', 'execute', script.mode === undefined ? {} : { mode: script.mode })
    }
    case 'paused': return post(desk, 'resumeRouteSession', 'resume', { reason_code: 'cause_cleared' })
    case 'executing': {
      if (script.detours.delete('pause')) return post(desk, 'pauseRouteSession', 'pause', { reason_code: 'holiday' })
      const execution = await desk.get(`${path}/execution`)
      return (await stepTurn(path, execution, script, desk, other, chance)) ?? close(path, version, script, desk, execution)
    }
    default: throw new Error(`nobody knows what to do in ${session.state}`)
  }
}

/** Who of the payment must be screened yet. */
async function unscreened(path: string, desk: Client): Promise<string[]> {
  const { standing } = await desk.get(`${path}/screenings`)
  return [...standing.missing, ...standing.expired, ...standing.stale_details]
}

const twoOf = (desk: readonly Client[], chance: Chance): readonly [Client, Client] => {
  const first = chance.below(desk.length)
  return [desk[first]!, desk[(first + 1 + chance.below(desk.length - 1)) % desk.length]!]
}

/** Ends it with what was predicted, or, where the script says so, with a first hop that failed. */
async function close(path: string, version: number, script: Script, desk: Client, execution: any): Promise<Answer> {
  const { prediction } = await desk.get(`${path}/outcome`)
  const done = execution.steps.every((step: { state: string }) => step.state === 'confirmed')
  const untouched = { started_at: null, ended_at: null, amount_in: null, amount_out: null }
  const actuals = done && script.end !== 'failed'
    ? {
      result: 'completed', sent: prediction.sent, received: prediction.received, arrived_at: prediction.arrival_p50,
      hops: prediction.hops.map((hop: any) => ({ result: 'success', started_at: hop.starts_at_p50, ended_at: hop.ends_at_p50, amount_in: hop.amount_in, amount_out: hop.amount_out, filled: 'at_once' })),
    }
    : { result: 'failed', because: 'provider_refused', sent: prediction.sent, hops: prediction.hops.map((_: unknown, i: number) => ({ result: i === 0 ? 'failed' : 'not_started', ...untouched, filled: i === 0 ? 'not_filled' : null })) }
  return desk.post('closeRouteSession', `${path}/close`, { version, ...actuals })
}

