import { useState } from 'react'
import type { ApiKey } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, EmptyState, ErrorNotice, Skeleton, StatusTag, type Tone } from '../../shared/ui/index.ts'
import { roleWords } from '../frame/roles.ts'
import { useApiKeys } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, PageTitle } from '../ui/parts.tsx'
import { CreateKeyDialog } from './CreateKeyDialog.tsx'
import { RevokeKeyDialog } from './RevokeKeyDialog.tsx'
import { scopeWords } from './scopes.ts'

const STATES: Readonly<Record<ApiKey['state'], { readonly tone: Tone; readonly label: string }>> = {
  live: { tone: 'success', label: 'Live' }, stopped: { tone: 'attention', label: 'Stopped with its maker' }, expired: { tone: 'attention', label: 'Expired' }, revoked: { tone: 'danger', label: 'Revoked' },
}
const NOT_ADMIN = 'A Platform Admin makes and revokes keys.'

/** Keys of the company's programs: what each may do, when it was last used, and the way to end it. */
export function ApiKeysPage() {
  const can = useCan()
  const mayRead = can('api_key:read') === null
  const query = useApiKeys(mayRead)
  const mayNot = can('api_key:write') === null ? null : NOT_ADMIN
  const [making, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  return (
    <>
      <PageTitle title="API keys" note="for programs of this company; a person signs in instead" end={<Button icon="plus" disabledReason={mayNot ?? (query.data ? null : 'The keys are not loaded yet.')} onClick={() => setMaking(true)}>Make a key</Button>} />
      <Card>
        {!mayRead && <EmptyState icon="lock" title="Keys are the Platform Admin’s">Ask a Platform Admin of this workspace for a key or for a look at those there are.</EmptyState>}
        {mayRead && query.isPending && <div className="p-4"><Skeleton lines={4} label="Loading API keys" /></div>}
        {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
        {query.data?.items.length === 0 && <EmptyState icon="lock" title="No program has a key">A key lets one program do what you tick, in its own name, until the day you choose.</EmptyState>}
        {query.data && query.data.items.length > 0 && (
          <DataTable
            label="API keys" rows={query.data.items} keyOf={(key) => key.id}
            columns={[
              { head: 'Program', phone: 'first', wide: true, className: 'min-w-44', cell: (key) => <><span className="font-semibold wrap-anywhere">{key.label}</span> <span className="block font-mono text-11 text-muted">{key.prefix}…</span></> },
              { head: 'State', phone: 'first', className: 'whitespace-nowrap', cell: (key) => <StatusTag tone={STATES[key.state].tone} size="small">{STATES[key.state].label}</StatusTag> },
              { head: 'Acts as', className: 'min-w-32', cell: (key) => <>{roleWords(key.role)}{key.merchant && <span className="block text-muted">{key.merchant.name}</span>}</> },
              { head: 'May', phone: 'text', className: 'min-w-56 text-muted', cell: (key) => key.scopes.map(scopeWords).join(' · ') },
              { head: 'Last used', className: 'min-w-28', cell: (key) => (key.last_used_at === null ? 'Never' : <DateTime at={key.last_used_at} />) },
              { head: 'Ends', className: 'min-w-28', cell: (key) => (key.revoked_at === null ? <DateTime at={key.expires_at} absolute className="whitespace-normal!" /> : <>revoked by {key.revoked_by}, <DateTime at={key.revoked_at} absolute className="whitespace-normal!" /></>) },
              { head: 'Made', className: 'min-w-32 text-muted', cell: (key) => <>{key.created_by}, <DateTime at={key.created_at} absolute className="whitespace-normal!" /></> },
              { head: 'Revoke', phone: 'last', cell: (key) => (key.state === 'revoked' ? null : <Button icon="prohibited" disabledReason={mayNot} className="max-md:min-h-11 max-md:w-full" onClick={() => setRevoking(key)}>Revoke<span className="sr-only"> {key.label}</span></Button>) },
            ]}
          />
        )}
      </Card>
      {making && query.data && <CreateKeyDialog offered={query.data.offered} onClose={() => setMaking(false)} />}
      {revoking && <RevokeKeyDialog apiKey={revoking} onClose={() => setRevoking(null)} />}
    </>
  )
}
