/** What goes wrong meanwhile, in an order that the seed makes: after so many acknowledged changes, a fault. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Client, Ledger } from './client.ts'
import type { Chance } from './chance.ts'
import { POLICY_FAULTS } from './policy-faults.ts'
import type { Stand } from './stand.ts'

export const FAULTS = ['kill_server', 'kill_database', 'policy_outage', 'provider_outage'] as const
export type Fault = (typeof FAULTS)[number]
export type Faults = Record<Fault, number>

/** Changes between two faults, at the least and at the most. */
const GAP = { least: 10, most: 30 }
/** The same where the faults are named: all of them are to happen, however few sessions there are. */
const SHORT_GAP = { least: 6, most: 10 }
const OUTAGE_MS = { least: 500, most: 3_000 }
const LOOK_EVERY_MS = 20

/** Faults until `over` says that nobody works any more; with `only`, these and no others, in this order. Counts what it did. */
export async function hurt(stand: Stand, desk: Client, ledger: Ledger, chance: Chance, over: () => boolean, only?: readonly Fault[]): Promise<Faults> {
  const done: Faults = { kill_server: 0, kill_database: 0, policy_outage: 0, provider_outage: 0 }
  const providers = ((await desk.get('/api/providers')).items as { id: string }[]).map(({ id }) => id)
  const pause = (): Promise<void> => wait(OUTAGE_MS.least + chance.below(OUTAGE_MS.most - OUTAGE_MS.least))
  const gap = only === undefined ? GAP : SHORT_GAP
  for (let i = 0; only === undefined || i < only.length; i++) {
    const at = ledger.acknowledged.length + gap.least + chance.below(gap.most - gap.least)
    while (ledger.acknowledged.length < at && !over()) await wait(LOOK_EVERY_MS)
    if (over()) break
    const fault = only?.[i] ?? chance.pick(FAULTS)
    if (fault === 'kill_server') await stand.killServer(chance.below(stand.urls.length))
    else if (fault === 'kill_database') await stand.killDatabase()
    else if (fault === 'policy_outage') {
      stand.policy(chance.pick(POLICY_FAULTS))
      await pause()
      stand.policy('none')
    } else await providerOutage(desk, chance.pick(providers), pause)
    done[fault] += 1
  }
  return done
}

async function providerOutage(desk: Client, provider_id: string, pause: () => Promise<void>): Promise<void> {
  const reported = await desk.post('reportProviderOutage', '/api/provider-outages', { provider_id, reason: 'not_answering', source: 'phone_call' })
  if (reported.status !== 201) throw new Error(`an outage could not be reported: ${reported.code}`)
  const { id } = (reported.json.items as { id: string; provider_id: string; ended_at: string | null }[]).find((outage) => outage.provider_id === provider_id && outage.ended_at === null)!
  await pause()
  const ended = await desk.post('endProviderOutage', `/api/provider-outages/${id}/end`, { because: 'works_again' })
  if (ended.status !== 200) throw new Error(`an outage could not be ended: ${ended.code}`)
}
