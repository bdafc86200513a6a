/** What the operations need, as one plain object that main.ts or a test puts together. */
import type { FastifyBaseLogger } from 'fastify'
import type { Static } from 'typebox'
import type { PortalConfig, Readiness } from '#contracts/api/portal.ts'
import type { Artifacts } from '#platform/artifacts/index.ts'
import type { Checkpoints } from '#platform/checkpoints/index.ts'
import type { Live } from '#platform/live/index.ts'
import type { RateLimits } from '#platform/rate-limits/index.ts'
import type { RouteDeps } from '#orchestrator/request-route.ts'
import type { Policy } from '#policy/index.ts'
import type { ReadRates } from '#execution/index.ts'
import type { KeysOf } from '#platform/keys/index.ts'
import type { Config } from './config.ts'
import type { Decisions } from './decisions.ts'
import type { Metrics } from './http/metrics.ts'

export type AppDeps = RouteDeps & {
  readonly policy: Pick<Policy, 'judge' | 'judgeProbe'>
  readonly config: Pick<Config, 'allowedOrigins' | 'cookie' | 'trustedProxies' | 'portalsDir' | 'metricsToken' | 'browser'>
  readonly logger?: FastifyBaseLogger
  readonly metrics: Metrics
  /** what one caller and one workspace may ask for; the buckets are in the database, shared by every instance */
  readonly rateLimits: RateLimits
  /** seals and opens fields of the actor's tenant; may wait for a key service, so never called inside a transaction */
  readonly keysOf: KeysOf
  /** the operator's feed of reference rates */
  readonly readRates: ReadRates
  /** decided sessions, computed again from what is stored */
  readonly decisions: Decisions
  /** signed checkpoints of the audit chains */
  readonly checkpoints: Checkpoints
  /** changes as they are told to open pages */
  readonly live: Live
  /** stored files: taken in, judged, handed out */
  readonly artifacts: Artifacts
  readonly readiness: () => Promise<Static<typeof Readiness>>
  /** printed for everyone, so only ever those of a demo tenant; empty elsewhere */
  readonly demoAccounts: readonly Static<typeof PortalConfig>['demo_accounts'][number][]
  /** answers 503 busy while the event loop is behind by more; off where absent */
  readonly refuseAboveEventLoopDelay_ms?: number
  /** tests: every answer is checked against its schema */
  readonly checkAnswers?: boolean
}
