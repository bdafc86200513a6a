import type { ButtonHTMLAttributes, AnchorHTMLAttributes, ReactNode } from 'react'
import { Icon, type IconName } from './Icon.tsx'

/** filled: the one main action of a screen. outline: everything else. quiet: a text action. danger: an outline in red. */
export type ButtonKind = 'filled' | 'outline' | 'quiet' | 'danger'

const looks: Record<ButtonKind, string> = {
  filled: 'border-transparent bg-accent text-on-accent hover:bg-accent-hover',
  outline: 'border-control bg-surface text-text hover:bg-sunken',
  quiet: 'border-transparent bg-transparent text-accent hover:bg-tint',
  danger: 'border-danger bg-surface text-danger hover:bg-danger-bg',
}
const frame =
  'inline-flex min-h-(--control-h) items-center justify-center gap-2 rounded-(--control-radius) border px-(--control-x) py-1 text-center text-[length:var(--control-text)] leading-(--control-line) font-semibold no-underline select-none'

type Common = { kind?: ButtonKind; icon?: IconName; iconEnd?: IconName; children?: ReactNode; wide?: boolean }

export type ButtonProps = Common & {
  /** shows a turning mark, keeps the focus and ignores clicks */
  busy?: boolean
  /** why it cannot be used: shown as the title and read after the name; the button stays visible */
  disabledReason?: string | null | undefined
} & ButtonHTMLAttributes<HTMLButtonElement>

/** A button. It is disabled by `disabledReason`, never hidden, so that a person learns why. */
export function Button({ kind = 'outline', icon, iconEnd, wide, busy, disabledReason, disabled, onClick, children, className = '', title, type = 'button', ...rest }: ButtonProps) {
  const off = disabled || Boolean(disabledReason)
  return (
    <button
      type={type}
      aria-disabled={off || busy || undefined}
      aria-busy={busy || undefined}
      title={disabledReason ?? title}
      className={`${frame} ${off ? 'border-line bg-sunken text-muted' : looks[kind]} ${wide ? 'w-full' : ''} ${className}`}
      onClick={(event) => {
        if (off || busy) { event.preventDefault(); return }
        onClick?.(event)
      }}
      {...rest}
    >
      {busy ? <Icon name="spinner" size={18} className="animate-spin" /> : icon && <Icon name={icon} size={18} />}
      {children}
      {iconEnd && !busy && <Icon name={iconEnd} size={18} />}
      {disabledReason && <span className="sr-only">. {disabledReason}</span>}
    </button>
  )
}

/** A link that looks like a button: for going somewhere, never for doing something. */
export function LinkButton({ kind = 'outline', icon, iconEnd, wide, children, className = '', ...rest }: Common & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a className={`${frame} ${looks[kind]} ${wide ? 'w-full' : ''} ${className}`} {...rest}>
      {icon && <Icon name={icon} size={18} />}
      {children}
      {iconEnd && <Icon name={iconEnd} size={18} />}
    </a>
  )
}

/** A square button with an icon alone; `label` is its name. */
export function IconButton({ icon, label, className = '', size = 20, type = 'button', ...rest }: { icon: IconName; label: string; size?: number } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type={type} aria-label={label} title={label}
      className={`inline-flex size-(--control-h) shrink-0 items-center justify-center rounded-(--control-radius) text-text hover:bg-sunken ${className}`}
      {...rest}
    >
      <Icon name={icon} size={size} />
    </button>
  )
}
