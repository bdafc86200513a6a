import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { ApprovalRuleSet } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, Field, Notice, optionsOf, Select } from '../../shared/ui/index.ts'
import { approvalRulesKey, sessionsKey } from '../queries.ts'
import { BECAUSE } from './words.ts'

type Props = { readonly set: ApprovalRuleSet; readonly verb: 'confirm' | 'reject' | 'withdraw'; readonly onClose: () => void }
const TITLES = { confirm: 'Put these rules in force?', reject: 'Reject these rules?', withdraw: 'Withdraw these rules?' } as const
const BUTTONS = { confirm: 'Confirm', reject: 'Reject', withdraw: 'Withdraw' } as const
const MEANING = {
  confirm: 'They count for every acceptance and offer from now on. What was agreed before keeps its number, and is not executed with fewer approvals than these rules ask for.',
  reject: 'The rules in force stay as they are.', withdraw: 'The rules in force stay as they are.',
} as const

/** Decides a proposal: the second person confirms or rejects, who proposed takes it back. */
export function DecideRulesDialog({ set, verb, onClose }: Props) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [because, setBecause] = useState<keyof typeof BECAUSE | null>(null)
  const decide = useMutation({
    mutationFn: (): Promise<unknown> => {
      const params = { path: { id: set.id }, header: { 'idempotency-key': keyFor({ id: set.id, verb, because }) } }
      if (verb === 'confirm') return answer(api.POST('/api/approval-rules/proposals/{id}/confirm', { params, body: {} }))
      return answer(api.POST(verb === 'reject' ? '/api/approval-rules/proposals/{id}/reject' : '/api/approval-rules/proposals/{id}/withdraw', { params, body: { because: because! } }))
    },
    onSuccess: async () => {
      onClose()
      await Promise.all([queries.invalidateQueries({ queryKey: approvalRulesKey }), queries.invalidateQueries({ queryKey: sessionsKey })])
    },
  })
  return (
    <Dialog
      open onClose={onClose} title={TITLES[verb]} description={MEANING[verb]}
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind={verb === 'confirm' ? 'filled' : 'danger'} icon={verb === 'confirm' ? 'check' : 'prohibited'} busy={decide.isPending} disabledReason={verb !== 'confirm' && because === null ? 'Say why first.' : null} onClick={() => decide.mutate()}>{BUTTONS[verb]}</Button></>}
    >
      {verb === 'confirm' && set.changes.some(({ what }) => what !== 'added') && <Notice tone="attention" title="Rules change or go">Read each line of the difference: where a rule goes or its number rises, fewer payments have a second person.</Notice>}
      {verb !== 'confirm' && <Field label="Why"><Select value={because} options={optionsOf(BECAUSE)} onChange={setBecause} /></Field>}
      <ErrorNotice error={decide.error} />
    </Dialog>
  )
}
