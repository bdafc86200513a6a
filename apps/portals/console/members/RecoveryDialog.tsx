import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { MadeAccountLink, Member } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice } from '../../shared/ui/index.ts'
import { membersKey } from '../queries.ts'
import { MadeLinkDialog } from './MadeLinkDialog.tsx'

/** Makes a link for a new password, then shows it, once. */
export function RecoveryDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const make = useMutation({
    mutationFn: async (): Promise<MadeAccountLink> =>
      (await answer(api.POST('/api/members/{id}/recovery-links', { params: { path: { id: member.user_id }, header: { 'idempotency-key': keyFor(member.user_id) } }, body: {} }))) as MadeAccountLink,
    onSuccess: () => queries.invalidateQueries({ queryKey: membersKey }),
  })
  if (make.data) return <MadeLinkDialog made={make.data} who={member.display_name} lasts="one hour" onClose={onClose} />
  return (
    <Dialog
      open onClose={onClose} title={<span className="wrap-anywhere">A new password for {member.display_name}?</span>}
      description="You get a link to hand over, by which they choose a new password. It does nothing for somebody who also works for another company; the second factor stays as it is."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" busy={make.isPending} onClick={() => make.mutate()}>Make the link</Button></>}
    >
      <ErrorNotice error={make.error} />
    </Dialog>
  )
}
