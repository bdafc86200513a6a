import { Fragment } from 'react'
import type { Lane, Segment, Station } from '../lane.ts'
import { hopTarget } from '../provenance/target.ts'
import { Sourced } from '../provenance/Sourced.tsx'

/** A route drawn as a lane. Wide: stations joined by segments; on a phone the same, one under the other. */
export function LaneView({ lane }: { lane: Lane }) {
  return (
    <ol aria-label="Route" className="flex flex-col md:flex-row md:items-center">
      {lane.stations.map((station, index) => (
        <Fragment key={index}>
          <li className="shrink-0"><StationBox station={station} look={lane.look} /></li>
          {lane.segments[index] && <li className="min-w-0 md:flex-1"><SegmentLine segment={lane.segments[index]} look={lane.look} /></li>}
        </Fragment>
      ))}
    </ol>
  )
}

function StationBox({ station, look }: { station: Station; look: Lane['look'] }) {
  const edge = station.failing ? 'border-danger text-danger' : look === 'recommended' ? 'border-accent' : 'border-control'
  return (
    <div title={`${station.currency}, ${station.place}, held by ${station.holder}`} className={`flex items-baseline gap-2 rounded-md border bg-surface px-2 py-1 md:w-20.5 md:flex-col md:items-center md:gap-0 md:px-1 md:text-center ${edge}`}>
      <span className="font-semibold">{station.currency}</span>
      <span className={`text-12 leading-4 ${station.failing ? '' : 'text-muted'}`}>{station.holder}</span>
    </div>
  )
}

function SegmentLine({ segment, look }: { segment: Segment; look: Lane['look'] }) {
  const colour = segment.failing ? 'text-danger' : look === 'recommended' ? 'text-accent' : 'text-control'
  const stroke = look === 'recommended' ? 'border-solid' : 'border-dashed'
  return (
    <div className="flex min-w-0 gap-3 py-1 pl-6 md:block md:px-1 md:py-0">
      <span aria-hidden="true" className={`w-0 border-l-2 md:hidden ${stroke} ${colour} border-current`} />
      <div className="min-w-0 flex-1 md:text-center">
        <p className={`text-12 leading-4 font-medium ${segment.failing ? 'text-danger' : ''}`} title={segment.hop.provider_name}>{segment.failing && <><span aria-hidden="true">✕ </span><span className="sr-only">fails here: </span></>}{segment.provider}</p>
        <span aria-hidden="true" className={`my-0.5 hidden items-center md:flex ${colour}`}>
          <span className={`h-0 flex-1 border-t-2 border-current ${stroke}`} />
          <svg width="7" height="8" viewBox="0 0 7 8" className="-ml-px shrink-0 fill-current"><path d="M0 0 7 4 0 8Z" /></svg>
        </span>
        <Sourced target={hopTarget(segment.hop, 'leg')} className={`text-12 leading-4 ${segment.failing ? 'text-danger' : 'text-muted'}`}>
          {segment.rail} · <Figure illustrative={segment.illustrative}>{segment.cost}</Figure> · <Figure illustrative={segment.illustrative}>{segment.time}</Figure>
        </Sourced>
      </div>
    </div>
  )
}

/** In a lane the mark is the dashed line alone: the caption says what it means, and the word stands in the detail. */
const Figure = ({ illustrative, children }: { illustrative: boolean; children: string }) => (
  <span className={`whitespace-nowrap ${illustrative ? 'border-b border-dashed border-current' : ''}`}>{children}{illustrative && <span className="sr-only"> illustrative</span>}</span>
)
