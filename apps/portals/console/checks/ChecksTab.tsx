import type { DeskRouteSession } from '../../api/types.ts'
import { IncidentsCard } from './IncidentsCard.tsx'
import { InvoiceCard } from './InvoiceCard.tsx'
import { ScreeningsCard } from './ScreeningsCard.tsx'

/** What the desk checks beside the route: who was screened, what went wrong, and how the invoice stands. */
export const ChecksTab = ({ session }: { session: DeskRouteSession }) => (
  <div className="flex flex-col gap-2 p-2">
    <IncidentsCard session={session} />
    <ScreeningsCard session_id={session.id} />
    <InvoiceCard session_id={session.id} />
  </div>
)
