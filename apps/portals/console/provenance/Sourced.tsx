import type { ReactNode } from 'react'
import { useProvenance } from './context.ts'
import type { Target } from './target.ts'

/** A number that says where it comes from when it is pressed. It looks like a number: only the pointer and the focus tell. */
export function Sourced({ target, children, className = '' }: { target: Target; children: ReactNode; className?: string }) {
  const open = useProvenance()
  return (
    <button
      type="button" onClick={() => open(target)} title={`Where this comes from: ${target.title}`}
      className={`min-h-6 rounded-xs tabular-nums decoration-dotted decoration-1 underline-offset-3 hover:underline ${className}`}
    >
      {children}
    </button>
  )
}

/** The mark beside a number without a public source. */
export function Illus({ target }: { target?: Target }) {
  const open = useProvenance()
  const look = 'border-b border-dashed border-current text-11 leading-4 font-normal text-muted'
  if (!target) return <span className={look} title="No public source: a starting estimate">illus.</span>
  return <button type="button" onClick={() => open(target)} title="No public source: a starting estimate. Press to see it" className="inline-flex min-h-6 items-center"><span className={look}>illus.</span></button>
}
