import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { CorridorRow, DeskFeeRule, Merchant } from '../../api/types.ts'
import { formatNumber, parseAmount } from '../../shared/money.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, Dialog, EmptyState, ErrorNotice, Field, Input, Money, Select, Skeleton } from '../../shared/ui/index.ts'
import { deskFeesKey, useCorridors, useDeskFeeRules, useMerchants } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, PageTitle } from '../ui/parts.tsx'
import { corridorArrow } from '../words.ts'

/** The desk's own fee: a rule for each merchant and corridor. A Platform Admin sets it, the desk reads it. */
export function DeskFeesPage() {
  const query = useDeskFeeRules()
  const merchants = useMerchants().data ?? []
  const corridors = useCorridors().data ?? []
  const denied = useCan()('desk_fee_rule:write')
  const [editing, setEditing] = useState<DeskFeeRule | 'new' | null>(null)
  const merchantName = (id: string | null) => (id === null ? 'Every merchant' : (merchants.find((each) => each.id === id)?.name ?? 'One merchant'))
  return (
    <>
      <PageTitle title="Desk fees" note="part of the all-in price a merchant sees, shown apart to the desk" end={<Button icon="plus" disabledReason={denied && 'A Platform Admin sets fees.'} onClick={() => setEditing('new')}>Set a fee</Button>} />
      <Card>
        {query.isPending && <div className="p-4"><Skeleton lines={4} label="Loading desk fees" /></div>}
        {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
        {query.data?.length === 0 && <EmptyState icon="tag-cost" title="The desk charges nothing">Without a rule the fee is 0, and the merchant’s all-in cost is the route’s.</EmptyState>}
        {query.data && query.data.length > 0 && (
          <DataTable
            label="Desk fees" rows={query.data} keyOf={(rule) => rule.id}
            columns={[
              { head: 'For', phone: 'first', wide: true, className: 'min-w-40', cell: (rule) => merchantName(rule.merchant_id) },
              { head: 'Corridor', className: 'whitespace-nowrap', cell: (rule) => (rule.corridor_id === null ? 'Any' : corridorArrow(rule.corridor_id)) },
              { head: 'Fixed', end: true, className: 'whitespace-nowrap', cell: (rule) => <Money value={rule.fixed} /> },
              { head: 'Bps of what is sent', end: true, cell: (rule) => formatNumber(rule.bps) },
              { head: 'At least', end: true, className: 'whitespace-nowrap', cell: (rule) => <Money value={rule.minimum} /> },
              { head: 'Reason', className: 'min-w-40 text-muted', cell: (rule) => rule.reason },
              { head: 'Changed', className: 'min-w-36 text-muted', cell: (rule) => <>{rule.changed_by}, <DateTime at={rule.changed_at} absolute className="whitespace-normal!" /> · version {rule.version}</> },
              ...(denied === null ? [{ head: 'Change', phone: 'last' as const, cell: (rule: DeskFeeRule) => <Button icon="pencil" className="max-md:min-h-11 max-md:w-full" onClick={() => setEditing(rule)}>Change</Button> }] : []),
            ]}
          />
        )}
      </Card>
      {editing !== null && <FeeDialog rule={editing === 'new' ? null : editing} merchants={merchants} corridors={corridors} onClose={() => setEditing(null)} />}
    </>
  )
}

/** Zero is a fee too: parseAmount refuses it, because nobody asks for a route of nothing. */
const amountOf = (text: string): string | null => (/^0(\.0*)?$/.test(text.trim()) ? '0' : parseAmount(text))

function FeeDialog({ rule, merchants, corridors, onClose }: { rule: DeskFeeRule | null; merchants: readonly Merchant[]; corridors: readonly CorridorRow[]; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [merchant, setMerchant] = useState<string>(rule?.merchant_id ?? 'any')
  const [corridor, setCorridor] = useState<string>(rule?.corridor_id ?? 'any')
  const [currency, setCurrency] = useState(rule?.fixed.currency ?? 'NGN')
  const [fixed, setFixed] = useState(rule?.fixed.amount ?? '0')
  const [bps, setBps] = useState(rule?.bps ?? '0')
  const [minimum, setMinimum] = useState(rule?.minimum.amount ?? '0')
  const [reason, setReason] = useState('')
  const amounts = [amountOf(fixed), amountOf(bps), amountOf(minimum)] as const
  const wrong = amounts.includes(null) ? 'An amount is not a number.' : reason.trim() === '' ? 'Say why first.' : null
  const save = useMutation({
    mutationFn: () => {
      const body = {
        merchant_id: merchant === 'any' ? null : merchant, corridor_id: corridor === 'any' ? null : corridor, fixed: { amount: amounts[0]!, currency }, bps: amounts[1]!,
        minimum: { amount: amounts[2]!, currency }, reason: reason.trim(),
      }
      return answer(api.PUT('/api/desk-fee-rules', { params: { header: { 'idempotency-key': keyFor(body) } }, body: body as never }))
    },
    onSuccess: async () => { onClose(); await queries.invalidateQueries({ queryKey: deskFeesKey }) },
  })
  const problem = save.error ? problemOf(save.error) : null
  const errorOf = (field: string, text: string) => (amountOf(text) === null ? 'This is not an amount.' : problem?.field?.startsWith(field) ? problem.detail : null)
  return (
    <Dialog
      open onClose={onClose} title={rule ? 'Change the fee' : 'Set a fee'} description="It holds for requests made from now on. Prices already shown keep theirs."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" busy={save.isPending} disabledReason={wrong} onClick={() => save.mutate()}>Save the fee</Button></>}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Merchant"><Select value={merchant} disabled={rule !== null} onChange={setMerchant} options={[{ value: 'any', label: 'Every merchant' }, ...merchants.map((each) => ({ value: each.id, label: each.name }))]} /></Field>
        <Field label="Corridor"><Select value={corridor} disabled={rule !== null} onChange={setCorridor} options={[{ value: 'any', label: 'Any corridor' }, ...corridors.map((each) => ({ value: each.id, label: corridorArrow(each.id), detail: each.name }))]} /></Field>
        <Field label="Currency of the amounts"><Select value={currency} onChange={setCurrency} options={[...new Set(['NGN', ...corridors.map((each) => each.source_currency), 'USD'])].map((each) => ({ value: each, label: each }))} /></Field>
        <Field label="Fixed" error={errorOf('/fixed', fixed)}><Input inputMode="decimal" value={fixed} onChange={(event) => setFixed(event.target.value)} className="text-right tabular-nums" /></Field>
        <Field label="Basis points" note="of what is sent" error={errorOf('/bps', bps)}><Input inputMode="decimal" value={bps} onChange={(event) => setBps(event.target.value)} className="text-right tabular-nums" /></Field>
        <Field label="At least" error={errorOf('/minimum', minimum)}><Input inputMode="decimal" value={minimum} onChange={(event) => setMinimum(event.target.value)} className="text-right tabular-nums" /></Field>
      </div>
      <Field label="Reason" hint="Kept with the rule and the audit row."><Input value={reason} maxLength={300} onChange={(event) => setReason(event.target.value)} /></Field>
      <ErrorNotice error={save.error} />
    </Dialog>
  )
}
