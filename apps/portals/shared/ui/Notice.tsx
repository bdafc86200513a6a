import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon.tsx'
import { toneIcon, toneLook, type Tone } from './StatusTag.tsx'

/** News that stays on the page until it is no longer true. Nothing pops up and nothing moves by itself. */
export function Notice({ tone, title, children, icon, live, className = '' }: {
  tone: Tone; title?: ReactNode; children?: ReactNode; icon?: IconName; live?: 'polite' | 'assertive'; className?: string
}) {
  return (
    <div role={live === 'assertive' ? 'alert' : live === 'polite' ? 'status' : undefined} className={`flex items-start gap-3 rounded-lg p-3.5 ${toneLook[tone]} ${className}`}>
      <Icon name={icon ?? toneIcon[tone]} size={20} className="mt-px" />
      <div className="min-w-0 flex-1">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div>{children}</div>}
      </div>
    </div>
  )
}
