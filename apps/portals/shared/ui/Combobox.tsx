import { Combobox as BaseCombobox } from '@base-ui/react/combobox'
import { controlLook } from './Field.tsx'
import { Icon } from './Icon.tsx'
import { itemLook, popupLook, type Option } from './Select.tsx'

/** One choice out of a long list, found by typing. Inside a Field it takes the label from there; alone it needs `label`. */
export function Combobox<V extends string>({ options, value, onChange, label, placeholder, empty = 'Nothing found' }: {
  options: readonly Option<V>[]
  value: V | null
  onChange: (value: V | null) => void
  label?: string
  placeholder?: string
  empty?: string
}) {
  const chosen = options.find((option) => option.value === value) ?? null
  return (
    <BaseCombobox.Root
      items={options as Option<V>[]}
      value={chosen}
      onValueChange={(next: Option<V> | null) => onChange(next?.value ?? null)}
      itemToStringLabel={(option: Option<V>) => option.label}
      isItemEqualToValue={(a: Option<V>, b: Option<V>) => a.value === b.value}
    >
      <div className="relative">
        <BaseCombobox.Input aria-label={label} placeholder={placeholder} className={`${controlLook} pr-10`} />
        <BaseCombobox.Trigger aria-label="Show the list" className="absolute inset-y-0 right-0 inline-flex w-10 items-center justify-center text-muted">
          <Icon name="chevron-down" size={16} />
        </BaseCombobox.Trigger>
      </div>
      <BaseCombobox.Portal>
        <BaseCombobox.Positioner sideOffset={4} className="z-50 outline-none">
          <BaseCombobox.Popup className={popupLook}>
            <BaseCombobox.Empty className="px-3 py-2 text-muted empty:hidden">{empty}</BaseCombobox.Empty>
            <BaseCombobox.List className="base-ui-disable-scrollbar max-h-72 overflow-y-auto p-1 empty:p-0">
              {(option: Option<V>) => (
                <BaseCombobox.Item key={option.value} value={option} className={itemLook}>
                  <span className="min-w-0 flex-1">{option.label}{option.detail && <span className="block text-12 text-muted">{option.detail}</span>}</span>
                  <BaseCombobox.ItemIndicator><Icon name="check" size={16} className="text-accent" /></BaseCombobox.ItemIndicator>
                </BaseCombobox.Item>
              )}
            </BaseCombobox.List>
          </BaseCombobox.Popup>
        </BaseCombobox.Positioner>
      </BaseCombobox.Portal>
    </BaseCombobox.Root>
  )
}
