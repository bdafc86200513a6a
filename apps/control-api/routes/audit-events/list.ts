import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { AuditEventPage, AuditEventQuery, type AuditEvent } from '#contracts/api/audit.ts'
import { parseRole } from '#contracts/roles.ts'
import { SERVER_ITSELF_ID, SERVER_OWNER_ID } from '#contracts/server-owner.ts'
import { problems } from '#api/http/operation.ts'
import { listAuditEvents as readAuditEvents, readAuditChoices, withTenantRead, type AuditEvent as StoredAuditEvent } from '#database/index.ts'
import { auditedSessionsOf } from '#platform/session-access/index.ts'
import { actorOf, paged } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/audit-events: who did what to which thing, newest first. A Platform Admin sees all of the tenant, a Desk Operator its own sessions. */
export const listAuditEvents = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/audit-events', {
    config: { permission: 'audit:read', audit: null },
    schema: { operationId: 'listAuditEvents', summary: 'Search the audit', tags: ['audit'], querystring: AuditEventQuery, response: { 200: AuditEventPage, ...problems } },
  }, async (request): Promise<Static<typeof AuditEventPage>> => {
    const actor = actorOf(request)
    const { cursor, limit = 50, ...filter } = request.query
    return paged(() => withTenantRead(deps.db, actor, async (tx) => {
      const [page, choices] = await Promise.all([
        readAuditEvents(tx, { ...filter, of_sessions_of: auditedSessionsOf(actor), limit, cursor: cursor ?? null }), cursor === undefined ? readAuditChoices(tx, auditedSessionsOf(actor)) : null,
      ])
      return { items: page.items.map(eventView), next_cursor: page.next_cursor, choices: choices === null ? null : { people: [...choices.people], actions: [...choices.actions], entities: [...choices.entities] } }
    }))
  })
}

/** Who acts without being anybody's account. */
const NAMES_OF_NOBODY: Readonly<Record<string, string>> = { [SERVER_OWNER_ID]: 'Owner of the server', [SERVER_ITSELF_ID]: 'FlowClaw itself' }

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** A stored row as it is shown: a refusal's facts are those of the change that was refused. */
function eventView({ seq, at, user_id, name, action, entity, entity_id, payload, hash }: StoredAuditEvent): AuditEvent {
  const facts = (payload['facts'] ?? {}) as Record<string, unknown>
  const refused = text(facts['refused'])
  return {
    seq, at, who: { user_id, name: NAMES_OF_NOBODY[user_id] ?? name, role: parseRole(text(payload['role']) ?? '') }, action, entity, entity_id,
    facts: refused === null ? facts : (facts['of'] ?? {}), refused, request_id: text(payload['request_id']), hash,
  }
}
