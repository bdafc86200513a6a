import type { DeskRouteSession } from '../../api/types.ts'
import { DateTime } from '../../shared/ui/index.ts'
import { to } from '../paths.ts'
import { linkLook } from '../ui/parts.tsx'
import { plain } from '../words.ts'

/** What happened, newest first. */
export function TimelineTab({ session }: { session: DeskRouteSession }) {
  const rows = [...session.timeline].reverse()
  return (
    <>
      <ol className="divide-y divide-line">
        {rows.map((row, index) => (
          <li key={index} className="flex flex-wrap items-baseline gap-x-3 px-3 py-2">
            <DateTime at={row.at} absolute className="text-12 text-muted" /><span className="min-w-0 flex-1 basis-52"><b className="font-semibold">{row.what}</b> <span className="text-muted">by {row.who}</span></span>
            <span className="text-12 text-muted">{row.from === null ? plain(row.to) : `${plain(row.from)} → ${plain(row.to)}`}</span>
          </li>
        ))}
      </ol>
      <p className="border-t border-line px-3 py-2"><a href={to.audit({ id: session.id })} className={linkLook}>Audit events of this session</a></p>
    </>
  )
}
