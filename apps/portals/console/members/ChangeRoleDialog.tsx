import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { Member } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice } from '../../shared/ui/index.ts'
import { apiKeysKey, membersKey } from '../queries.ts'
import { KeysEnd } from './KeysEnd.tsx'
import { roleBody, RoleFields, roleLacks, type AskedRole } from './RoleFields.tsx'

/** Another role for another member. */
export function ChangeRoleDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [asked, setAsked] = useState<AskedRole>({ role: member.role, merchant_id: member.merchant_id })
  const same = asked.role === member.role && (asked.role !== 'merchant_client' || asked.merchant_id === member.merchant_id)
  const change = useMutation({
    mutationFn: () => {
      const body = roleBody(asked)
      return answer(api.PUT('/api/members/{id}/role', { params: { path: { id: member.user_id }, header: { 'idempotency-key': keyFor(body) } }, body }))
    },
    onSuccess: async () => { onClose(); await Promise.all([queries.invalidateQueries({ queryKey: membersKey }), queries.invalidateQueries({ queryKey: apiKeysKey })]) },
  })
  return (
    <Dialog
      open onClose={onClose} title={<span className="wrap-anywhere">Change the role of {member.display_name}</span>} description="Their sessions here end at once. The new role counts from their next sign-in."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" busy={change.isPending} disabledReason={same ? 'This is the role they have.' : roleLacks(asked)} onClick={() => change.mutate()}>Change the role</Button></>}
    >
      <RoleFields value={asked} onChange={(next) => { setAsked(next); change.reset() }} />
      {asked.role !== 'platform_admin' && <KeysEnd member={member} />}
      <ErrorNotice error={change.error} />
    </Dialog>
  )
}
