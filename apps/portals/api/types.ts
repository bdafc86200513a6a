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
import type { OutcomePreview as OutcomePreviewSchema, SessionOutcome as SessionOutcomeSchema } from '#contracts/api/settlement.ts'
import type { MerchantDocuments as MerchantDocumentsSchema } from '#contracts/api/merchant-documents.ts'
import type { SessionIncidents as SessionIncidentsSchema } from '#contracts/api/payment-incidents.ts'
import type { SessionScreenings as SessionScreeningsSchema } from '#contracts/api/screenings.ts'
import type { MerchantBody as MerchantBodySchema, SupplierBody as SupplierBodySchema } from '#contracts/api/suppliers.ts'

import type { AskAnswer as AskAnswerSchema, AskBody as AskBodySchema, ClaimAnswer as ClaimAnswerSchema, ClaimBody as ClaimBodySchema, MessagePage as MessagePageSchema } from '#contracts/api/desk-work.ts'

export type { ApprovalRules, ApprovalRuleSet, ApprovalRuleView } from '#contracts/api/approval-rules.ts'
export type { MerchantAsk, SessionMessage } from '#contracts/api/desk-work.ts'
export type { AuditEvent, AuditEventPage, AuditVerification } from '#contracts/api/audit.ts'
export type { AuditReview, AuditReviewPage } from '#contracts/api/audit-reviews.ts'
export type { Execution, ExecutionStep, PaymentInstruction } from '#contracts/api/execution.ts'
export type { MarketDataFileName, MarketDataImport, MarketDataPreview, MarketDataState } from '#contracts/api/market-data.ts'
export type { MadeAccountLink, Member, OpenAccountLink, ShownLink } from '#contracts/api/members.ts'
export type { InvoiceStanding } from '#contracts/api/invoices.ts'
export type { MerchantDocument } from '#contracts/api/merchant-documents.ts'
export type { IncidentWithEvents, PaymentIncident } from '#contracts/api/payment-incidents.ts'
export type { SimulationRun } from '#contracts/api/simulation.ts'
export type { Screening, ScreeningStanding } from '#contracts/api/screenings.ts'
export type { QuoteSource, Rate, RateSheet } from '#contracts/api/rates.ts'
export type { Quote, Repricing, SessionPrices } from '#contracts/api/quotes.ts'
export type { ProviderOutage, ProviderOutages } from '#contracts/api/provider-outages.ts'
export type { Onboarding } from '#contracts/api/onboarding.ts'
export type { ProviderAccount, RevealedAccount } from '#contracts/api/provider-accounts.ts'
export type { Artifact } from '#contracts/api/artifacts.ts'
export type { OwnPrivacyRequest, PrivacyRequest, PrivacyRequestKind } from '#contracts/api/privacy.ts'
export type { PortalSession } from '#contracts/api/portal.ts'
export type { MerchantRouteSession, RouteRequestBody, RouteSessionRow } from '#contracts/api/route-sessions.ts'
export type { Actuals, EstimateKind, EstimateMove, HopActual, MeasuredOutcome, Prediction, ProviderEstimates, UndoBecause } from '#contracts/api/settlement.ts'
export type { BankDetailChange, Merchant, RevealedDetails, Supplier } from '#contracts/api/suppliers.ts'
export type { Candidate, CandidateDocument, Flag, Hop, Opening, PaymentIntent, Reason, ScoreInput } from '#contracts/routing.ts'
export type { Role } from '#contracts/roles.ts'
export type MerchantDocuments = Static<typeof MerchantDocumentsSchema>
export type SessionIncidents = Static<typeof SessionIncidentsSchema>
export type SessionScreenings = Static<typeof SessionScreeningsSchema>
export type AccountSession = Static<typeof AccountSessionSchema>
export type EnrolledSecondFactor = Static<typeof EnrolledSecondFactorSchema>
export type SecondFactorState = Static<typeof SecondFactorSchema>
export type Membership = Static<typeof MembershipSchema>
export type PortalConfig = Static<typeof PortalConfigSchema>
export type SessionOutcome = Static<typeof SessionOutcomeSchema>
export type OutcomePreview = Static<typeof OutcomePreviewSchema>
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
export type ClaimAnswer = Static<typeof ClaimAnswerSchema>
export type TakeoverReason = NonNullable<Static<typeof ClaimBodySchema>['takeover']>
export type AskBody = Static<typeof AskBodySchema>
export type AskAnswer = Static<typeof AskAnswerSchema>
export type MessagePage = Static<typeof MessagePageSchema>
export type MerchantBody = Static<typeof MerchantBodySchema>
export type SupplierBody = Static<typeof SupplierBodySchema>
export type ProviderAccountBody = Static<typeof ProviderAccountBodySchema>
export type AccountRevealReason = Static<typeof AccountRevealBodySchema>['reason']
export type AccountRetireReason = Static<typeof AccountRetireBodySchema>['reason']
