import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import type { AccountRevealReason, Provider, ProviderAccount, RevealedAccount } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, ErrorNotice, Skeleton, StatusTag, type Option } from '../../shared/ui/index.ts'
import { useProviderAccounts } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card } from '../ui/parts.tsx'
import { RevealDialog, type Revealed } from '../../shared/ui/RevealDialog.tsx'
import { titled } from '../words.ts'
import { AddAccountDialog } from './AddAccountDialog.tsx'
import { RetireAccountDialog } from './RetireAccountDialog.tsx'

const REASONS: readonly Option<AccountRevealReason>[] = [
  { value: 'pay_by_hand', label: 'To pay by hand over it' }, { value: 'check_with_provider', label: 'To check it with the provider' }, { value: 'reconcile', label: 'To reconcile a statement' },
  { value: 'question_of_auditor', label: 'An auditor asks' }, { value: 'dispute', label: 'A payment is disputed' },
]
const NOT_ADMIN = { write: 'A Platform Admin adds and retires accounts.', reveal: 'A Platform Admin sees whole references.' } as const

/** The accounts that legs over this provider run on: masked, with the ways to add, show and retire one. */
export function ProviderAccounts({ provider }: { provider: Provider }) {
  const can = useCan()
  const query = useProviderAccounts(provider.id)
  const mayNotWrite = can('provider_account:write') === null ? null : NOT_ADMIN.write
  const mayNotReveal = can('provider_account:reveal') === null ? null : NOT_ADMIN.reveal
  const [adding, setAdding] = useState(false)
  const [revealing, setRevealing] = useState<ProviderAccount | null>(null)
  const [retiring, setRetiring] = useState<ProviderAccount | null>(null)
  const live = query.data?.filter(({ state }) => state === 'live').length
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-3 py-1.5">
        <h2 className="font-semibold">Accounts{live === undefined ? '' : ` · ${live}`}</h2>
        <span className="text-muted">that legs run on; FlowClaw holds no money in them and no key to them</span>
        <Button icon="plus" className="ml-auto" disabledReason={mayNotWrite ?? (query.data ? null : 'The accounts are not loaded yet.')} onClick={() => setAdding(true)}>Add an account</Button>
      </div>
      {query.isPending && <div className="p-4"><Skeleton lines={3} label="Loading accounts" /></div>}
      {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
      {query.data?.length === 0 && <p className="px-3 py-2 text-muted">No account is named yet. A step over this provider names the account that it runs on.</p>}
      {query.data && query.data.length > 0 && (
        <DataTable
          label="Accounts" rows={query.data} keyOf={({ id }) => id}
          columns={[
            { head: 'Account', phone: 'first', wide: true, className: 'min-w-44', cell: (account) => <><span className="font-semibold wrap-anywhere">{account.label}</span> <span className="block whitespace-nowrap text-muted tabular-nums">{account.reference_masked}</span></> },
            { head: 'State', phone: 'first', className: 'whitespace-nowrap', cell: ({ state }) => <StatusTag tone={state === 'live' ? 'success' : 'attention'} size="small">{titled(state)}</StatusTag> },
            { head: 'Money', className: 'whitespace-nowrap', cell: ({ currency, country }) => (country === null ? currency : `${currency} in ${country}`) },
            { head: 'Whose', className: 'min-w-36', cell: ({ rail_owner, merchant }) => (merchant === null ? `The ${rail_owner}’s` : <>A merchant’s<span className="block text-muted">{merchant.name}</span></>) },
            {
              head: 'Added', className: 'min-w-44 text-muted', cell: ({ created_by, created_at, retired_at, retired_by }) => (
                <>{created_by}, <DateTime at={created_at} absolute className="whitespace-normal!" />{retired_at !== null && <span className="block">retired by {retired_by}, <DateTime at={retired_at} absolute className="whitespace-normal!" /></span>}</>
              ),
            },
            {
              head: 'Actions', phone: 'last', cell: (account) => (
                <div className="flex gap-2 max-md:mt-1">
                  <Button icon="eye" disabledReason={mayNotReveal} className="max-md:min-h-11 max-md:flex-1" onClick={() => setRevealing(account)}>Reveal<span className="sr-only"> {account.label}</span></Button>
                  <Button icon="prohibited" disabledReason={mayNotWrite ?? (account.state === 'retired' ? 'It is retired already.' : null)} className="max-md:min-h-11 max-md:flex-1" onClick={() => setRetiring(account)}>Retire<span className="sr-only"> {account.label}</span></Button>
                </div>
              ),
            },
          ]}
        />
      )}
      {adding && <AddAccountDialog provider={provider} onClose={() => setAdding(false)} />}
      {revealing && (
        <RevealDialog
          title={<span className="wrap-anywhere">{revealing.label}</span>} description="What the provider knows this account by. It is kept sealed and shown for a minute." reasons={REASONS}
          reveal={async (reason) => shown((await answer(api.POST('/api/provider-accounts/{id}/reveal', { params: { path: { id: revealing.id } }, body: { reason } }))) as RevealedAccount)} onClose={() => setRevealing(null)}
        />
      )}
      {retiring && <RetireAccountDialog account={retiring} onClose={() => setRetiring(null)} />}
    </Card>
  )
}

const shown = ({ account_reference, account_holder, instructions }: RevealedAccount): readonly Revealed[] => [
  { label: 'Account reference', value: account_reference },
  ...(account_holder === null ? [] : [{ label: 'Holder', value: account_holder, words: true }]),
  ...(instructions === null ? [] : [{ label: 'How it is used', value: instructions, words: true }]),
]
