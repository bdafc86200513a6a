import { Menu as BaseMenu } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { Icon, type IconName } from './Icon.tsx'
import { itemLook, popupLook } from './Select.tsx'

export type MenuEntry =
  | { readonly label: string; readonly icon?: IconName; readonly onSelect: () => void; readonly disabledReason?: string }
  | { readonly label: string; readonly icon?: IconName; readonly href: string }
  | { readonly heading: ReactNode }

/** A menu of actions behind a button. `trigger` is the button element; it gets the aria attributes. */
export function Menu({ trigger, entries, align = 'end' }: { trigger: ReactElement; entries: readonly MenuEntry[]; align?: 'start' | 'end' }) {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner sideOffset={6} align={align} className="z-50 outline-none">
          <BaseMenu.Popup className={`${popupLook} min-w-56 p-1`}>
            {entries.map((entry, index) => {
              if ('heading' in entry) return <div key={index} className="border-b border-line px-3 py-2 mb-1">{entry.heading}</div>
              const inside = <>{entry.icon && <Icon name={entry.icon} size={18} className="text-muted" />}<span className="min-w-0 flex-1">{entry.label}</span></>
              if ('href' in entry) return <BaseMenu.LinkItem key={entry.label} href={entry.href} className={`${itemLook} text-text no-underline`}>{inside}</BaseMenu.LinkItem>
              return (
                <BaseMenu.Item key={entry.label} disabled={Boolean(entry.disabledReason)} onClick={entry.onSelect} className={itemLook}>
                  {inside}{entry.disabledReason && <span className="text-12 text-muted">{entry.disabledReason}</span>}
                </BaseMenu.Item>
              )
            })}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  )
}
