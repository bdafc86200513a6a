import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { OpenAccountLink } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice } from '../../shared/ui/index.ts'
import { membersKey } from '../queries.ts'

/** Asks once more before an open link stops working. */
export function WithdrawDialog({ link, onClose }: { link: OpenAccountLink; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const withdraw = useMutation({
    mutationFn: () => answer(api.POST('/api/members/invitations/{id}/revoke', { params: { path: { id: link.id }, header: { 'idempotency-key': keyFor(link.id) } }, body: {} })),
    onSuccess: async () => { onClose(); await queries.invalidateQueries({ queryKey: membersKey }) },
  })
  return (
    <Dialog
      open onClose={onClose} title={<span className="wrap-anywhere">Withdraw the link for {link.email}?</span>} description="It stops working at once. You can make another."
      footer={<><Button onClick={onClose}>Keep it</Button><Button kind="danger" icon="prohibited" busy={withdraw.isPending} onClick={() => withdraw.mutate()}>Withdraw the link</Button></>}
    >
      <ErrorNotice error={withdraw.error} />
    </Dialog>
  )
}
