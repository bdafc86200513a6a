import type { Candidate, DeskRouteSession } from '../../api/types.ts'
import { Button, Icon, Money, Notice, StatusTag } from '../../shared/ui/index.ts'
import { bpsToPct, roundTo } from '../decimal.ts'
import { firstRefusal, laneOf, nearMiss } from '../lane.ts'
import { to, type SessionSearch } from '../paths.ts'
import { routeTarget } from '../provenance/target.ts'
import { Illus, Sourced } from '../provenance/Sourced.tsx'
import { useRefusedNearby } from '../queries.ts'
import { scoreScale } from '../score.ts'
import { destinationZone } from '../zones.ts'
import { CandidateDetail } from './CandidateDetail.tsx'
import { standingOf } from './decision/choices.ts'
import { LaneView } from './LaneView.tsx'
import { dayRange } from './range.ts'
import { ScoreBar, ScoreLegend } from './ScoreBar.tsx'

type Props = { readonly session: DeskRouteSession; readonly search: SessionSearch; readonly show: (search: SessionSearch, replace?: boolean) => void }

const FIRST = 4

/** One grid under one caption, so that candidates compare straight down. */
const grid = 'lg:grid lg:grid-cols-[minmax(0,1fr)_150px_56px_150px_112px_44px] lg:items-center lg:gap-x-3'

/** The recommended route, its alternatives and the refused one that came nearest, as lanes. */
export function CandidatesTab({ session, search, show }: Props) {
  const refused = useRefusedNearby(session.id, session.version, (session.decision?.counts.refused ?? 0) > 0)
  const near = nearMiss(refused.data ?? [])
  const all = [session.recommended, ...session.alternatives].filter((each) => each !== null && each.status !== 'refused') as readonly Candidate[]
  // A candidate that an address names is shown whatever its rank; otherwise the first four, as the desk seldom needs more.
  const lawful = search.q === 'all' ? all : all.filter((each, index) => index < FIRST || each.id === search.candidate)
  const shown = near ? [...lawful, near] : lawful
  const scale = scoreScale(lawful.length > 0 ? lawful : shown)
  const counts = session.decision?.counts
  const standing = standingOf(session)?.id
  const decides = session.state === 'accepted' || session.state === 'approved'
  const choiceOf = ({ id, status }: Candidate): LaneChoice | null => (!decides || status === 'refused' ? null : {
    chosen: (search.offer ?? standing) === id, choose: () => show({ ...search, ...(id === standing ? { do: '', offer: '' } : { do: 'offer', offer: id }) }, true),
  })
  if (!session.decision) return <div className="p-3"><Notice tone="danger" title="No decision">Policy did not answer, so nothing was recommended. Ask again.</Notice></div>
  return (
    <div className="divide-y divide-line">
      <div className={`hidden min-h-8 px-3 text-12 text-muted ${grid}`}>
        <span>{counts?.lawful} lawful of {counts?.candidates}{session.decision.complete ? '' : ' judged; the graph was too large for all'} · prices, times <Illus /></span>
        <span>Score, lower is better</span><span className="text-right">All-in</span><span className="text-right">Merchant sends</span><span className="text-right">Arrives p50–p90</span><span className="text-right">Score</span>
      </div>
      {shown.map((candidate) => (
        <LaneRow
          key={candidate.id} candidate={candidate} scale={scale} recommended={candidate.id === session.recommended?.id} zone={destinationZone(session.corridor.id)}
          choice={choiceOf(candidate)}
          open={search.candidate === candidate.id} toggle={() => show({ ...search, candidate: search.candidate === candidate.id ? '' : candidate.id })}
        />
      ))}
      {near && (
        <p className="px-3 py-2 text-12 text-muted">{all.length > lawful.length && <><a className="text-accent underline underline-offset-2" href={to.session(session.id, { q: 'all' })}>{all.length - lawful.length} more ranked alternatives</a>. </>}One refused route is drawn, the nearest. <a className="text-accent underline underline-offset-2" href={to.session(session.id, { tab: 'why_not', status: 'refused' })}>All {counts?.refused} refused, with every reason</a></p>
      )}
    </div>
  )
}

