import type { ReactNode, RefObject } from 'react'

/** The question itself; it takes the focus when it comes up, so that a screen reader starts here. */
export function QuestionHead({ heading, hint, children }: { heading: RefObject<HTMLHeadingElement | null>; hint?: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <h1 ref={heading} tabIndex={-1} className="text-28 font-bold outline-none">{children}</h1>
      {hint && <p className="text-muted">{hint}</p>}
    </div>
  )
}

/** A group of choices with its own small heading and error. */
export function Group({ title, id, error, hint, children }: { title: ReactNode; id: string; error?: string | undefined; hint?: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <span id={id} className="font-semibold">{title}</span>
      {hint && <span className="-mt-1.5 text-13 text-muted">{hint}</span>}
      {children}
      {error && <p role="alert" tabIndex={-1} className="text-13 text-danger">{error}</p>}
    </div>
  )
}
