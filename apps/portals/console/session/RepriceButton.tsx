import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { DeskRouteSession, SessionPrices } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, ErrorNotice } from '../../shared/ui/index.ts'
import { sessionsKey } from '../queries.ts'
import { RepricingTable } from './RepricingTable.tsx'

/** Prices the route again with these quotes of the session, and shows what changed. */
export function RepriceButton({ session, quote_ids, state }: { session: Pick<DeskRouteSession, 'id' | 'version'>; quote_ids: readonly string[]; state?: SessionPrices['state'] }) {
  const denied = useCan()('route_session:reprice')
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const reprice = useMutation({
    mutationFn: () => {
      const body = { version: session.version, quote_ids: [...quote_ids] }
      return answer(api.POST('/api/route-sessions/{id}/reprice', { params: { path: { id: session.id }, header: { 'idempotency-key': keyFor({ ...body, at: session.version }) } }, body }))
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: sessionsKey }),
  })
  const off = state !== undefined && !['recommended', 'accepted', 'awaiting_merchant', 'approved'].includes(state) ? 'What has started, or is over, is not priced again.' : null
  return (
    <>
      <div><Button icon="refresh" busy={reprice.isPending} disabledReason={denied ?? off} onClick={() => reprice.mutate()}>Re-price</Button></div>
      <div aria-live="polite" className="flex flex-col gap-2"><ErrorNotice error={reprice.error} />{reprice.data && state === undefined && <RepricingTable repricing={reprice.data.repricing} />}</div>
    </>
  )
}
