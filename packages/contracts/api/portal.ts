/** auth and portal: sign-in, my session, browser-safe configuration, the market clock. */
import Type, { type Static } from 'typebox'
import { ROLES } from '../roles.ts'
import { note } from '../text.ts'
import { closed, Instant, nullable, Uuid, oneOf } from './common.ts'

export const LoginBody = Type.Object({
  email: Type.String({ minLength: 3, maxLength: 254 }),
  password: Type.String({ minLength: 1, maxLength: 1024 }),
  /** of the authenticator, or a recovery code: asked for by a 202 where the account has a second factor */
  code: Type.Optional(Type.String({ minLength: 6, maxLength: 64 })),
  /** which membership to sign in with; needed only where the account has several */
  tenant_id: Type.Optional(Uuid),
}, closed)

/** POST /api/auth/tenant: another one of my memberships. */
export const TenantSwitchBody = Type.Object({ tenant_id: Uuid }, closed)

/** POST /api/auth/password. The new one's length is checked by its own rule, which says what is wrong with it. */
export const PasswordBody = Type.Object({
  current_password: Type.String({ minLength: 1, maxLength: 1024 }),
  new_password: Type.String({ minLength: 1 }),
}, closed)

const Code = Type.String({ minLength: 6, maxLength: 64 })

/** POST /api/auth/login, 202: the password is right, and the same request with a code is the next step. There is no session yet. */
export const CodeAsked = Type.Object({ code_asked: Type.Literal(true) }, closed)

/** POST /api/auth/step-up: what proves again who holds the session: a code where a second factor is enrolled, else the password. */
export const StepUpBody = Type.Object({ password: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })), code: Type.Optional(Code) }, closed)

/** GET /api/auth/second-factor: how the own account stands. */
export const SecondFactor = Type.Object({ enrolled_at: nullable(Instant), recovery_codes_left: Type.Integer({ minimum: 0 }) }, closed)
/** A secret to put into an authenticator, shown once. It counts for nothing until a code of it is sent back, within 15 minutes. */
export const BegunSecondFactor = Type.Object({ secret: Type.String(), otpauth_uri: Type.String() }, closed)
export const SecondFactorCode = Type.Object({ code: Code }, closed)
/** Ten codes, each good once, shown this one time. */
export const RecoveryCodes = Type.Object({ recovery_codes: Type.Array(Type.String()) }, closed)
/** POST /api/members/{id}/second-factor/reset. */
export const SecondFactorReset = Type.Object({
  // A word and no sentence: it stands in the audit chain, where nothing that a person wrote about a person may stand.
  reason: Type.Union([Type.Literal('device_lost'), Type.Literal('device_replaced'), Type.Literal('asked_by_member'), Type.Literal('suspected_misuse')]),
}, closed)
export const SecondFactorWasReset = Type.Object({ sessions_ended: Type.Integer({ minimum: 0 }) }, closed)

/** One live session of the own account, in whatever browser. */
export const AccountSession = Type.Object({
  id: Uuid, started_at: Instant,
  /** kept to the minute */
  last_seen_at: Instant,
  /** true for the session that asks */
  current: Type.Boolean(),
}, closed)

export const Membership = Type.Object({
  tenant_id: Uuid, tenant_name: Type.String(), role: oneOf(ROLES),
  merchant_id: nullable(Uuid), merchant_name: nullable(Type.String()),
}, closed)

/** GET /api/portal/session: who I am here, and which page is mine. */
export const PortalSession = Type.Object({
  user: Type.Object({ id: Uuid, display_name: Type.String(), email: Type.String() }, closed),
  tenant: Type.Object({ id: Uuid, name: Type.String(), time_zone: Type.String() }, closed),
  role: oneOf(ROLES),
  merchant: nullable(Type.Object({
    id: Uuid, name: Type.String(), city: Type.String(), country: Type.String(),
  }, closed)),
  memberships: Type.Array(Membership),
  /** the page this role works on */
  home: Type.Enum(['/index.html', '/merchant.html', '/agent.html']),
  /** what this role may do, as `resource:action`; screens gate their buttons with it, the server decides */
  permissions: Type.Array(Type.String()),
  /** send it back in the `x-csrf-token` header of every unsafe request */
  csrf_token: Type.String(),
  market: Type.Object({
    clock: Instant,
    /** true when the tenant runs on a fixed demo market */
    demo: Type.Boolean(),
    /** "Demo market of 29 September 2026", null for a live market */
    label: nullable(Type.String()),
  }, closed),
  expires_at: Instant,
  /** until when governance operations need no new step-up; may have passed */
  proved_until: Instant,
  second_factor: Type.Object({
    enrolled: Type.Boolean(),
    /** true for a Platform Admin who must enrol one before anything else */
    must_enrol: Type.Boolean(),
  }, closed),
}, closed)
export type PortalSession = Static<typeof PortalSession>

/** What confirming an enrolment answers: the portal session under its new cookie, and the recovery codes. */
export const EnrolledSecondFactor = Type.Object({ session: PortalSession, recovery_codes: Type.Array(Type.String()) }, closed)

/** GET /api/portal/config: public, safe in a browser, the same for everyone. */
export const PortalConfig = Type.Object({
  product: Type.Literal('FlowClaw'),
  version: Type.String(),
  demo: Type.Boolean(),
  /** demo accounts are listed only when the server was started with demo data */
  demo_accounts: Type.Array(Type.Object({ role: oneOf(ROLES), email: Type.String(), password: Type.String(), name: Type.String() }, closed)),
  supported_locales: Type.Array(Type.String()),
}, closed)

/** PUT /api/market-clock: where the demo tenant's market stands. A tenant on a live market has the wall clock and refuses this. */
export const MarketClockBody = Type.Object({ clock: Instant, reason: note(300) }, closed)
export const MarketClock = PortalSession.properties.market

/** GET /health/ready: each dependency by name; `ok` only when all are. */
export const Readiness = Type.Object({
  ok: Type.Boolean(),
  database: Type.Boolean(),
  migrations: Type.Boolean(),
  policy: Type.Boolean(),
}, closed)
export const Liveness = Type.Object({ ok: Type.Literal(true), version: Type.String() }, closed)
