import { useState } from 'react'
import type { MarketDataState } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, Notice } from '../../shared/ui/index.ts'
import { MarketClockDialog } from '../frame/MarketClockDialog.tsx'
import { ageWords, dayWords, type Age } from './age.ts'

/** How old the prices in force are by the market clock, and what makes them fresh. */
export function AgeNotice({ state, mayNot }: { state: MarketDataState; /** why an import is not this person's to make */ mayNot: string | null }) {
  const mayMove = useCan()('market_clock:write') === null && state.market.demo
  const [moving, setMoving] = useState(false)
  if (state.age === null) {
    return (
      <Notice tone="attention" title="There is no corridor data yet">
        <p>Every route rests on it. {mayNot ?? 'Import five files captured of late: corridors.json, providers.json, estimates.json, rates.json and facts.md.'} The files that FlowClaw ships, in its folder data, show the form; their prices are of 29 September 2026.</p>
      </Notice>
    )
  }
  const { tone, title } = ageWords(state.age)
  return (
    <Notice tone={tone} title={title}>
      <p>Rates of {dayWords(state.age.as_of)}; the market clock stands at {dayWords(state.market.clock)}. <WhatHelps age={state.age} demo={state.market.demo} mayNot={mayNot} /></p>
      {mayMove && state.age.refused > 0 && <Button icon="calendar" className="mt-2" onClick={() => setMoving(true)}>Move the market clock</Button>}
      {mayMove && <MarketClockDialog key={state.market.clock} open={moving} onClose={() => setMoving(false)} />}
    </Notice>
  )
}

/** What clears old prices: newer files, or in a demo market a clock near their day. */
function WhatHelps({ age, demo, mayNot }: { age: Age; demo: boolean; mayNot: string | null }) {
  if (age.stale === 0) return <>Nothing is to be done.</>
  return (
    <>
      {age.refused > 0 ? 'A route over a price that is too old is refused, and the answer can be that there is no route. ' : 'A route over such a price is conditional. '}
      {demo
        ? `Import files captured of late, or move the market clock to ${dayWords(age.as_of)}.`
        : 'Import files captured of late. This company’s market clock is the wall clock, so it cannot be moved.'}
      {mayNot && ` ${mayNot}`}
    </>
  )
}
