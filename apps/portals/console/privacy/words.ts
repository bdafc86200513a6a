/** How privacy requests are named in the console. */
import type { PrivacyRequest } from '../../api/types.ts'

export const KIND_WORDS: Readonly<Record<PrivacyRequest['kind'], string>> = { copy: 'A copy of their data', correction: 'A correction', erasure: 'Deletion' }

export type Refusal = Exclude<PrivacyRequest['refusal'], 'person_erased' | null>
export const REFUSAL_WORDS: Readonly<Record<NonNullable<PrivacyRequest['refusal']>, string>> = {
  identity_unproved: 'It is not sure who asks', law_keeps_it: 'The law asks that it is kept', nothing_wrong: 'Nothing is wrong', not_ours: 'Somebody else holds it', withdrawn: 'They took it back', person_erased: 'They were erased before',
}
/** What an admin may say; that somebody was erased the erasure says itself. */
export const REFUSALS: readonly Refusal[] = ['identity_unproved', 'law_keeps_it', 'nothing_wrong', 'not_ours', 'withdrawn']
