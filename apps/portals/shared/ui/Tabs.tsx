import { Tabs as BaseTabs } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'

export type Tab<V extends string> = { readonly value: V; readonly label: string; readonly count?: number | string | undefined }

/** A row of tabs; the content is `children`, drawn for the chosen tab by the caller. Keep the value in the URL. */
export function Tabs<V extends string>({ tabs, value, onChange, children, label, end }: {
  tabs: readonly Tab<V>[]; value: V; onChange: (value: V) => void; children: ReactNode; label: string; end?: ReactNode
}) {
  return (
    <BaseTabs.Root value={value} onValueChange={(next) => onChange(next as V)}>
      <div className="flex items-stretch border-b border-line">
        <BaseTabs.List aria-label={label} className="base-ui-disable-scrollbar flex min-w-0 flex-1 overflow-x-auto px-1">
          {tabs.map((tab) => (
            <BaseTabs.Tab
              key={tab.value} value={tab.value}
              className="-mb-px inline-flex min-h-(--control-h) shrink-0 items-center gap-2 border-b-2 border-transparent px-3 whitespace-nowrap text-muted hover:text-text focus-visible:-outline-offset-2 data-[active]:border-accent data-[active]:font-semibold data-[active]:text-text"
            >
              {tab.label}
              {tab.count !== undefined && <span className="rounded bg-sunken px-1.5 text-12 tabular-nums">{tab.count}</span>}
            </BaseTabs.Tab>
          ))}
        </BaseTabs.List>
        {end && <div className="flex items-center px-3">{end}</div>}
      </div>
      <BaseTabs.Panel value={value} className="outline-none" tabIndex={-1}>{children}</BaseTabs.Panel>
    </BaseTabs.Root>
  )
}
