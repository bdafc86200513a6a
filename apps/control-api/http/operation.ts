/**
 * What every operation must say about itself. A route that does not name its permission and its audit action does not register, so
 * that neither can be forgotten; the access matrix and the OpenAPI document are made from the same records.
 */
import type { RouteOptions } from 'fastify'
import type { TSchema } from 'typebox'
import Type from 'typebox'
import { Problem } from '#contracts/api/common.ts'
import type { RateClass } from '#platform/rate-limits/index.ts'
import type { Permission } from '#platform/roles/index.ts'

export type OperationConfig = {
  readonly operationId: string
  /** what a role must hold; `public` answers everyone */
  readonly permission: Permission | 'public'
  /** the audit action of a mutation; null where nothing is changed */
  readonly audit: string | null
  /** mutations take an Idempotency-Key, but for sign-in and sign-out */
  readonly idempotent: boolean
  /** governance: the session must have signed in or stepped up within five minutes */
  readonly stepUp: boolean
  /** true for a POST that changes nothing: what it is asked for is too secret for a URL */
  readonly reads?: boolean
  /** what a body may have, in bytes; a request that says nothing is held to that of json-body.ts */
  readonly bodyBytesMax?: number
  /** takes a multipart form instead of JSON: the fields it may have, `file` among them (upload-body.ts) */
  readonly upload?: readonly string[]
  /** whose rate limits it counts against; `none` for what must answer whatever happens (health) */
  readonly rateClass: RateClass | 'public' | 'none'
}

export type OperationRecord = OperationConfig & {
  readonly method: string
  readonly url: string
  readonly answers: readonly (readonly [number, TSchema])[]
}

const Nothing = Type.Object({}, { additionalProperties: false })
/** The body of a change that needs no words: `{}`. */
export const EmptyBody = Type.Object({}, { additionalProperties: false, description: 'an empty object' })

/** Completes and checks a route's options while it registers. Throws on an operation that leaves something unsaid. */
export function asOperation(route: RouteOptions): OperationRecord {
  const method = String(route.method)
  const config = route.config as Partial<OperationConfig> | undefined
  const schema = route.schema as { operationId?: string; querystring?: unknown; params?: unknown; body?: unknown; response?: Record<string, TSchema> } | undefined
  const name = schema?.operationId ?? `${method} ${route.url}`
  if (schema?.operationId === undefined) throw new Error(`${name}: no operationId`)
  if (config?.permission === undefined) throw new Error(`${name}: names no permission`)
  if (config.audit === undefined) throw new Error(`${name}: names no audit action (null where nothing changes)`)
  const changes = method !== 'GET' && config.reads !== true
  if (changes !== (config.audit !== null)) throw new Error(`${name}: a ${method} ${changes ? 'needs' : 'must not have'} an audit action`)
  if (method !== 'GET' && schema.body === undefined) throw new Error(`${name}: no body schema`)
  if (schema.response === undefined) throw new Error(`${name}: no answer schema`)
  // Without a schema Fastify takes any query; a parameter that nobody reads is refused like an unknown field.
  schema.querystring ??= Nothing
  const rateClass = config.rateClass ?? (config.permission === 'public' ? 'public' : changes ? 'write' : 'read')
  if ((config.permission === 'public') !== (rateClass === 'public' || rateClass === 'none')) throw new Error(`${name}: its rate class is not one for ${config.permission === 'public' ? 'everyone' : 'someone signed in'}`)
  const complete: OperationConfig = { operationId: schema.operationId, permission: config.permission, audit: config.audit, idempotent: config.idempotent ?? changes, rateClass, stepUp: config.stepUp ?? false, ...(config.reads === true ? { reads: true } : {}), ...(config.upload === undefined ? {} : { upload: config.upload }), ...(config.bodyBytesMax === undefined ? {} : { bodyBytesMax: config.bodyBytesMax }) }
  if (complete.stepUp && complete.permission === 'public') throw new Error(`${name}: nobody has no session to step up`)
  if (complete.bodyBytesMax !== undefined) route.bodyLimit = complete.bodyBytesMax
  route.config = { ...route.config, ...complete }
  return { ...complete, method, url: route.url, answers: Object.entries(schema.response).filter(([status]) => status !== 'default').map(([status, answer]) => [Number(status), answer]) }
}

/** Every operation may answer with a problem; which codes is in docs/errors.md. */
export const problems = { default: Type.Object(Problem.properties, { additionalProperties: false, description: 'A problem (RFC 9457), application/problem+json' }) }
