import { useLocation } from '@tanstack/react-router'
import { Icon, type IconName } from '../../shared/ui/index.ts'
import { to } from '../paths.ts'
import { useCorridors, useProviders, useRates, useSessionCounts } from '../queries.ts'

type Place = { readonly href: string; readonly path: string; readonly label: string; readonly icon: IconName; readonly count?: number | undefined; readonly counted?: string }

/** The sidebar: only what exists. Counts say how much waits there. */
export function SideNav({ onFollow }: { onFollow?: () => void }) {
  const { pathname } = useLocation()
  const counts = useSessionCounts().data
  const providers = useProviders().data
  const corridors = useCorridors().data
  const rates = useRates().data
  const groups: readonly { readonly name: string; readonly places: readonly Place[] }[] = [
    {
      name: 'Desk',
      places: [
        { href: to.queue(), path: '/', label: 'Queue', icon: 'inbox', count: counts?.needs_me, counted: 'need you' },
        { href: to.sessions(), path: '/sessions', label: 'Route sessions', icon: 'route', count: counts && counts.open + counts.done, counted: 'sessions' },
        { href: to.rates(), path: '/rates', label: 'Today’s rates', icon: 'trend-up', count: rates && rates.counts.stale + rates.counts.refused, counted: 'stale' },
        { href: to.newRequest(), path: '/request', label: 'New request', icon: 'plus' },
      ],
    },
    {
      name: 'Parties',
      places: [
        { href: to.merchants(), path: '/merchants', label: 'Merchants', icon: 'building' },
        { href: to.suppliers(), path: '/suppliers', label: 'Suppliers', icon: 'people' },
      ],
    },
    {
      name: 'Tools',
      places: [{ href: to.artifacts(), path: '/artifacts', label: 'Artifacts', icon: 'document' }],
    },
    {
      name: 'Governance',
      places: [
        { href: to.providers(), path: '/providers', label: 'Providers', icon: 'bank', count: providers?.length, counted: 'providers' },
        { href: to.corridors(), path: '/corridors', label: 'Corridors', icon: 'globe', count: corridors?.length, counted: 'corridors' },
        { href: to.data(), path: '/data', label: 'Corridor data', icon: 'folder' },
        { href: to.deskFees(), path: '/desk-fees', label: 'Desk fees', icon: 'tag-cost' },
        { href: to.approvalRules(), path: '/approval-rules', label: 'Approval rules', icon: 'check-circle' },
        { href: to.members(), path: '/members', label: 'Members', icon: 'person' },
        { href: to.privacyRequests(), path: '/privacy-requests', label: 'Privacy requests', icon: 'shield' },
        { href: to.apiKeys(), path: '/api-keys', label: 'API keys', icon: 'lock' },
        { href: to.audit(), path: '/audit', label: 'Audit', icon: 'list' },
      ],
    },
  ]
  return (
    <nav aria-label="Console" className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-1 flex-col gap-3 overflow-y-auto p-2 pt-3">
        {groups.map((group) => (
          <div key={group.name}>
            <h2 className="px-2 pb-1 text-12 font-medium text-muted">{group.name}</h2>
            <ul className="flex flex-col gap-0.5">
              {group.places.map((place) => {
                const here = place.path === '/' ? pathname === '/' : pathname.startsWith(place.path)
                return (
                  <li key={place.path}>
                    <a
                      href={place.href} aria-current={here ? 'page' : undefined} onClick={onFollow}
                      className="flex min-h-11 items-center gap-2.5 rounded-md px-2 text-text no-underline hover:bg-sunken focus-visible:-outline-offset-2 aria-[current]:bg-tint aria-[current]:font-semibold aria-[current]:text-accent lg:min-h-8"
                    >
                      <Icon name={place.icon} size={18} />
                      <span className="min-w-0 flex-1">{place.label}</span>
                      {place.count !== undefined && <span className="text-12 font-normal tabular-nums">{place.count}<span className="sr-only"> {place.counted}</span></span>}
                    </a>
                  </li>
                )
              })}
            </ul>
          </div>
        ))}
      </div>
      <p className="p-4 text-11 text-muted">Routes are recommended and recorded here. Accounts and rails stay with the merchant, the operator or the provider.</p>
    </nav>
  )
}
