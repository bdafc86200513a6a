import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useActionKey } from '../../../api/action-key.ts'
import { hasCode } from '../../../api/problem.ts'
import type { DeskRouteSession, Execution } from '../../../api/types.ts'
import { useClock } from '../../../shared/clock.ts'
import { useCan, useSession } from '../../../shared/session/session.ts'
import { Button, ErrorNotice, Field, Input, Notice, Select } from '../../../shared/ui/index.ts'
import { useKeys } from '../../keys.ts'
import type { SessionSearch } from '../../paths.ts'
import { executionKey, sessionKey, sessionsKey } from '../../queries.ts'
import { plain } from '../../words.ts'
import { destinationZone } from '../../zones.ts'
import { currentStep, modeWords, waitingProofs } from '../execution/words.ts'
import { dayRange } from '../range.ts'
import { ChoiceRows } from './ChoiceRows.tsx'
import { choicesOf, firstChoice, offerable, standingOf, type Choice, type Verb } from './choices.ts'
import { consequenceOf } from './consequence.ts'
import { emptyDraft, type Draft } from './draft.ts'
import { FourEyes } from './FourEyes.tsx'
import { candidateName } from './names.ts'
import { RailFields } from './RailFields.tsx'
import { likelyReason, reasonsOf } from './reasons.ts'
import { record } from './send.ts'
import { Stale } from './Stale.tsx'

type Props = {
  readonly session: DeskRouteSession
  /** null before there is one, and while it is read */
  readonly execution: Execution | null
  readonly search: SessionSearch
  readonly show: (search: SessionSearch, replace?: boolean) => void
  /** opens what is done in the merchant’s name, and what it is asked */
  readonly onDialog: (what: 'accept' | 'cancel' | 'ask') => void
}

const BUTTON: Readonly<Record<Verb, string>> = {
  accept: 'Accept for the merchant', cancel: 'Cancel the session', approve: 'Record approval', offer: 'Record the offer', ask: 'Ask the merchant', reject: 'Record the rejection', execute: 'Execute', start: 'Start the step', prove: 'Go to the proof form',
  confirm: 'Confirm the step', reject_proof: 'Ask for correction', pause: 'Pause', resume: 'Resume', fail: 'Mark failed', unknown: 'Mark unknown', found: 'Record what was found', retry: 'Try it again', close: 'Go to the closing form',
}
const DONE: Readonly<Record<Verb, string>> = {
  accept: '', cancel: '', approve: 'Approval recorded.', offer: 'Offered. The merchant is asked to agree.', ask: '', reject: 'Rejected. The merchant sees why.', execute: 'Execution began. Its first step is ready.', start: 'The step has begun.', prove: '',
  confirm: 'The step is confirmed.', reject_proof: 'Another proof is asked for.', pause: 'Paused.', resume: 'It goes on.', fail: 'Marked as failed.', unknown: 'Marked as unknown.', found: 'Recorded.', retry: 'The step is ready again.', close: '',
}
/** Said elsewhere, or kept without a note. */
const NO_NOTE: ReadonlySet<Verb> = new Set(['accept', 'cancel', 'ask', 'prove', 'start', 'close'])
/** Late by version, or by the state that somebody else brought about. */
const LATE = ['stale_version', 'wrong_state', 'wrong_step_state'] as const