/** What the radio of a lane does: decides about this one. Null where nothing is decided about lanes now. */
type LaneChoice = { readonly chosen: boolean; readonly choose: () => void }

function LaneRow({ candidate, scale, recommended, zone, open, toggle, choice }: { candidate: Candidate; scale: bigint; recommended: boolean; zone: string; open: boolean; toggle: () => void; choice: LaneChoice | null }) {
  const refused = candidate.status === 'refused'
  const reason = firstRefusal(candidate)
  const missing = candidate.documents.filter((document) => document.status === 'missing' && document.stage === 'before_payment').length
  const title = recommended ? 'Recommended' : refused ? 'Refused' : `Option ${candidate.rank}`
  return (
    <section aria-label={title} className={`flex flex-col gap-1.5 px-3 py-2.5 ${recommended ? 'border-l-3 border-l-accent bg-tint pl-2.25' : ''}`}>
      <div className={`flex flex-wrap gap-x-3 gap-y-1 ${grid}`}>
        <div className={`flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 ${refused ? 'lg:col-span-2' : ''}`}>
          {choice !== null && <input type="radio" name="lane" aria-label={`Decide on: ${title}`} checked={choice.chosen} onChange={choice.choose} className="size-4 shrink-0 accent-accent" />}
          <button type="button" aria-expanded={open} onClick={toggle} className="inline-flex min-h-6 items-center gap-1 font-semibold hover:underline">
            <Icon name={open ? 'chevron-down' : 'chevron-right'} size={16} className="-ml-1 text-muted" /><span className={refused ? 'text-danger' : ''}>{title}</span>
          </button>
          {refused
            ? reason && <span className="min-w-44 flex-1 text-12 text-danger">{reason.sentence} <span className="font-mono wrap-anywhere">{reason.code}</span>{candidate.refusals.length > 1 && ` +${candidate.refusals.length - 1}`}</span>
            : candidate.status === 'ready' ? <StatusTag tone="success" size="small">Ready</StatusTag> : <StatusTag tone="attention" size="small">Conditional</StatusTag>}
          {!refused && missing > 0 && <span className="text-12 text-muted">{missing === 1 ? '1 paper' : `${missing} papers`}</span>}
        </div>
        {!refused && <div className="w-full lg:w-auto"><ScoreBar candidate={candidate} scale={scale} /></div>}
        <Labelled label="All-in"><Sourced target={routeTarget(candidate, 'cost')} className="font-semibold">{bpsToPct(candidate.cost_bps)} %</Sourced></Labelled>
        <Labelled label="Sends"><Sourced target={routeTarget(candidate, 'sent')}><Money value={candidate.sent} /></Sourced></Labelled>
        <Labelled label="Arrives">{refused ? <span className="text-muted">—</span> : <Sourced target={routeTarget(candidate, 'arrival')}>{dayRange(candidate.arrival_p50, candidate.arrival_p90, zone)}</Sourced>}</Labelled>
        <Labelled label="Score">{refused ? <span className="text-muted">—</span> : <Sourced target={routeTarget(candidate, 'score')} className="font-semibold">{roundTo(candidate.score, 0)}</Sourced>}</Labelled>
      </div>
      <LaneView lane={laneOf(candidate, recommended)} />
      {recommended && <ScoreLegend candidate={candidate} scale={scale} />}
      {!recommended && candidate.lost && <p className="text-12 text-muted">{candidate.lost.sentence}</p>}
      {open && <CandidateDetail candidate={candidate} recommended={recommended} lane={false} />}
      {open && <div><Button kind="quiet" onClick={toggle}>Close the detail</Button></div>}
    </section>
  )
}

/** A number of the grid; on a phone it says what it is. */
const Labelled = ({ label, children }: { label: string; children: React.ReactNode }) =>
  <span className="whitespace-nowrap lg:text-right"><span aria-hidden="true" className="mr-1 text-12 text-muted lg:hidden">{label}</span><span className="sr-only">{label} </span>{children}</span>
