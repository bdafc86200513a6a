import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon.tsx'

export type Tone = 'attention' | 'info' | 'waiting' | 'progress' | 'success' | 'danger'

export const toneLook: Record<Tone, string> = {
  attention: 'bg-attention-bg text-attention',
  info: 'bg-info-bg text-info',
  waiting: 'bg-waiting-bg text-waiting',
  progress: 'bg-progress-bg text-progress',
  success: 'bg-success-bg text-success',
  danger: 'bg-danger-bg text-danger',
}
export const toneIcon: Record<Tone, IconName> = {
  attention: 'alert', info: 'info', waiting: 'clock', progress: 'send', success: 'check-circle', danger: 'stopped',
}

/** A state: always words and an icon, never colour alone. `icon={null}` only where the words follow an icon already. */
export function StatusTag({ tone, children, icon, size = 'normal' }: { tone: Tone; children: ReactNode; icon?: IconName | null; size?: 'normal' | 'small' }) {
  const name = icon === undefined ? toneIcon[tone] : icon
  const look = size === 'small' ? 'gap-1 rounded px-1.5 text-12 leading-5' : 'gap-1.5 rounded-full px-2.5 py-1 text-13 leading-5'
  return (
    <span className={`inline-flex w-fit items-center font-semibold whitespace-nowrap ${look} ${toneLook[tone]}`}>
      {name && <Icon name={name} size={size === 'small' ? 14 : 16} />}{children}
    </span>
  )
}
