/** Metrics with bounded labels: operations, status classes and outcomes, never a path, a tenant or an id. */
import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ArtifactCount } from '#platform/artifacts/index.ts'

export type Metrics = {
  /** one answered request */
  observe(operationId: string, status: number, elapsed_ms: number): void
  /** one decision of the engine, or why there is none */
  routed(outcome: 'ready' | 'conditional' | 'no_route' | 'policy_unavailable'): void
  /** where the time of one route request went */
  spent(part: 'read' | 'engine' | 'policy' | 'write', elapsed_ms: number): void
  /** what the keeping of files last counted */
  artifacts(what: ArtifactCount, n: number): void
  text(): Promise<string>
}

/** A registry of its own, so that two apps in one process do not share counts. */
export function createMetrics(options: { readonly processMetrics: boolean }): Metrics {
  const registry = new Registry()
  if (options.processMetrics) collectDefaultMetrics({ register: registry, prefix: 'flowclaw_' })
  const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
  const requests = new Histogram({ name: 'flowclaw_http_request_seconds', help: 'answered requests', labelNames: ['operation', 'status'], buckets, registers: [registry] })
  const routes = new Counter({ name: 'flowclaw_route_requests_total', help: 'route requests by outcome', labelNames: ['outcome'], registers: [registry] })
  const parts = new Histogram({ name: 'flowclaw_route_request_part_seconds', help: 'where the time of a route request goes', labelNames: ['part'], buckets, registers: [registry] })
  const artifacts = new Gauge({ name: 'flowclaw_artifacts', help: 'files: waiting for a verdict, rows whose bytes are missing, orphaned bytes removed by the last sweep', labelNames: ['what'], registers: [registry] })
  return {
    artifacts: (what, n) => artifacts.set({ what }, n),
    observe: (operation, status, elapsed_ms) => requests.observe({ operation, status: `${Math.floor(status / 100)}xx` }, elapsed_ms / 1000),
    routed: (outcome) => routes.inc({ outcome }),
    spent: (part, elapsed_ms) => parts.observe({ part }, elapsed_ms / 1000),
    text: () => registry.metrics(),
  }
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

export type ScrapeRules = {
  readonly token: string | null
  /** false where a proxy stands in front: then every request comes from this machine, and only the token tells them apart */
  readonly loopback: boolean
}

/** A page that points its own name at this machine sends that name. */
const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?$/
const PROXY_HEADERS = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via'] as const

/** With the token, or from this machine by its own name and not through a proxy. */
export function mayScrape(remoteAddress: string | undefined, headers: IncomingHttpHeaders, { token, loopback }: ScrapeRules): boolean {
  if (token !== null) {
    const expected = Buffer.from(`Bearer ${token}`)
    const given = Buffer.from(headers.authorization ?? '')
    if (given.length === expected.length && timingSafeEqual(given, expected)) return true
  }
  const direct = loopback && PROXY_HEADERS.every((name) => headers[name] === undefined) && LOOPBACK_HOST.test(headers.host ?? '')
  return direct && remoteAddress !== undefined && LOOPBACK.has(remoteAddress)
}
