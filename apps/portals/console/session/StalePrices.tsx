import type { DeskRouteSession } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { LinkButton, Notice } from '../../shared/ui/index.ts'
import { dayWords } from '../data/age.ts'
import { to } from '../paths.ts'
import { useMarketData } from '../queries.ts'

const REASON = 'quote_stale:'

/** How many providers' prices were too old for any route. */
export const tooOld = (session: DeskRouteSession): number => Object.keys(session.decision?.refusals ?? {}).filter((code) => code.startsWith(REASON)).length

/** Where prices that were too old are among the reasons for no route: what clears them. Nothing where they are not. */
export function StalePrices({ session }: { session: DeskRouteSession }) {
  const providers = tooOld(session)
  return providers === 0 ? null : <WhatClears providers={providers} session={session} />
}

function WhatClears({ providers, session }: { providers: number; session: DeskRouteSession }) {
  const mayNot = useCan()('market_data:import')
  const state = useMarketData().data
  const clock = session.decision!.market_clock
  return (
    <Notice tone="attention" title={`The prices of ${providers === 1 ? 'one provider' : `${providers} providers`} were too old`}>
      <p>
        This was decided at a market clock of {dayWords(clock)}{state?.age && `, and the corridor data in force has rates of ${dayWords(state.age.as_of)}`}.
        {' '}{mayNot ? 'A Platform Admin imports' : 'Import'} files captured of late{state?.market.demo && ', or moves the market clock to their day'}; then ask for the route again.
      </p>
      <div className="mt-2 flex flex-wrap gap-2"><LinkButton href={to.data()} icon="folder">Corridor data</LinkButton><LinkButton href={to.newRequest()} icon="plus">New request</LinkButton></div>
    </Notice>
  )
}
