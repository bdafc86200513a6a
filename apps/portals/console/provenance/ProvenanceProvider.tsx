import { Dialog } from '@base-ui/react/dialog'
import { useState, type ReactNode } from 'react'
import type { SourcedValue } from '../../api/types.ts'
import { ErrorNotice, Icon, IconButton, Money, Skeleton } from '../../shared/ui/index.ts'
import { roundTo } from '../decimal.ts'
import { to } from '../paths.ts'
import { useFact, useProvider } from '../queries.ts'
import { linkLook } from '../ui/parts.tsx'
import { nameOf, railWords } from '../words.ts'
import { ProvenanceContext } from './context.ts'
import { hopTarget, type Target } from './target.ts'

/** Holds the drawer that opens beside the page when a number is clicked; the page keeps its place. */
export function ProvenanceProvider({ children }: { children: ReactNode }) {
  const [target, setTarget] = useState<Target | null>(null)
  return (
    <ProvenanceContext value={setTarget}>
      {children}
      <Dialog.Root open={target !== null} onOpenChange={(open) => { if (!open) setTarget(null) }}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
          <Dialog.Popup className="fixed inset-y-0 right-0 z-50 flex w-115 max-w-[calc(100vw-1.5rem)] flex-col overflow-y-auto border-l border-line bg-surface text-text shadow-pop outline-none">
            {target && <Drawer target={target} open={setTarget} close={() => setTarget(null)} />}
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </ProvenanceContext>
  )
}

function Drawer({ target, open, close }: { target: Target; open: (target: Target) => void; close: () => void }) {
  return (
    <>
      <div className="sticky top-0 flex items-start gap-2 border-b border-line bg-surface p-3">
        <div className="min-w-0 flex-1">
          <Dialog.Title className="text-15 font-semibold break-words">{target.title}</Dialog.Title>
          <Dialog.Description className="text-12 text-muted">Where this number comes from</Dialog.Description>
        </div>
        <Dialog.Close render={<IconButton icon="x" label="Close" />} />
      </div>
      <div className="flex flex-col gap-4 p-3">
        <div>
          <p className="text-18 font-semibold tabular-nums">{target.value}</p>
          <p className="mt-1">{target.how}</p>
          <Standing illustrative={target.illustrative} facts={target.facts.length} />
        </div>
        {target.candidate && (
          <section>
            <h3 className="mb-1 font-semibold">Made of these legs</h3>
            <ul className="divide-y divide-line rounded-md border border-line">
              {target.candidate.hops.map((hop, index) => (
                <li key={index}>
                  <button type="button" onClick={() => open(hopTarget(hop, 'leg'))} className="flex w-full items-baseline gap-3 px-3 py-2 text-left hover:bg-sunken focus-visible:-outline-offset-2">
                    <span className="min-w-0 flex-1"><span className="block font-medium">{nameOf(hop.provider_name)}</span><span className="block text-12 text-muted">{railWords(hop)} · {hop.from.currency} to {hop.to.currency}</span></span>
                    <span className="tabular-nums whitespace-nowrap">{roundTo(hop.cost_bps, 1)} bps</span><Icon name="chevron-right" size={16} className="self-center text-muted" />
                  </button>
                </li>
              ))}
            </ul>
            <p className="mt-2 text-12 text-muted">Sent <Money value={target.candidate.sent} />, received <Money value={target.candidate.received} />. Mid rates are those of the day in the snapshot that the decision names.</p>
          </section>
        )}
        {target.provider && <ProviderValues key={target.provider.id} provider={target.provider} close={close} />}
        {target.facts.length > 0 && (
          <section>
            <h3 className="mb-1 font-semibold">Public sources</h3>
            <ul className="flex flex-col gap-2">{target.facts.map((id) => <li key={id}><FactCard id={id} /></li>)}</ul>
          </section>
        )}
      </div>
    </>
  )
}

function Standing({ illustrative, facts }: { illustrative: boolean; facts: number }) {
  if (illustrative) return <p className="mt-2 flex items-start gap-2 rounded-md bg-attention-bg p-2 text-attention"><Icon name="info" size={16} className="mt-0.5" /><span><b className="font-semibold">illus.</b> At least one number behind this has no public source. It is a starting estimate until outcomes replace it.</span></p>
  if (facts > 0) return <p className="mt-2 flex items-start gap-2 rounded-md bg-success-bg p-2 text-success"><Icon name="check-circle" size={16} className="mt-0.5" />Public sources stand behind this number.</p>
  return null
}

function ProviderValues({ provider, close }: { provider: NonNullable<Target['provider']>; close: () => void }) {
  const query = useProvider(provider.id)
  if (query.error) return <ErrorNotice error={query.error} />
  if (!query.data) return <Skeleton lines={5} label="Loading the provider’s values" />
  const own = query.data.values.filter((value) => provider.labels.includes(value.label))
  return (
    <section>
      <h3 className="font-semibold">{query.data.name}</h3>
      <p className="mb-2 text-12 text-muted">
        Posture {query.data.posture}, data as of {query.data.data_as_of}. <a className={linkLook} href={to.provider(query.data.id)} onClick={close}>All values of this provider</a>
      </p>
      <ul className="divide-y divide-line rounded-md border border-line">{own.map((value) => <li key={value.label} className="px-3 py-2"><ValueLine value={value} /></li>)}</ul>
      {own.length === 0 && <p className="text-muted">This provider states no such value.</p>}
    </section>
  )
}

/** One sourced value: label, value, whether it has a source, its note, and the sources in place. */
export function ValueLine({ value }: { value: SourcedValue }) {
  const [shown, setShown] = useState(false)
  return (
    <>
      <div className="flex flex-wrap items-baseline gap-x-3">
        <span className="text-muted">{value.label}</span>
        <span className="ml-auto min-w-0 text-right font-medium break-words tabular-nums">{value.value}</span>
      </div>
      <p className="flex flex-wrap items-center gap-x-3 text-12 text-muted">
        {value.illustrative ? <span><b className="font-semibold text-attention">illus.</b> no public source</span> : value.partly_sourced ? <span>partly sourced</span> : value.facts.length > 0 ? <span>sourced</span> : null}
        {value.facts.length > 0 && <button type="button" aria-expanded={shown} onClick={() => setShown(!shown)} className={`${linkLook} min-h-6`}>{shown ? 'Hide' : 'Show'} {value.facts.length === 1 ? '1 source' : `${value.facts.length} sources`}</button>}
      </p>
      {value.note && <p className="text-12 text-muted">{value.note}</p>}
      {shown && <ul className="mt-2 flex flex-col gap-2">{value.facts.map((id) => <li key={id}><FactCard id={id} /></li>)}</ul>}
    </>
  )
}

/** A fact: what a public source says, and the way there. */
export function FactCard({ id }: { id: string }) {
  const { data, error } = useFact(id)
  return (
    <div className="rounded-md border border-line bg-sunken p-2.5">
      <p className="flex items-baseline gap-2 text-12 text-muted"><span className="font-mono">{id}</span>{data?.confidence && <span>confidence: {data.confidence}</span>}</p>
      {error ? <ErrorNotice error={error} /> : !data ? <Skeleton lines={2} label="Loading the source" /> : (
        <>
          <p>{data.statement}</p>
          <p className="mt-1 text-12">{data.url === null ? <span className="text-muted">{data.source}</span> : <a href={data.url} target="_blank" rel="noreferrer noopener" className="inline-flex items-center gap-1 break-all text-accent underline underline-offset-2">{data.source}<Icon name="external" size={14} /></a>}</p>
        </>
      )}
    </div>
  )
}
