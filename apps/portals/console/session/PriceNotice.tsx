import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { DeskRouteSession, SessionPrices } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, ErrorNotice, LinkButton, Notice } from '../../shared/ui/index.ts'
import { to } from '../paths.ts'
import { sessionsKey, useSessionPrices } from '../queries.ts'
import { RepricingTable } from './RepricingTable.tsx'

/** Where a session's price stands no longer, or not for long: why, and the one thing that clears it. */
export function PriceNotice({ session }: { session: DeskRouteSession }) {
  const prices = useSessionPrices(session.id, session.version).data
  if (prices === undefined) return null
  const { standing, valid_until, reasons } = prices.price
  if (standing === 'none' || standing === 'stands') return null
  const out = reasons.map((reason) => reason.split(':')[1]).join(', ')
  if (standing === 'provider_out') {
    return prices.price.clears_by === 'ask_a_person'
      ? <Notice tone="danger" title="A provider of this route is out">{out} carries nothing new, and this has started. Ask the provider what became of it, then decide here.</Notice>
      : <Notice tone="danger" title="A provider of this route is out">{out} carries nothing new, and nothing has started. Ask for the route again; it goes over others. <span className="mt-2 block"><LinkButton href={to.newRequest()} icon="plus">New request</LinkButton></span></Notice>
  }
  return (
    <Notice tone="attention" title={standing === 'expired' ? 'The price has expired' : 'The price expires soon'}>
      <p>{valid_until !== null && <>It stood until <DateTime at={valid_until} absolute />. </>}Pricing the same route again on today’s rates makes it stand; a price that moved too far is agreed again by the merchant.</p>
      <div className="mt-2 flex flex-col gap-2"><RepriceButton session={session} quote_ids={[]} /></div>
    </Notice>
  )
}

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
