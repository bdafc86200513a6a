/** Words for what became of a set of rules. */
import type { ApprovalRuleSet } from '../../api/types.ts'
import type { Tone } from '../../shared/ui/index.ts'

export const STATE_TAGS: Readonly<Record<ApprovalRuleSet['state'], readonly [Tone, string]>> = {
  proposed: ['attention', 'Waits for a second person'], in_force: ['success', 'In force'], superseded: ['info', 'Was in force'], rejected: ['danger', 'Rejected'], withdrawn: ['waiting', 'Withdrawn'],
}
export const BECAUSE: Readonly<Record<NonNullable<ApprovalRuleSet['because']>, string>> = {
  not_agreed: 'It was not agreed', too_strict: 'It asks for too much', too_lax: 'It asks for too little', entered_wrongly: 'It was entered wrongly', no_longer_needed: 'It is no longer needed',
}
export const CHANGE_TAGS: Readonly<Record<ApprovalRuleSet['changes'][number]['what'], readonly [Tone, string]>> = { added: ['success', 'New'], changed: ['attention', 'Changed'], removed: ['danger', 'Gone'] }
