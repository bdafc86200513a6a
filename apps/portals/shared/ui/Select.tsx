import { Select as BaseSelect } from '@base-ui/react/select'
import type { ReactNode } from 'react'
import { controlLook } from './Field.tsx'
import { Icon } from './Icon.tsx'

export type Option<V extends string> = { readonly value: V; readonly label: string; readonly detail?: string }
/** Every word of a list as a choice, in the list's order. */
export const optionsOf = <V extends string>(words: Readonly<Record<V, string>>): Option<V>[] => (Object.entries(words) as [V, string][]).map(([value, label]) => ({ value, label }))

/** One choice out of a short list. Inside a Field it takes the label from there; alone it needs `label`. */
export function Select<V extends string>({ options, value, onChange, label, placeholder = 'Choose', disabled, className = '', prefix }: {
  options: readonly Option<V>[]
  value: V | null
  onChange: (value: V) => void
  label?: string
  placeholder?: string
  disabled?: boolean
  className?: string
  /** muted words before the value, e.g. "Corridor:" */
  prefix?: ReactNode
}) {
  return (
    <BaseSelect.Root items={options as Option<V>[]} value={value} disabled={disabled ?? false} onValueChange={(next) => { if (next !== null) onChange(next as V) }}>
      <BaseSelect.Trigger aria-label={label} className={`${controlLook} inline-flex items-center justify-between gap-2 text-left ${className}`}>
        <span className="min-w-0 truncate">
          {prefix && <span className="mr-1 text-muted">{prefix}</span>}
          <BaseSelect.Value>{(current: unknown) => options.find((option) => option.value === current)?.label ?? placeholder}</BaseSelect.Value>
        </span>
        <BaseSelect.Icon><Icon name="chevrons-up-down" size={16} className="text-muted" /></BaseSelect.Icon>
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
          <BaseSelect.Popup className={popupLook}>
            <BaseSelect.List className="base-ui-disable-scrollbar max-h-72 overflow-y-auto p-1">
              {options.map((option) => (
                <BaseSelect.Item key={option.value} value={option.value} className={itemLook}>
                  <span className="min-w-0 flex-1">
                    <BaseSelect.ItemText>{option.label}</BaseSelect.ItemText>
                    {option.detail && <span className="block text-12 text-muted">{option.detail}</span>}
                  </span>
                  <BaseSelect.ItemIndicator><Icon name="check" size={16} className="text-accent" /></BaseSelect.ItemIndicator>
                </BaseSelect.Item>
              ))}
            </BaseSelect.List>
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  )
}

export const popupLook = 'min-w-(--anchor-width) max-w-[min(28rem,calc(100vw-2rem))] rounded-lg border border-line bg-surface text-text shadow-pop outline-none'
export const itemLook =
  'flex min-h-[calc(var(--control-h)-4px)] max-md:min-h-11 cursor-pointer items-center gap-2 rounded-md px-3 py-1 outline-none select-none data-[highlighted]:bg-tint data-[selected]:font-semibold data-[disabled]:text-muted'