/** Choose, say why, read what follows, record: by mouse, or by 1–9 and Ctrl+Enter. */
export function DecisionForm({ session, execution, search, show, onDialog }: Props) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const { now } = useClock()
  const can = useCan()
  const { user, role } = useSession()
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(session))
  const [said, setSaid] = useState<string | null>(null)
  // What was on the screen when it was read: a page that follows others' work must not put another decision under a key that is about to be pressed.
  const [read, setRead] = useState({ session, execution })
  const moved = read.session.id === session.id && read.session.version !== session.version
  const change = (next: Partial<Draft>) => setDraft((old) => ({ ...old, ...next }))

  const choices = choicesOf({ session, execution, me: { id: user.id, name: user.display_name, role }, can, now_ms: now() })
  const chosen: Choice | null = choices.find(({ verb, blocked }) => verb === search.do && blocked === null) ?? firstChoice(choices)
  const verb = chosen?.verb ?? null
  const standing = standingOf(session)
  const routes = offerable(session)
  const offered = verb === 'offer' ? (routes.find(({ id }) => id === search.offer) ?? null) : null
  const step = execution === null ? null : currentStep(execution)
  const differs = step !== null && waitingProofs(step).some(({ differences }) => differences.length > 0)
  const reasons = verb === null ? [] : reasonsOf(verb, { samePrice: offered !== null && offered.id === standing?.id, differs })
  const reason = verb === null ? null : (reasons.find(({ code }) => code === (draft.reasons[verb] ?? likelyReason(verb, session.outcome === 'conditional'))) ?? null)
  const zone = destinationZone(session.corridor.id)
  const consequence = verb === null ? null : consequenceOf(verb, {
    session, step, last_step: step !== null && step.position === execution!.steps.length, standing, offered, draft, reason, days: ({ arrival_p50, arrival_p90 }) => dayRange(arrival_p50, arrival_p90, zone),
  })

  const act = useMutation({
    mutationFn: async () => {
      const asked = { verb: verb!, session, step, draft, reason: reason?.code ?? null, candidate_id: offered?.id ?? null }
      return record({ ...asked, key: keyFor({ verb, id: session.id, version: session.version, step: step?.version, draft, reason: asked.reason, offered: asked.candidate_id }) })
    },
    onSuccess: (recorded) => {
      spoke.current = 'execution' in recorded
      if ('session' in recorded) setRead({ session: recorded.session, execution })
      setSaid(DONE[verb!])
      setDraft((old) => ({ ...emptyDraft(session), mode: old.mode }))
      if ('session' in recorded) queries.setQueryData(sessionKey(session.id), recorded.session)
      else queries.setQueryData(executionKey(session.id), recorded.execution)
      void queries.invalidateQueries({ queryKey: sessionsKey })
      if (verb === 'execute') show({ tab: 'execution', do: '', offer: '' }, true)
      else if (search.do || search.offer) show({ ...search, do: '', offer: '' }, true)
    },
  })
  // What was said is about the last thing that was recorded here: once the step moves on by other means it is no news any more.
  const at = step === null ? null : `${step.id} ${step.version}`
  const spoke = useRef(false)
  const before = useRef(at)
  useEffect(() => {
    if (before.current !== null && before.current !== at && !spoke.current) setSaid(null)
    spoke.current = false
    before.current = at
  }, [at])
  const late = moved || LATE.some((code) => hasCode(act.error, code))
  const unready = verb === null ? (choices.every(({ blocked }) => blocked !== null) ? 'Nothing can be decided by you now.' : 'Choose what to do first.') : whyNotYet(verb, draft, { needsReason: reasons.length > 0 && reason === null, needsRoute: verb === 'offer' && offered === null, needsRail: step?.rail === null, needsFinding: verb === 'confirm' && step?.proof_kinds.length === 0 })

  const choose = (next: Verb) => { setSaid(null); act.reset(); show({ ...search, do: next, ...(next === 'offer' ? {} : { offer: '' }) }, true) }
  const go = () => {
    if (verb === null || unready !== null || act.isPending || late) return
    if (verb === 'accept' || verb === 'cancel' || verb === 'ask') onDialog(verb)
    else if (verb === 'close') { show({ ...search, tab: 'outcome', do: '', offer: '' }); inSight('close-form') }
    else if (verb === 'prove') { show({ ...search, tab: 'execution' }); inSight('proof-form') }
    else act.mutate()
  }
  useKeys(Object.fromEntries(choices.map((choice, index) => [String(index + 1), () => { if (choice.blocked === null) choose(choice.verb) }])))
  const latest = useRef(go)
  useEffect(() => { latest.current = go })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || document.querySelector('[role="dialog"]') !== null) return
      // Ahead of whatever has the focus: a radio swallows Enter, and a list would open by it.
      event.preventDefault()
      event.stopPropagation()
      latest.current()
    }
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [])

  return (
    <div className="flex flex-col gap-2 border-t border-line px-3 pt-2.5">
      <ChoiceRows choices={choices} chosen={verb} onChoose={choose} />
      {verb === 'offer' && (
        <Field label="What is offered">
          <Select value={offered?.id ?? null} placeholder="Choose a route" options={routes.map((each) => ({ value: each.id, ...candidateName(session, each) }))} onChange={(id) => show({ ...search, do: 'offer', offer: id }, true)} />
        </Field>
      )}
      {verb === 'execute' && (
        <Field label="Mode" hint={`The server takes the lower of this and the ceiling, ${plain(session.mode_ceiling)}: ${modeWords(draft.mode)}.`}>
          <Select value={draft.mode} options={modesUpTo(session.mode_ceiling).map((mode) => ({ value: mode, label: plain(mode), detail: modeWords(mode) }))} onChange={(mode) => change({ mode })} />
        </Field>
      )}
      {verb === 'start' && step !== null && step.rail === null && <RailFields session={session} step={step} draft={draft} change={change} />}
      {verb === 'confirm' && step !== null && step.proof_kinds.length === 0 && (
        <Field label="What its payment is found by" hint="For example its line in a statement."><Input value={draft.found_by} maxLength={60} onChange={(event) => change({ found_by: event.target.value })} /></Field>
      )}
      {verb !== null && reasons.length > 0 && (
        <Field label="Reason code">
          <Select value={reason?.code ?? null} options={reasons.map(({ code, sentence }) => ({ value: code, label: sentence }))} onChange={(code) => change({ reasons: { ...draft.reasons, [verb]: code } })} />
        </Field>
      )}
      {verb !== null && !NO_NOTE.has(verb) && (
        <Field label="Desk note" note="never shown to the merchant"><Input value={draft.note} maxLength={500} placeholder="Optional" onChange={(event) => change({ note: event.target.value })} /></Field>
      )}
      {consequence !== null && (
        <div className="rounded-md bg-info-bg p-2.5 text-12 text-info">
          <p><b className="font-semibold">If you record this:</b> {consequence.happens}</p>
          <p>The merchant will see <b className="font-semibold">{consequence.merchant_state}</b>{consequence.merchant_words === null ? '.' : <>: “{consequence.merchant_words}”</>}</p>
        </div>
      )}
      {(session.state === 'accepted' || session.state === 'approved' || choices.every(({ blocked }) => blocked !== null)) && <FourEyes session={session} />}
      {said !== null && !act.isError && <Notice tone="success" live="polite" className="gap-2! p-2.5!">{said}</Notice>}
      {late ? <Stale session={moved ? read.session : session} execution={moved ? read.execution : execution} onRead={() => { setRead({ session, execution }); act.reset() }} /> : <ErrorNotice error={act.error} />}
      <div className="sticky bottom-0 -mx-3 flex flex-col gap-1 border-t border-line bg-surface px-3 py-2.5">
        <Button kind="filled" wide className="min-h-11 lg:min-h-8" busy={act.isPending} disabledReason={late ? 'Read it again first.' : unready} onClick={go}>
          {verb === null ? 'Record' : BUTTON[verb]} <kbd aria-hidden="true" className="rounded border border-current px-1 font-sans text-11 font-normal max-lg:hidden">Ctrl Enter</kbd>
        </Button>
        {unready !== null && <p className="text-center text-12 text-muted">{unready}</p>}
      </div>
    </div>
  )
}

/** Brings a form of another tab in sight once that tab is drawn. */
const inSight = (id: string): void => { requestAnimationFrame(() => document.getElementById(id)?.scrollIntoView({ block: 'nearest' })) }

/** Modes from the narrowest to the ceiling. A probe has a plan of its own and is not begun here. */
const WIDTHS = ['simulation', 'live_safe', 'manual', 'hybrid'] as const
const modesUpTo = (ceiling: Draft['mode']): readonly Draft['mode'][] => WIDTHS.slice(0, WIDTHS.indexOf(ceiling) + 1).filter((mode) => mode !== 'live_safe')

function whyNotYet(verb: Verb, draft: Draft, { needsReason, needsRoute, needsRail, needsFinding }: { needsReason: boolean; needsRoute: boolean; needsRail: boolean; needsFinding: boolean }): string | null {
  if (needsFinding && draft.found_by.trim() === '') return 'Say what it is found by first.'
  if (needsRoute) return 'Choose what is offered first.'
  if (verb === 'start' && needsRail && draft.owner === null) return 'Say who owns the account first.'
  if (verb === 'start' && needsRail && draft.account_label.trim() === '') return 'Name the account first.'
  if (needsReason) return 'Choose a reason first.'
  return null
}
