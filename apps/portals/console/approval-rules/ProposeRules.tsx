import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { EXECUTION_MODES } from '#contracts/api/route-sessions.ts'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { ApprovalRules, CorridorRow } from '../../api/types.ts'
import { Button, Checkbox, ErrorNotice, Field, Input, Select } from '../../shared/ui/index.ts'
import { approvalRulesKey, useCorridors } from '../queries.ts'
import { Card } from '../ui/parts.tsx'
import { corridorArrow } from '../words.ts'
import { amountWrong, ANY, bodyOf, draftOf, isOfAll, MODE_LABELS, newRule, riskWrong, type DraftRule } from './draft.ts'

/** As many as the server takes in one set. */
const RULES_MAX = 40

/** The company's own rules as a whole, as another Platform Admin will read and confirm them. */
export function ProposeRules({ in_force, onClose }: { in_force: ApprovalRules['in_force']; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const corridors = useCorridors().data ?? []
  const [rules, setRules] = useState<readonly DraftRule[]>(() => draftOf(in_force.rules))
  const [reason, setReason] = useState('')
  const change = (id: string, next: Partial<DraftRule>) => setRules(rules.map((rule) => (rule.id === id ? { ...rule, ...next } : rule)))
  const propose = useMutation({
    mutationFn: (): Promise<unknown> => {
      const body = { base_version: in_force.version, rules: bodyOf(rules), reason: reason.trim() }
      return answer(api.POST('/api/approval-rules/proposals', { params: { header: { 'idempotency-key': keyFor(body) } }, body }))
    },
    onSuccess: async () => { onClose(); await queries.invalidateQueries({ queryKey: approvalRulesKey }) },
  })
  const problem = propose.error ? problemOf(propose.error) : null
  const wrong = rules.some((rule) => amountWrong(rule) !== null || riskWrong(rule) !== null) ? 'A number is not right.' : reason.trim() === '' ? 'Say why first.' : null
  return (
    <Card>
      <h2 className="border-b border-line px-3 py-1.5 font-semibold">Propose other rules</h2>
      <div className="flex flex-col gap-3 p-3">
        <p className="text-muted">A rule asks for its people where everything that it names is so. Where several rules ask, the strictest counts. The two rules that hold for every company stay beside these.</p>
        {rules.map((rule, index) => (
          <RuleFields key={rule.id} rule={rule} number={index + 1} corridors={corridors} error={problem?.field?.startsWith(`/rules/${index}/`) ? problem.detail : null} onChange={(next) => change(rule.id, next)} onRemove={() => setRules(rules.filter(({ id }) => id !== rule.id))} />
        ))}
        <div><Button icon="plus" className="max-md:min-h-11" disabledReason={rules.length >= RULES_MAX ? `A set has at most ${RULES_MAX} rules.` : null} onClick={() => setRules([...rules, newRule(rules)])}>Add a rule</Button></div>
        <Field label="Why" hint="The second person reads it, and it is kept with the rules."><Input value={reason} maxLength={300} onChange={(event) => setReason(event.target.value)} /></Field>
        <ErrorNotice error={propose.error} />
        <div className="flex flex-wrap gap-2">
          <Button kind="filled" className="max-md:min-h-11" busy={propose.isPending} disabledReason={wrong} onClick={() => propose.mutate()}>Propose the rules</Button>
          <Button className="max-md:min-h-11" onClick={onClose}>Leave it</Button>
        </div>
      </div>
    </Card>
  )
}

type RuleProps = { readonly rule: DraftRule; readonly number: number; readonly corridors: readonly CorridorRow[]; readonly error: string | null; readonly onChange: (next: Partial<DraftRule>) => void; readonly onRemove: () => void }

function RuleFields({ rule, number, corridors, error, onChange, onRemove }: RuleProps) {
  const modes = useId()
  // A corridor that is there no more stays what the rule says until somebody chooses another.
  const known = rule.corridor === ANY || corridors.some(({ id }) => id === rule.corridor)
  const options = [{ value: ANY, label: 'Any corridor' }, ...corridors.map(({ id, name }) => ({ value: id, label: corridorArrow(id), detail: name })), ...(known ? [] : [{ value: rule.corridor, label: corridorArrow(rule.corridor) }])]
  return (
    <fieldset className="min-w-0 rounded-lg border border-line p-3">
      <legend className="px-1 font-semibold">Rule {number}</legend>
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <Field label="Corridor"><Select value={rule.corridor} options={options} onChange={(corridor) => onChange({ corridor })} /></Field>
        <Field label="Sends more than" note="USD" hint="Empty: any amount" error={amountWrong(rule)}><Input inputMode="decimal" autoComplete="off" maxLength={20} value={rule.amount} onChange={(event) => onChange({ amount: event.target.value })} className="text-right tabular-nums" /></Field>
        <Field label="Risk above" note="%" hint="Empty: any risk" error={riskWrong(rule)}><Input inputMode="decimal" autoComplete="off" maxLength={10} value={rule.risk} onChange={(event) => onChange({ risk: event.target.value })} className="text-right tabular-nums" /></Field>
        <Field label="People who approve"><Select value={rule.approvals} options={[{ value: '2', label: 'Two' }, { value: '3', label: 'Three' }]} onChange={(approvals) => onChange({ approvals })} /></Field>
      </div>
      <div role="group" aria-labelledby={modes} className="mt-3">
        <p id={modes} className="font-semibold">Runs as<span className="ml-2 font-normal text-muted">none ticked: any mode</span></p>
        <div className="grid gap-x-4 sm:grid-cols-2 lg:grid-cols-4">
          {EXECUTION_MODES.map((mode) => <Checkbox key={mode} label={MODE_LABELS[mode]} checked={rule.modes.includes(mode)} onChange={(on) => onChange({ modes: on ? [...rule.modes, mode] : rule.modes.filter((each) => each !== mode) })} />)}
        </div>
      </div>
      <div className="mt-1 flex flex-wrap items-center justify-between gap-2">
        <Checkbox label="Only for another route than the recommended one" checked={rule.other_route} onChange={(other_route) => onChange({ other_route })} />
        <Button kind="danger" className="max-md:min-h-11" onClick={onRemove}>Remove rule {number}</Button>
      </div>
      {isOfAll(rule) && <p className="mt-2 text-12 text-muted">It names nothing, so it holds for every payment{rule.corridor === ANY ? '' : ' of the corridor'}.</p>}
      {error !== null && <p role="alert" className="mt-2 text-13 text-danger">{error}</p>}
    </fieldset>
  )
}
