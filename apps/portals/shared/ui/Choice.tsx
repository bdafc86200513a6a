import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox'
import { Radio as BaseRadio } from '@base-ui/react/radio'
import { RadioGroup as BaseRadioGroup } from '@base-ui/react/radio-group'
import { useId, type ReactNode } from 'react'
import { Icon } from './Icon.tsx'

/** A tick box with its label and a line below. The whole row can be pressed. */
export function Checkbox({ checked, onChange, label, detail, disabled, className = '' }: {
  checked: boolean; onChange: (checked: boolean) => void; label: ReactNode; detail?: ReactNode; disabled?: boolean; className?: string
}) {
  const id = useId()
  return (
    <label className={`flex min-h-11 items-center gap-3 ${disabled ? 'cursor-not-allowed' : ''} ${className}`}>
      <BaseCheckbox.Root
        checked={checked} onCheckedChange={onChange} disabled={disabled ?? false} aria-labelledby={`${id}-l`} aria-describedby={detail ? `${id}-d` : undefined}
        className="inline-flex size-5.5 shrink-0 items-center justify-center rounded border-2 border-control bg-surface data-[checked]:border-accent data-[checked]:bg-accent data-[disabled]:border-success data-[disabled]:bg-success"
      >
        <BaseCheckbox.Indicator className={disabled ? 'text-surface' : 'text-on-accent'}><Icon name="check" size={16} strokeWidth={2.6} /></BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
      <span className="min-w-0 flex-1">
        <span id={`${id}-l`} className="block font-semibold">{label}</span>
        {detail && <span id={`${id}-d`} className="block text-13 text-muted">{detail}</span>}
      </span>
    </label>
  )
}

/** A group of radios under one name. `children` are RadioCard or RadioSegment. */
export function RadioGroup<V extends string>({ value, onChange, label, labelledBy, className = '', children }: {
  value: V | null; onChange: (value: V) => void; label?: string; labelledBy?: string; className?: string; children: ReactNode
}) {
  return (
    <BaseRadioGroup
      value={value ?? ''} onValueChange={(next) => onChange(next as V)} aria-label={label} aria-labelledby={labelledBy} className={className}
    >
      {children}
    </BaseRadioGroup>
  )
}

/** A radio as a card: a dot at left, whatever is inside at right. */
export function RadioCard({ value, children, className = '', disabled }: { value: string; children: ReactNode; className?: string; disabled?: boolean }) {
  return (
    <label className={`flex min-h-12 items-center gap-4 rounded-xl border border-line bg-surface p-4 has-[[data-checked]]:border-accent has-[[data-checked]]:bg-tint has-[[data-checked]]:ring-1 has-[[data-checked]]:ring-accent has-[[data-disabled]]:text-muted ${className}`}>
      <BaseRadio.Root
        value={value} disabled={disabled ?? false}
        className="inline-flex size-5.5 shrink-0 items-center justify-center rounded-full border-2 border-control bg-surface data-[checked]:border-accent data-[checked]:bg-accent"
      >
        <BaseRadio.Indicator className="size-2 rounded-full bg-on-accent" />
      </BaseRadio.Root>
      <span className="min-w-0 flex-1">{children}</span>
    </label>
  )
}

/** A radio as a labelled button, for a handful of short choices side by side. */
export function RadioSegment({ value, children, className = '' }: { value: string; children: ReactNode; className?: string }) {
  return (
    <BaseRadio.Root
      value={value}
      render={<span />}
      className={`inline-flex min-h-(--control-h) cursor-pointer items-center justify-center rounded-(--control-radius) border border-control bg-surface px-3 py-1 text-center font-medium data-[checked]:border-accent data-[checked]:bg-tint data-[checked]:font-semibold data-[checked]:text-accent data-[checked]:ring-1 data-[checked]:ring-accent ${className}`}
    >
      {children}
    </BaseRadio.Root>
  )
}
