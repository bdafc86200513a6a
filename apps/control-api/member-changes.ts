/** What the operations on members share: a role as an older client may name it, and how a change that the database refuses is answered. */
import type { Static } from 'typebox'
import { MemberRoleBody } from '#contracts/api/members.ts'
import { parseRole, type Role } from '#contracts/roles.ts'
import { changeMember, readMember, readMerchant, refused, withTenantRead, withTenantWrite, type MemberRow, type Tx } from '#database/index.ts'
import type { FastifyRequest } from 'fastify'
import { actorOf, deny, problemOf, writeRequestOf, type Refused } from './http/signed-in.ts'
import { ProblemError } from './problems.ts'
import type { AppDeps } from './deps.ts'

type AskedRole = { readonly role: Role; readonly merchant_id: string | null }

/** The role that a body asks for, by its own name; a merchant exactly for a Merchant Client. */
export function askedRole({ role: name, merchant_id }: Static<typeof MemberRoleBody>): { readonly ok: true; readonly value: AskedRole } | { readonly ok: false; readonly error: Refused } {
  const role = parseRole(name)
  if (role === null) return { ok: false, error: { code: 'invalid_field', field: '/role' } }
  if (role === 'merchant_client' && merchant_id === undefined) return { ok: false, error: { code: 'missing_field', field: '/merchant_id' } }
  if (role !== 'merchant_client' && merchant_id !== undefined) return { ok: false, error: { code: 'invalid_field', field: '/merchant_id' } }
  return { ok: true, value: { role, merchant_id: merchant_id ?? null } }
}

/** Whether the merchant of a role is one of this tenant's. */
export const merchantIsOurs = async (tx: Tx, { merchant_id }: AskedRole): Promise<boolean> => merchant_id === null || (await readMerchant(tx, merchant_id)) !== null

/** Changes the role of a member (or ends the membership with null) as the admin who asks: once, with one audit row, or refused with one. */
export async function changeMembership(deps: AppDeps, request: FastifyRequest, id: string, next: AskedRole | null): Promise<MemberRow> {
  const actor = actorOf(request)
  if (id === actor.user_id) return deny(deps, request, { code: 'own_membership' })
  const action = request.routeOptions.config.audit!
  const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
    const refuse = (refusal: Refused) => refused(refusal, { action, entity: 'member', entity_id: id, facts: { code: refusal.code } })
    const before = await readMember(tx, id)
    if (before === null || before.state === 'ended') return refuse({ code: 'not_found' })
    if (next !== null && !(await merchantIsOurs(tx, next))) return refuse({ code: 'not_found', field: '/merchant_id' })
    const { status, sessions_ended, keys_revoked } = await changeMember(tx, id, next)
    if (status !== 'changed') return refuse({ code: status === 'last_admin' ? 'last_admin' : 'not_found' })
    const was = { role: before.role, merchant_id: before.merchant_id }
    return {
      audit: { action, entity: 'member', entity_id: id, transition_seq: null, facts: { was, ...(next === null ? {} : { role: next.role, merchant_id: next.merchant_id }), sessions_ended, keys_revoked } },
      response: { status: 200, body: { id } },
    }
  })
  if (!written.ok) throw problemOf(written.error)
  const member = await withTenantRead(deps.db, actor, (tx) => readMember(tx, id))
  if (member === null) throw new ProblemError('not_found')
  return member
}
