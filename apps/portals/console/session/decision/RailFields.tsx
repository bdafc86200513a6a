import { RAIL_OWNERS } from '#contracts/api/provider-accounts.ts'
import type { DeskRouteSession, ExecutionStep } from '../../../api/types.ts'
import { Field, Input, Select } from '../../../shared/ui/index.ts'
import { useProviderAccounts } from '../../queries.ts'
import type { Draft } from './draft.ts'

const OWNERS = { merchant: 'The merchant', operator: 'Our company', provider: 'The provider' } as const
const NONE = 'none'

/** Whose account a leg runs on, and which: one that is on file with the provider, or named here. */
export function RailFields({ session, step, draft, change }: { session: DeskRouteSession; step: ExecutionStep; draft: Draft; change: (change: Partial<Draft>) => void }) {
  const accounts = (useProviderAccounts(step.provider_id).data ?? []).filter((each) => each.state === 'live' && each.rail_owner === draft.owner && (each.merchant === null || each.merchant.id === session.merchant.id))
  return (
    <>
      <Field label="Rail owner" hint="Who owns the account that the leg runs on.">
        <Select value={draft.owner} options={RAIL_OWNERS.map((value) => ({ value, label: OWNERS[value] }))} onChange={(owner) => change({ owner, account_id: null })} />
      </Field>
      {accounts.length > 0 && (
        <Field label="Account on file">
          <Select
            value={draft.account_id ?? NONE}
            options={[{ value: NONE, label: 'None of these' }, ...accounts.map((each) => ({ value: each.id, label: each.label, detail: `${each.reference_masked}, ${each.currency}` }))]}
            onChange={(value) => { const found = accounts.find(({ id }) => id === value); change(found === undefined ? { account_id: null } : { account_id: found.id, account_label: found.label }) }}
          />
        </Field>
      )}
      <Field label="Account label" hint="By what people know it. Never a number.">
        <Input value={draft.account_label} maxLength={80} onChange={(event) => change({ account_label: event.target.value })} />
      </Field>
    </>
  )
}
