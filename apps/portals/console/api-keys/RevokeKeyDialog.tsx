import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { ApiKey } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice } from '../../shared/ui/index.ts'
import { apiKeysKey } from '../queries.ts'

/** Asks once more before a key ends for good. */
export function RevokeKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const revoke = useMutation({
    mutationFn: () => answer(api.POST('/api/api-keys/{id}/revoke', { params: { path: { id: apiKey.id }, header: { 'idempotency-key': keyFor(apiKey.id) } }, body: {} })),
    onSuccess: async () => { onClose(); await queries.invalidateQueries({ queryKey: apiKeysKey }) },
  })
  return (
    <Dialog
      open onClose={onClose} title={<>Revoke “{apiKey.label}”?</>} description="The program is refused from its next request on. A revoked key cannot be brought back; make a new one instead."
      footer={<><Button onClick={onClose}>Keep it</Button><Button kind="danger" icon="prohibited" busy={revoke.isPending} onClick={() => revoke.mutate()}>Revoke the key</Button></>}
    >
      <ErrorNotice error={revoke.error} />
    </Dialog>
  )
}
