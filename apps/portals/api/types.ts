import type { ApiKey as ApiKeySchema, ApiKeyList as ApiKeyListSchema, NewApiKey as NewApiKeySchema } from '#contracts/api/api-keys.ts'
/** What the API answers, under the names that the contracts give it. Types alone: no schema reaches a browser. */
import type { Static } from 'typebox'
import type { AccountSession as AccountSessionSchema, EnrolledSecondFactor as EnrolledSecondFactorSchema, SecondFactor as SecondFactorSchema, Membership as MembershipSchema, PortalConfig as PortalConfigSchema } from '#contracts/api/portal.ts'
import type {
  CandidatePage as CandidatePageSchema, MerchantSessionRow as MerchantSessionRowSchema, DeskRouteSession as DeskRouteSessionSchema,
  ReplayResult as ReplayResultSchema,
} from '#contracts/api/route-sessions.ts'
import type {
  Corridor as CorridorSchema, CorridorRow as CorridorRowSchema, DeskFeeRule as DeskFeeRuleSchema, Fact as FactSchema, Provider as ProviderSchema,
  ProviderRow as ProviderRowSchema, SourcedValue as SourcedValueSchema,
} from '#contracts/api/reference.ts'
import type { AccountRetireBody as AccountRetireBodySchema, AccountRevealBody as AccountRevealBodySchema, ProviderAccountBody as ProviderAccountBodySchema } from '#contracts/api/provider-accounts.ts'
import type { MerchantBody as MerchantBodySchema, SupplierBody as SupplierBodySchema } from '#contracts/api/suppliers.ts'

export type { AuditEvent, AuditEventPage, AuditVerification } from '#contracts/api/audit.ts'
export type { AuditReview, AuditReviewPage } from '#contracts/api/audit-reviews.ts'
export type { Execution, ExecutionStep, PaymentInstruction } from '#contracts/api/execution.ts'
export type { MarketDataFileName, MarketDataImport, MarketDataPreview, MarketDataState } from '#contracts/api/market-data.ts'
export type { MadeAccountLink, Member, OpenAccountLink, ShownLink } from '#contracts/api/members.ts'
export type { Onboarding } from '#contracts/api/onboarding.ts'
export type { ProviderAccount, RevealedAccount } from '#contracts/api/provider-accounts.ts'
export type { Artifact } from '#contracts/api/artifacts.ts'
export type { OwnPrivacyRequest, PrivacyRequest, PrivacyRequestKind } from '#contracts/api/privacy.ts'
export type { PortalSession } from '#contracts/api/portal.ts'
export type { MerchantRouteSession, RouteRequestBody, RouteSessionRow } from '#contracts/api/route-sessions.ts'
export type { BankDetailChange, Merchant, RevealedDetails, Supplier } from '#contracts/api/suppliers.ts'
export type { Candidate, CandidateDocument, Flag, Hop, Opening, PaymentIntent, Reason, ScoreInput } from '#contracts/routing.ts'
export type { Role } from '#contracts/roles.ts'
export type AccountSession = Static<typeof AccountSessionSchema>
export type EnrolledSecondFactor = Static<typeof EnrolledSecondFactorSchema>
export type SecondFactorState = Static<typeof SecondFactorSchema>
export type Membership = Static<typeof MembershipSchema>
export type PortalConfig = Static<typeof PortalConfigSchema>
export type DeskRouteSession = Static<typeof DeskRouteSessionSchema>
export type MerchantSessionRow = Static<typeof MerchantSessionRowSchema>
export type CandidatePage = Static<typeof CandidatePageSchema>
export type ReplayResult = Static<typeof ReplayResultSchema>
export type CorridorRow = Static<typeof CorridorRowSchema>
export type Corridor = Static<typeof CorridorSchema>
export type ProviderRow = Static<typeof ProviderRowSchema>
export type Provider = Static<typeof ProviderSchema>
export type SourcedValue = Static<typeof SourcedValueSchema>
export type Fact = Static<typeof FactSchema>
export type DeskFeeRule = Static<typeof DeskFeeRuleSchema>
export type ApiKey = Static<typeof ApiKeySchema>
export type ApiKeyList = Static<typeof ApiKeyListSchema>
export type NewApiKey = Static<typeof NewApiKeySchema>
export type MerchantBody = Static<typeof MerchantBodySchema>
export type SupplierBody = Static<typeof SupplierBodySchema>
export type ProviderAccountBody = Static<typeof ProviderAccountBodySchema>
export type AccountRevealReason = Static<typeof AccountRevealBodySchema>['reason']
export type AccountRetireReason = Static<typeof AccountRetireBodySchema>['reason']
