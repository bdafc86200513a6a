import { Field as BaseField } from '@base-ui/react/field'
import type { InputHTMLAttributes, ReactNode, TextareaHTMLAttributes } from 'react'
import { Icon } from './Icon.tsx'

export const controlLook =
  'min-h-(--control-h) w-full rounded-(--control-radius) border border-control bg-surface px-(--control-x) text-[length:var(--control-text)] leading-(--control-line) text-text data-[invalid]:border-danger disabled:bg-sunken disabled:text-muted'

export type FieldProps = {
  label: ReactNode
  /** said beside the label, e.g. "optional" */
  note?: ReactNode
  hint?: ReactNode
  error?: string | null | undefined
  /** hides the label from sight only */
  labelHidden?: boolean
  className?: string
  children: ReactNode
}

/** Label, control, hint and error, tied together for assistive technology. Put one Input, Textarea, Select or Combobox inside. */
export function Field({ label, note, hint, error, labelHidden, className = '', children }: FieldProps) {
  return (
    <BaseField.Root invalid={Boolean(error)} className={`flex min-w-0 flex-col gap-1.5 ${className}`}>
      <BaseField.Label className={labelHidden ? 'sr-only' : 'font-semibold'}>
        {label}{note && <span className="ml-2 font-normal text-muted">{note}</span>}
      </BaseField.Label>
      {children}
      {hint && <BaseField.Description className="text-13 text-muted">{hint}</BaseField.Description>}
      {error && (
        <BaseField.Error match className="flex items-start gap-1.5 text-13 text-danger">
          <Icon name="alert" size={16} className="mt-0.5" />{error}
        </BaseField.Error>
      )}
    </BaseField.Root>
  )
}

/** A text input; inside a Field it takes its label, hint and error from there. */
export function Input({ className = '', ...rest }: InputHTMLAttributes<HTMLInputElement>) {
  return <BaseField.Control render={<input />} className={`${controlLook} ${className}`} {...(rest as object)} />
}

export function Textarea({ className = '', rows = 3, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <BaseField.Control render={<textarea rows={rows} />} className={`${controlLook} py-2 ${className}`} {...(rest as object)} />
}
