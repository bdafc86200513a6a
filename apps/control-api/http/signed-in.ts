/** What a handler of a signed-in operation may rely on, and how it answers expected failures. */
import type { FastifyRequest } from 'fastify'
import type { ErrorCode } from '#contracts/error-codes.ts'
import type { Actor } from '#contracts/roles.ts'
import { digestOf } from '#contracts/canonical-json.ts'
import { CursorError, recordDenial, type Database, type WriteRequest } from '#database/index.ts'
import { ProblemError, type ProblemExtra } from '#api/problems.ts'

/** The actor that the hooks admitted. Throws on a public operation, which has none: that is a bug, not a request. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor === null) throw new Error('a public operation asked for its actor')
  return request.actor
}

/** The claim under which a mutation is written once: tenant, actor, operation, key, and what was asked. */
export function writeRequestOf(request: FastifyRequest): WriteRequest {
  return {
    actor: actorOf(request), operation: request.routeOptions.config.operationId!, idempotency_key: request.idempotencyKey, request_id: request.id,
    action: request.routeOptions.config.audit!,
    fingerprint: digestOf({ path: request.params ?? null, body: request.body ?? null }),
  }
}

export type Refused = { readonly code: ErrorCode } & ProblemExtra

/** An expected failure of a room as the problem that it is. */
export function problemOf({ code, ...extra }: Refused): ProblemError {
  return new ProblemError(code, extra)
}

/** Refuses a change for what only its handler can see; the audit row is written before the answer, as for every other refusal. */
export async function deny(deps: { readonly db: Database }, request: FastifyRequest, why: Refused): Promise<never> {
  await recordDenial(deps.db, actorOf(request), { action: request.routeOptions.config.audit!, code: why.code, request_id: request.id })
  throw problemOf(why)
}

/** Runs a list query; a cursor that is not one of ours is the caller's mistake. */
export async function paged<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query()
  } catch (error) {
    if (error instanceof CursorError) throw new ProblemError('invalid_cursor', { field: '/cursor' })
    throw error
  }
}
