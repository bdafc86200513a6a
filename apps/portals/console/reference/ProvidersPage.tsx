import { EmptyState, ErrorNotice, Button, LinkButton, Select, Skeleton, StatusTag, type Tone } from '../../shared/ui/index.ts'
import { useGo } from '../go.ts'
import { to, type ProvidersSearch } from '../paths.ts'
import { Illus } from '../provenance/Sourced.tsx'
import { useProviders } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, linkLook, PageTitle, SearchBox } from '../ui/parts.tsx'
import { useSearchText } from '../ui/use-search-text.ts'
import { categoryWords, titled } from '../words.ts'

const postureTone: Readonly<Record<string, Tone>> = { verified: 'success', probation: 'attention', unverified: 'danger', suspended: 'danger' }

export const PostureTag = ({ posture }: { posture: string }) => <StatusTag tone={postureTone[posture] ?? 'info'} size="small">{titled(posture)}</StatusTag>

/** Every provider of the company's data: what it is, where, how licensed, how trusted. */
export function ProvidersPage({ search }: { search: ProvidersSearch }) {
  const go = useGo()
  const query = useProviders()
  const [text, setText] = useSearchText(search.q ?? '', (q) => go(to.providers({ ...search, q }), { replace: true }))
  const all = query.data ?? []
  const needle = (search.q ?? '').toLowerCase()
  const rows = all.filter((each) => (!search.category || each.category === search.category) && (needle === '' || [each.name, each.id, each.licence_status, each.posture, ...each.countries].some((word) => word.toLowerCase().includes(needle))))
  const categories = [...new Set(all.map((each) => each.category))].sort()
  return (
    <>
      <PageTitle title="Providers" note={query.data && `${all.length} that can carry a leg`} />
      <Card>
        <div className="flex flex-wrap items-center gap-2 border-b border-line p-2">
          <SearchBox value={text} onChange={setText} label="Search providers" placeholder="Name, country, posture" hint="/" className="w-full sm:w-72" />
          <Select
            label="Category" prefix="Category:" value={search.category ?? 'any'} className="w-full! sm:w-auto! sm:min-w-44"
            options={[{ value: 'any', label: 'any' }, ...categories.map((each) => ({ value: each, label: categoryWords(each) }))]} onChange={(category) => go(to.providers({ ...search, category: category === 'any' ? '' : category }))}
          />
          {(search.q || search.category) && <Button kind="quiet" onClick={() => go(to.providers())}>Clear</Button>}
          <LinkButton href={to.outages()}>Provider outages</LinkButton>
          <span className="ml-auto text-12 text-muted tabular-nums" role="status">{rows.length} of {all.length}</span>
        </div>
        {query.isPending && <div className="p-4"><Skeleton lines={8} label="Loading providers" /></div>}
        {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
        {query.data && all.length === 0 && <EmptyState icon="bank" title="No corridor data yet">Providers come with it. Whoever runs this server imports it for the company.</EmptyState>}
        {all.length > 0 && rows.length === 0 && <EmptyState icon="bank" title="No provider fits">Clear the filters to see them all.</EmptyState>}
        {rows.length > 0 && (
          <DataTable
            label="Providers" rows={rows} keyOf={(each) => each.id}
            columns={[
              { head: 'Provider', phone: 'first', wide: true, className: 'min-w-64', cell: (each) => <a href={to.provider(each.id)} className={linkLook}>{each.name}</a> },
              { head: 'Category', className: 'whitespace-nowrap', cell: (each) => categoryWords(each.category) },
              { head: 'Countries', className: 'whitespace-nowrap', cell: (each) => (each.countries.length > 4 ? `${each.countries.slice(0, 4).join(', ')} +${each.countries.length - 4}` : each.countries.join(', ')) },
              { head: <>Posture <Illus /></>, className: 'whitespace-nowrap', cell: (each) => <PostureTag posture={each.posture} /> },
              { head: 'Licence', className: 'whitespace-nowrap', cell: (each) => titled(each.licence_status) },
              { head: 'Risk', className: 'whitespace-nowrap', cell: (each) => titled(each.risk_class) },
              { head: <>Trust <Illus /></>, className: 'whitespace-nowrap', cell: (each) => each.trust },
              { head: 'Legs', end: true, cell: (each) => each.leg_count },
              { head: 'Data as of', end: true, className: 'whitespace-nowrap', cell: (each) => each.data_as_of },
            ]}
          />
        )}
      </Card>
    </>
  )
}
