/**
 * Who sees which artifact. One rule, from which the filter of a list, the reading of one thing and what may be uploaded all follow. Whose route
 * sessions and merchants somebody sees is session-access/; what of a merchant's files is the class's to say.
 */
import { ARTIFACT_CLASSES } from '#contracts/api/artifacts.ts'
import type { Actor } from '#contracts/roles.ts'
import type { ArtifactClass, ArtifactReach } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'

type Asking = Pick<Actor, 'role' | 'merchant_id'>

/** The classes that a role is told of. */
function classesOf(role: Actor['role']): readonly ArtifactClass[] {
  switch (role) {
    case 'platform_admin': case 'desk_operator': return ARTIFACT_CLASSES
    case 'merchant_client': return ['public', 'merchant']
    default: return []
  }
}

/** What of the tenant's artifacts the actor sees, as a filter: null is all of them. */
export function artifactReach(actor: Asking): ArtifactReach {
  const merchant_id = visibleMerchantId(actor)
  return merchant_id === null ? null : { merchant_id, classes: classesOf(actor.role) }
}

/** Whether the actor may store a file of this class: a merchant what it and the desk see, the desk each. */
export const mayStore = (actor: Asking, of: ArtifactClass): boolean => (actor.role === 'merchant_client' ? of === 'merchant' : classesOf(actor.role).includes(of))

/** Whether each reading of the content is written down. */
export const isReadingAudited = (of: ArtifactClass): boolean => of === 'restricted'
