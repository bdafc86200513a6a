import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { Member } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice } from '../../shared/ui/index.ts'
import { apiKeysKey, membersKey } from '../queries.ts'
import { KeysEnd } from './KeysEnd.tsx'

/** Asks once more before a membership ends. */
export function EndMembershipDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const end = useMutation({
    mutationFn: () => answer(api.POST('/api/members/{id}/end', { params: { path: { id: member.user_id }, header: { 'idempotency-key': keyFor(member.user_id) } }, body: {} })),
    onSuccess: async () => { onClose(); await Promise.all([queries.invalidateQueries({ queryKey: membersKey }), queries.invalidateQueries({ queryKey: apiKeysKey })]) },
  })
  return (
    <Dialog
      open onClose={onClose} title={<span className="wrap-anywhere">End the membership of {member.display_name}?</span>} description="They are signed out of this company at once. What they did stays on record. They come back by a new invitation alone."
      footer={<><Button onClick={onClose}>Keep it</Button><Button kind="danger" icon="prohibited" busy={end.isPending} onClick={() => end.mutate()}>End the membership</Button></>}
    >
      <KeysEnd member={member} />
      <ErrorNotice error={end.error} />
    </Dialog>
  )
}
