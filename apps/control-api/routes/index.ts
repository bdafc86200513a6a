/** The operations of the Control API, one file each; `ls routes/*` reads as the API. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { AppDeps } from '#api/deps.ts'
import { changePassword } from './auth/change-password.ts'
import { listAccountSessions } from './auth/list-sessions.ts'
import { login } from './auth/login.ts'
import { logout } from './auth/logout.ts'
import { logoutEverywhere } from './auth/logout-everywhere.ts'
import { stepUp } from './auth/step-up.ts'
import { switchTenant } from './auth/switch-tenant.ts'
import { getPortalConfig } from './portal/config.ts'
import { getPortalSession } from './portal/session.ts'
import { changeMerchant } from './merchants/change.ts'
import { createMerchant } from './merchants/create.ts'
import { getMerchant } from './merchants/read.ts'
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
import { exportAuditEvents } from './audit-events/export.ts'
import { listAuditEvents } from './audit-events/list.ts'
import { verifyAuditEvents } from './audit-events/verify.ts'
import { healthLive } from './health/live.ts'
import { healthReady } from './health/ready.ts'
import { metrics } from './metrics/read.ts'

export const OPERATIONS: readonly ((deps: AppDeps) => FastifyPluginAsyncTypebox)[] = [
  login, logout, stepUp, changePassword, logoutEverywhere, listAccountSessions, switchTenant, getPortalSession, getPortalConfig,
  listMerchants, createMerchant, getMerchant, changeMerchant, createSupplier, listSuppliers, getSupplier,
  createRouteSession, listRouteSessions, getRouteSession, getRouteRequest, listCandidates, getCandidate, acceptRouteSession, cancelRouteSession, replayRouteSession,
  listCorridors, getCorridor, listProviders, getProvider, getFact,
  listDeskFeeRules, putDeskFeeRule, setMarketClock,
  listAuditEvents, verifyAuditEvents, exportAuditEvents,
  healthLive, healthReady, metrics,
]
