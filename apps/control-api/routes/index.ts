/** The operations of the Control API, one file each; `ls routes/*` reads as the API. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { AppDeps } from '#api/deps.ts'
import { changePassword } from './auth/change-password.ts'
import { listAccountSessions } from './auth/list-sessions.ts'
import { login } from './auth/login.ts'
import { logout } from './auth/logout.ts'
import { logoutEverywhere } from './auth/logout-everywhere.ts'
import { stepUp } from './auth/step-up.ts'
import { beginSecondFactor } from './auth/begin-second-factor.ts'
import { confirmSecondFactor } from './auth/confirm-second-factor.ts'
import { disableSecondFactor } from './auth/disable-second-factor.ts'
import { getSecondFactor } from './auth/read-second-factor.ts'
import { renewRecoveryCodes } from './auth/renew-recovery-codes.ts'
import { resetMemberSecondFactor } from './members/reset-second-factor.ts'
import { getPortalConfig } from './portal/config.ts'
import { getPortalSession } from './portal/session.ts'
import { createInvitation } from './invitations/create.ts'
import { listInvitations } from './invitations/list.ts'
import { revokeInvitation } from './invitations/revoke.ts'
import { openAccountLink } from './links/open.ts'
import { useAccountLink } from './links/use.ts'
import { changeMemberRole } from './members/change-role.ts'
import { endMembership } from './members/end.ts'
import { listMembers } from './members/list.ts'
import { createRecoveryLink } from './members/make-recovery-link.ts'
import { listMerchants } from './merchants/list.ts'
import { createSupplier } from './suppliers/create.ts'
import { listSuppliers } from './suppliers/list.ts'
import { getSupplier } from './suppliers/read.ts'
import { acceptRouteSession } from './route-sessions/accept.ts'
import { cancelRouteSession } from './route-sessions/cancel.ts'
import { createRouteSession } from './route-sessions/create.ts'
import { listCandidates } from './route-sessions/list-candidates.ts'
import { listRouteSessions } from './route-sessions/list.ts'
import { getCandidate } from './route-sessions/read-candidate.ts'
import { getRouteRequest } from './route-sessions/read-request.ts'
import { getRouteSession } from './route-sessions/read.ts'
import { replayRouteSession } from './route-sessions/replay.ts'
import { listCorridors } from './corridors/list.ts'
import { getCorridor } from './corridors/read.ts'
import { listProviders } from './providers/list.ts'
import { getProvider } from './providers/read.ts'
import { getFact } from './facts/read.ts'
import { listDeskFeeRules } from './desk-fee-rules/list.ts'
import { putDeskFeeRule } from './desk-fee-rules/put.ts'
import { setMarketClock } from './market-clock/set.ts'
import { listAuditCheckpoints } from './audit-checkpoints/list.ts'
import { createAuditReview } from './audit-reviews/create.ts'
import { listAuditReviews } from './audit-reviews/list.ts'
import { exportAuditEvents } from './audit-events/export.ts'
import { listAuditEvents } from './audit-events/list.ts'
import { verifyAuditEvents } from './audit-events/verify.ts'
import { createApiKey } from './api-keys/create.ts'
import { listApiKeys } from './api-keys/list.ts'
import { revokeApiKey } from './api-keys/revoke.ts'
import { healthLive } from './health/live.ts'
import { healthReady } from './health/ready.ts'
import { metrics } from './metrics/read.ts'

export const OPERATIONS: readonly ((deps: AppDeps) => FastifyPluginAsyncTypebox)[] = [
  login, logout, stepUp, getSecondFactor, beginSecondFactor, confirmSecondFactor, renewRecoveryCodes, disableSecondFactor,
  changePassword, logoutEverywhere, listAccountSessions, getPortalSession, getPortalConfig,
  listMembers, resetMemberSecondFactor, changeMemberRole, endMembership, createRecoveryLink, createInvitation, listInvitations, revokeInvitation, openAccountLink, useAccountLink,
  listMerchants, createSupplier, listSuppliers, getSupplier,
  createRouteSession, listRouteSessions, getRouteSession, getRouteRequest, listCandidates, getCandidate, acceptRouteSession, cancelRouteSession, replayRouteSession,
  listCorridors, getCorridor, listProviders, getProvider, getFact,
  listDeskFeeRules, putDeskFeeRule, setMarketClock,
  listAuditEvents, verifyAuditEvents, exportAuditEvents, listAuditCheckpoints, listAuditReviews, createAuditReview,
  listApiKeys, createApiKey, revokeApiKey,
  healthLive, healthReady, metrics,
]
