import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon.tsx'

/** Nothing here, and what to do about it. */
export function EmptyState({ icon = 'inbox', title, children, action, heading = 'p' }: {
  icon?: IconName; title: ReactNode; children?: ReactNode; action?: ReactNode
  /** h1 where nothing else heads the page */
  heading?: 'h1' | 'h2' | 'p'
}) {
  const Title = heading
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-10 text-center">
      <span className="inline-flex size-14 items-center justify-center rounded-full bg-tint text-accent"><Icon name={icon} size={26} /></span>
      <Title className="text-18 font-bold">{title}</Title>
      {children && <div className="max-w-prose text-muted">{children}</div>}
      {action}
    </div>
  )
}
