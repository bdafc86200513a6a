/** Ways in which a policy server stops answering: `refuses` answers 503, `hangs` never answers, `babbles` answers what is no verdict. */
export const POLICY_FAULTS = ['refuses', 'hangs', 'babbles'] as const
export type PolicyFault = (typeof POLICY_FAULTS)[number] | 'none'
