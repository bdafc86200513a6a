import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ROLES, type Role } from '#contracts/roles.ts'
import { mustSee, REASONS_NOT_TO_SEE, REASONS_TO_SEE, sessionAccess, visibleMerchantId } from './index.ts'

const [tenant, other_tenant] = ['11111111-0000-4000-8000-000000000001', '22222222-0000-4000-8000-000000000001']
const [mine, other] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']
const actor = (role: Role, merchant_id: string | null = role === 'merchant_client' ? mine : null) => ({ tenant_id: tenant, role, merchant_id })
const owner = (merchant_id: string, tenant_id = tenant) => ({ tenant_id, merchant_id })

const asked = new Set<string>()
const because = (name: string, who: ReturnType<typeof actor>, what: ReturnType<typeof owner>, sees: boolean, reason: string) => {
  asked.add(reason)
  test(name, () => assert.deepEqual(sessionAccess(who, what), { sees, reason }))
}

because('admin_of_tenant: a Platform Admin sees every session of the tenant', actor('platform_admin'), owner(other), true, 'admin_of_tenant')
because('desk_of_tenant: a Desk Operator sees every session of the tenant', actor('desk_operator'), owner(other), true, 'desk_of_tenant')
because("own_merchant: a Merchant Client sees its merchant's sessions", actor('merchant_client'), owner(mine), true, 'own_merchant')
because("not_own_merchant: a Merchant Client does not see another merchant's", actor('merchant_client'), owner(other), false, 'not_own_merchant')
because('merchant_user_without_merchant: a Merchant Client whose merchant is missing sees nothing, not everything', actor('merchant_client', null), owner(mine), false, 'merchant_user_without_merchant')
because('agent_sees_no_ordinary_session: a Settlement Agent sees no ordinary session', actor('settlement_agent'), owner(mine), false, 'agent_sees_no_ordinary_session')
because('unknown_role: a role that nobody knows sees nothing', actor('superuser' as Role), owner(mine), false, 'unknown_role')
for (const role of ROLES) because(`other_tenant: a ${role} sees nothing of another tenant`, actor(role), owner(mine, other_tenant), false, 'other_tenant')

// Guarantee: no reason is given that no test asks for.
test('every reason has a test', () => assert.deepEqual([...asked].sort(), [...REASONS_TO_SEE, ...REASONS_NOT_TO_SEE].sort()))

// Guarantee: list, read and write agree: the filter of a query lets through exactly what sessionAccess says is seen, for every role.
test('the filter of a list and the answer about one session are the same rule', () => {
  for (const who of [...ROLES.map((role) => actor(role)), actor('merchant_client', null), actor('merchant_client', other), actor('superuser' as Role)]) {
    const filter = visibleMerchantId(who)
    for (const merchant_id of [mine, other]) assert.equal(filter === null || filter === merchant_id, sessionAccess(who, owner(merchant_id)).sees, `${who.role} ${merchant_id}`)
  }
})

// Guarantee: what a query without its filter brought up stops there.
test('a thing that its reader does not see is never shown', () => {
  assert.equal(mustSee(actor('merchant_client'), { merchant_id: mine }).merchant_id, mine)
  assert.throws(() => mustSee(actor('merchant_client'), { merchant_id: other }), /not_own_merchant/)
  assert.throws(() => mustSee(actor('settlement_agent'), { merchant_id: mine }), /agent_sees_no_ordinary_session/)
})
