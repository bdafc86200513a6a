import type { Member } from '../../api/types.ts'
import { useApiKeys } from '../queries.ts'

/** Says which programs stop when a person is no Platform Admin any more: the keys they made end with that. Nothing where they made none. */
export function KeysEnd({ member }: { member: Member }) {
  const keys = useApiKeys(true).data?.items.filter((key) => key.created_by_id === member.user_id && (key.state === 'live' || key.state === 'stopped')) ?? []
  if (keys.length === 0) return null
  return (
    <p className="wrap-anywhere">
      {keys.length === 1 ? 'One API key that they made is revoked with it' : `${keys.length} API keys that they made are revoked with it`}, and {keys.length === 1 ? 'its program stops' : 'their programs stop'}:{' '}
      <b className="font-semibold">{keys.map(({ label }) => label).join(', ')}</b>. Make new ones first where they must go on.
    </p>
  )
}
