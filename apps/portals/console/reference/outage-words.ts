import type { ProviderOutage } from '../../api/types.ts'

export const outageReasonWords: Readonly<Record<ProviderOutage['reason'], string>> = {
  not_answering: 'It does not answer', not_quoting: 'It quotes no price', payments_failing: 'Payments fail', payments_late: 'Payments are late', maintenance: 'Maintenance', provider_notice: 'It said so itself',
}
export const outageSourceWords: Readonly<Record<ProviderOutage['source'], string>> = {
  phone_call: 'Phone call', screen_capture: 'Screen', email: 'Email', chat: 'Chat', webhook: 'Its program', rate_feed: 'Rate feed',
}
export const endWords: Readonly<Record<NonNullable<ProviderOutage['ended_because']>, string>> = { works_again: 'Works again', reported_wrongly: 'Was no outage' }
