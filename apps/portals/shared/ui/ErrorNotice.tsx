import type { ReactNode } from 'react'
import { ApiError, problemOf } from '../../api/problem.ts'
import { Notice } from './Notice.tsx'

/** What went wrong in the API's own public words, which field, and the request id to quote. Nothing is drawn where there is no error. */
export function ErrorNotice({ error, action, className = '' }: { error: unknown; action?: ReactNode; className?: string }) {
  if (error === null || error === undefined) return null
  const problem = problemOf(error)
  const requestId = error instanceof ApiError ? error.request_id : ''
  return (
    <Notice tone="danger" live="assertive" title={problem.title} className={className}>
      <p>{problem.detail}</p>
      {problem.retry_after_s !== undefined && <p>Try again in {problem.retry_after_s} seconds.</p>}
      <p className="mt-1 text-12">
        {problem.field && <>Field: <span className="font-mono">{problem.field}</span>. </>}
        {requestId && <>Request: <span className="font-mono break-all">{requestId}</span></>}
      </p>
      {action && <div className="mt-2">{action}</div>}
    </Notice>
  )
}
