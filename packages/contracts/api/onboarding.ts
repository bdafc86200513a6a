/** A company's way to its first route: which steps are done is read from its data, never ticked off by hand. */
import Type, { type Static } from 'typebox'
import { ROLES } from '../roles.ts'
import { closed, oneOf } from './common.ts'

export const ONBOARDING_STEPS = ['desk_operator', 'merchant', 'corridor_data', 'supplier', 'first_route'] as const
export type OnboardingStepName = (typeof ONBOARDING_STEPS)[number]

export const OnboardingStep = Type.Object({
  name: oneOf(ONBOARDING_STEPS),
  done: Type.Boolean(),
  /** roles that may do it */
  roles: Type.Array(oneOf(ROLES)),
  /** the page of the console where it is done, as the part of its address behind `#` */
  page: Type.String(),
  /** steps that must be done before this one, and are not */
  waits_for: Type.Array(oneOf(ONBOARDING_STEPS)),
}, closed)

/** GET /api/onboarding. `routed` once a first route was recommended: then nothing here has to be shown any more. */
export const Onboarding = Type.Object({ routed: Type.Boolean(), steps: Type.Array(OnboardingStep) }, closed)
export type Onboarding = Static<typeof Onboarding>
