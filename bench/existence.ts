/**
 * Can a clock tell a thing of somebody else from one that does not exist? Interleaved pairs of reads, the order within each pair by chance, of a
 * foreign and of a missing id. The verdict is a rank test: the share of pairs of all foreign and all missing reads in which the foreign one took
 * longer (0.5 is no difference; outliers weigh no more than any other read).
 */
import { randomInt, randomUUID } from 'node:crypto'
import type { Client, World } from '#api/testing/world.ts'
import { openWorld, routeBody } from '#api/testing/world.ts'
import { type Figure, figure, quantile } from './measure.ts'

const PAIRS = 2_000
const WARMUPS = 100
/** A share further from one half than this is a difference that some thousand requests could use: four standard errors of a rank test of 2,000 pairs. */
export const SHARE_OFF_MAX = 0.04

/** The share of (a, b) in which a is the greater one, ties half: Mann-Whitney's U over its maximum. */
export function shareGreater(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((ms) => ({ ms, of_a: true })), ...b.map((ms) => ({ ms, of_a: false }))].sort((x, y) => x.ms - y.ms)
  let ranks = 0
  for (let from = 0; from < all.length;) {
    let to = from
    while (to < all.length && all[to]!.ms === all[from]!.ms) to++
    // Equal times share the mean of their ranks.
    for (let i = from; i < to; i++) if (all[i]!.of_a) ranks += (from + 1 + to) / 2
    from = to
  }
  return (ranks - (a.length * (a.length + 1)) / 2) / (a.length * b.length)
}

/** A session of that merchant, asked for by the desk of its tenant. */
async function sessionOf(world: World, of: World['a'], owner: 'own' | 'other'): Promise<string> {
  const answer = await (await world.as(of, 'desk_operator')).post('/api/route-sessions', routeBody(of, {
    on_behalf: { merchant_id: of.merchants[owner], reason: 'asked for by telephone' }, supplier_id: of.suppliers[owner],
  }))
  if (answer.status !== 201) throw new Error(`no session: ${answer.text}`)
  return answer.json.id as string
}

async function timeOf(client: Client, url: string): Promise<number> {
  const started = performance.now()
  const { status } = await client.get(url)
  const took_ms = performance.now() - started
  if (status !== 404) throw new Error(`${url} answered ${status}`)
  return took_ms
}

export async function benchExistence(say: (line: string) => void): Promise<Figure[]> {
  const world = await openWorld({ checkAnswers: false })
  try {
    const [desk, merchant] = [await world.as(world.a, 'desk_operator'), await world.as(world.a, 'merchant_client')]
    const [theirs, beside] = [await sessionOf(world, world.b, 'own'), await sessionOf(world, world.a, 'other')]
    const cases: readonly (readonly [string, Client, (id: string) => string, string])[] = [
      ['session_of_another_tenant', desk, (id) => `/api/route-sessions/${id}`, theirs],
      ['session_of_another_merchant', merchant, (id) => `/api/route-sessions/${id}`, beside],
      ['supplier_of_another_merchant', merchant, (id) => `/api/suppliers/${id}`, world.a.suppliers.other],
    ]
    const figures: Figure[] = []
    for (const [name, client, url, foreign] of cases) {
      const times = { foreign: [] as number[], missing: [] as number[] }
      for (let i = 0; i < WARMUPS + PAIRS; i++) {
        const pair = randomInt(2) === 0 ? (['foreign', 'missing'] as const) : (['missing', 'foreign'] as const)
        for (const kind of pair) {
          const took_ms = await timeOf(client, url(kind === 'foreign' ? foreign : randomUUID()))
          if (i >= WARMUPS) times[kind].push(took_ms)
        }
      }
      const share = shareGreater(times.foreign, times.missing)
      const [slow, fast] = [quantile(times.foreign, 0.5), quantile(times.missing, 0.5)]
      const within = Math.abs(share - 0.5) <= SHARE_OFF_MAX
      say(`existence: ${name}: foreign ${slow.toFixed(3)} ms, missing ${fast.toFixed(3)} ms at the median of ${PAIRS} pairs; foreign slower in ${(share * 100).toFixed(1)} % (bound 50 ± ${SHARE_OFF_MAX * 100} %: ${within ? 'within' : 'OUTSIDE'})`)
      figures.push(
        figure(`existence.${name}.foreign_p50_ms`, slow, 'ms'), figure(`existence.${name}.missing_p50_ms`, fast, 'ms', 'a missing id'),
        figure(`existence.${name}.foreign_slower`, share, `share of pairs, bound 0.5 ± ${SHARE_OFF_MAX}`, 'a missing id'),
      )
    }
    return figures
  } finally {
    await world.close()
  }
}
