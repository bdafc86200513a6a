import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { ProviderOutage } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, Field, optionsOf, Select } from '../../shared/ui/index.ts'
import { outagesKey, sessionsKey, useProviders } from '../queries.ts'
import { endWords, outageReasonWords, outageSourceWords } from './outage-words.ts'

type Ended = NonNullable<ProviderOutage['ended_because']>
/** A program's word comes by itself. */
const SOURCES = optionsOf(outageSourceWords).filter(({ value }) => value !== 'webhook' && value !== 'rate_feed')

/** After either, the queue and every open session may say something else. */
function useSaved(onClose: () => void): () => Promise<void> {
  const queries = useQueryClient()
  return async () => { onClose(); await Promise.all([queries.invalidateQueries({ queryKey: outagesKey }), queries.invalidateQueries({ queryKey: sessionsKey })]) }
}

/** A provider carries nothing new from now on. `out` are the ones that are out already. */
export function ReportOutageDialog({ out, onClose }: { out: readonly string[]; onClose: () => void }) {
  const keyFor = useActionKey()
  const onSuccess = useSaved(onClose)
  const providers = (useProviders().data ?? []).filter(({ id }) => !out.includes(id))
  const [provider_id, setProvider] = useState<string | null>(null)
  const [reason, setReason] = useState<ProviderOutage['reason'] | null>(null)
  const [source, setSource] = useState<ProviderOutage['source'] | null>(null)
  const report = useMutation({
    mutationFn: () => {
      const body = { provider_id: provider_id!, reason: reason!, source: source! }
      return answer(api.POST('/api/provider-outages', { params: { header: { 'idempotency-key': keyFor(body) } }, body }))
    },
    onSuccess,
  })
  const wrong = provider_id === null ? 'Choose the provider first.' : reason === null ? 'Say what is wrong first.' : source === null ? 'Say how you know first.' : null
  return (
    <Dialog
      open onClose={onClose} title="Report an outage" description="From now on no new route goes through this provider, until somebody ends the outage."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" busy={report.isPending} disabledReason={wrong} onClick={() => report.mutate()}>Report it</Button></>}
    >
      <Field label="Provider"><Select value={provider_id} options={providers.map(({ id, name }) => ({ value: id, label: name }))} onChange={setProvider} /></Field>
      <Field label="What is wrong"><Select value={reason} options={optionsOf(outageReasonWords)} onChange={setReason} /></Field>
      <Field label="How you know"><Select value={source} options={SOURCES} onChange={setSource} /></Field>
      <ErrorNotice error={report.error} />
    </Dialog>
  )
}

/** The provider carries new payments again. */
export function EndOutageDialog({ outage, name, onClose }: { outage: ProviderOutage; name: string; onClose: () => void }) {
  const keyFor = useActionKey()
  const onSuccess = useSaved(onClose)
  const [because, setBecause] = useState<Ended | null>(null)
  const end = useMutation({
    mutationFn: () => answer(api.POST('/api/provider-outages/{id}/end', { params: { path: { id: outage.id }, header: { 'idempotency-key': keyFor({ id: outage.id, because }) } }, body: { because: because! } })),
    onSuccess,
  })
  return (
    <Dialog
      open onClose={onClose} title={<span className="wrap-anywhere">End the outage of {name}?</span>} description="From now on new routes go through it again."
      footer={<><Button onClick={onClose}>Leave it out</Button><Button kind="filled" busy={end.isPending} disabledReason={because === null ? 'Say why first.' : null} onClick={() => end.mutate()}>End the outage</Button></>}
    >
      <Field label="Why"><Select value={because} options={optionsOf(endWords)} onChange={setBecause} /></Field>
      <ErrorNotice error={end.error} />
    </Dialog>
  )
}
