import { ApiError } from '../../api/problem.ts'
import { Button, EmptyState, ErrorNotice, LinkButton, Skeleton } from '../../shared/ui/index.ts'
import { to } from '../paths.ts'
import { FactCard, ValueLine } from '../provenance/ProvenanceProvider.tsx'
import { useProvider } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, Fact, PageTitle } from '../ui/parts.tsx'
import { categoryWords, railWords, titled } from '../words.ts'
import { ProviderAccounts } from './ProviderAccounts.tsx'
import { ProviderEstimates } from './ProviderEstimates.tsx'
import { PostureTag } from './ProvidersPage.tsx'

/** One provider: the accounts that legs run on, each value with its source, its legs, its papers, and the facts behind all of it. */
export function ProviderPage({ id }: { id: string }) {
  const query = useProvider(id)
  if (query.isPending) return <Card className="p-4"><Skeleton lines={8} label="Loading the provider" /></Card>
  if (query.error instanceof ApiError && query.error.problem.status === 404) return <Card><EmptyState icon="search" title="There is no such provider" action={<LinkButton href={to.providers()}>All providers</LinkButton>} /></Card>
  if (query.error) return <ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} />
  const provider = query.data
  const illustrative = provider.values.filter((value) => value.illustrative).length
  return (
    <>
      <PageTitle title={provider.name} note={<span className="font-mono text-12">{provider.id}</span>} end={<LinkButton href={to.providers()} icon="arrow-left">All providers</LinkButton>} />
      <Card>
        <dl className="grid grid-cols-2 gap-x-4 gap-y-2 px-3 py-2 sm:grid-cols-3 lg:grid-cols-6">
          <Fact term="Category">{categoryWords(provider.category)}</Fact><Fact term="Posture"><PostureTag posture={provider.posture} /></Fact><Fact term="Licence">{titled(provider.licence_status)}</Fact>
          <Fact term="Risk class">{titled(provider.risk_class)}</Fact><Fact term="Countries">{provider.countries.join(', ')}</Fact><Fact term="Checks on the customer">{titled(provider.kyc_level)}</Fact>
        </dl>
        <p className="border-t border-line px-3 py-2">{provider.regulatory_status}</p>
        {provider.notes && <p className="border-t border-line px-3 py-2 text-muted">{provider.notes}</p>}
        {provider.archetype && <p className="border-t border-line px-3 py-2 text-12 text-muted">An archetype: a kind of institution with typical numbers, not one named company.</p>}
      </Card>
      <ProviderEstimates provider_id={provider.id} />
      <ProviderAccounts provider={provider} />
      <div className="grid items-start gap-x-3 gap-y-2 lg:grid-cols-2">
        <Card>
          <div className="flex flex-wrap items-baseline gap-x-2 border-b border-line px-3 py-1.5"><h2 className="font-semibold">Values</h2><span className="text-muted">{illustrative} of {provider.values.length} have no public source</span></div>
          <ul className="divide-y divide-line">{provider.values.map((value) => <li key={value.label} className="px-3 py-2"><ValueLine value={value} /></li>)}</ul>
        </Card>
        <div className="flex min-w-0 flex-col gap-2">
          <Card>
            <h2 className="border-b border-line px-3 py-1.5 font-semibold">Legs · {provider.legs.length}</h2>
            <DataTable
              label="Legs" rows={provider.legs} keyOf={(_, index) => String(index)}
              columns={[
                { head: 'From', phone: 'first', className: 'whitespace-nowrap', cell: (leg) => `${leg.from} ${leg.from_country ?? ''}` },
                { head: 'To', phone: 'first', className: 'whitespace-nowrap', cell: (leg) => <><span className="text-muted md:hidden">→ </span>{leg.to} {leg.to_country ?? ''}</> },
                { head: 'Kind', className: 'whitespace-nowrap', cell: (leg) => railWords(leg) },
                { head: 'Papers', wide: true, className: 'min-w-40', cell: (leg) => <span className="font-mono text-11 wrap-anywhere text-muted">{leg.documents_required.length === 0 ? 'none' : leg.documents_required.join(', ')}</span> },
              ]}
            />
          </Card>
          <Card>
            <h2 className="border-b border-line px-3 py-1.5 font-semibold">Public sources · {provider.facts.length}</h2>
            {provider.facts.length === 0 ? <p className="px-3 py-2 text-muted">No public source is recorded for this provider.</p> : <ul className="flex flex-col gap-2 p-2">{provider.facts.map((fact) => <li key={fact}><FactCard id={fact} /></li>)}</ul>}
          </Card>
        </div>
      </div>
    </>
  )
}
