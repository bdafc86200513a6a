import { useState } from 'react'
import type { Flag } from '../../api/types.ts'
import { formatDecimal } from '../../shared/money.ts'
import { Button, Icon, StatusTag, type IconName, type Tone } from '../../shared/ui/index.ts'
import { Illus } from '../provenance/Sourced.tsx'
import { Card } from '../ui/parts.tsx'
import { familyOf, flagLabel, plain } from '../words.ts'

const SHOWN = 8
const weight: Readonly<Record<Flag['severity'], number>> = { danger: 0, attention: 1, info: 2 }
const tones: Readonly<Record<Flag['severity'], Tone>> = { danger: 'danger', attention: 'attention', info: 'info' }
const icons: Readonly<Record<string, IconName>> = {
  holiday: 'calendar', closed_until: 'calendar', calendar_unknown: 'calendar', available_from: 'calendar', missing: 'document', after_payment: 'document', validity: 'document',
  rate_cost_dominates: 'trend-up', fixed_fee_dominates: 'trend-up', above_budget: 'trend-up', first_payment_checks: 'person', name_match_required: 'person', slow_settlement: 'clock',
}
const severityIcon: Readonly<Record<Flag['severity'], IconName>> = { danger: 'prohibited', attention: 'alert', info: 'info' }

/** Flags that concern the recommended route or the request itself come before those of other candidates; worst first in each. */
export function sortFlags(flags: readonly Flag[], recommended: string | null): readonly Flag[] {
  const near = (flag: Flag) => (flag.candidate_ids.length === 0 || (recommended !== null && flag.candidate_ids.includes(recommended)) ? 0 : 1)
  return [...flags].sort((a, b) => weight[a.severity] - weight[b.severity] || near(a) - near(b) || (a.code < b.code ? -1 : 1))
}

/** What a desk must know before it decides: each flag with its number, worst first; the rest is counted and a press away. */
export function Flags({ flags, recommended }: { flags: readonly Flag[]; recommended: string | null }) {
  const [all, setAll] = useState(false)
  const sorted = sortFlags(flags, recommended)
  const shown = all ? sorted : sorted.slice(0, SHOWN)
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-x-2 border-b border-line px-3 py-1.5">
        <h2 className="font-semibold">Flags</h2><span className="text-muted">{shown.length === flags.length ? `${flags.length}, worst first` : `${shown.length} of ${flags.length}, worst first`}</span>
        {flags.length > SHOWN && <Button kind="quiet" className="ml-auto" aria-expanded={all} onClick={() => setAll(!all)}>{all ? 'Show fewer' : `${flags.length - SHOWN} more`}</Button>}
      </div>
      {flags.length === 0
        ? <p className="px-3 py-2 text-muted">Nothing was flagged.</p>
        : <ul className="grid gap-px bg-line xl:grid-cols-2">{shown.map((flag) => <li key={flag.code} className="bg-surface"><FlagRow flag={flag} /></li>)}{shown.length % 2 === 1 && <li aria-hidden="true" className="hidden bg-surface xl:block" />}</ul>}
    </Card>
  )
}

const looks: Readonly<Record<Flag['severity'], string>> = { danger: 'text-danger', attention: 'text-attention', info: 'text-info' }

function FlagRow({ flag }: { flag: Flag }) {
  const [open, setOpen] = useState(false)
  const family = familyOf(flag.code)
  const facts = Object.entries(flag.facts)
  return (
    <>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex min-h-8 w-full items-start gap-2 px-3 py-1.5 text-left hover:bg-sunken focus-visible:-outline-offset-2">
        <Icon name={icons[family] ?? severityIcon[flag.severity]} size={16} className={`mt-0.5 ${looks[flag.severity]}`} />
        <span className="min-w-0 flex-1">{flag.sentence}</span>
        {flag.illustrative && <Illus />}
        <StatusTag tone={tones[flag.severity]} size="small" icon={null}>{flagLabel(flag.code)}</StatusTag>
      </button>
      {open && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 px-3 pb-2.5 pl-9 text-12">
          <dt className="text-muted">Code</dt><dd className="font-mono break-all">{flag.code}</dd>
          {facts.map(([label, value]) => <div key={label} className="contents"><dt className="text-muted">{plain(label)}</dt><dd className="break-words tabular-nums">{/^-?[0-9]+(\.[0-9]+)?$/.test(value) ? formatDecimal(value) : value}</dd></div>)}
          <dt className="text-muted">Concerns</dt><dd>{flag.candidate_ids.length === 0 ? 'the request itself' : flag.candidate_ids.length === 1 ? '1 candidate' : `${flag.candidate_ids.length} candidates`}{flag.candidate_ids.length > 0 && <span className="ml-2 font-mono break-all text-muted">{flag.candidate_ids.slice(0, 6).join(', ')}{flag.candidate_ids.length > 6 && ' …'}</span>}</dd>
          <dt className="text-muted">Merchant sees</dt><dd>{flag.merchant_sentence ?? 'nothing of this'}</dd>
        </dl>
      )}
    </>
  )
}
