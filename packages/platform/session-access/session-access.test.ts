import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ROLES } from '#contracts/roles.ts'
import { seesMerchant, sightOf, visibleMerchantId } from './index.ts'

const mine = '11111111-1111-4111-8111-111111111111'
const other = '22222222-2222-4222-8222-222222222222'

// Guarantee: list, read and write agree on who sees a merchant's rows, for every role.
test('only the desk, the admin and the merchant itself see a merchant', () => {
  for (const role of ROLES) {
    const actor = { role, merchant_id: role === 'merchant_client' ? mine : null }
    const wide = role === 'platform_admin' || role === 'desk_operator'
    assert.equal(seesMerchant(actor, mine), wide || role === 'merchant_client', role)
    assert.equal(seesMerchant(actor, other), wide, role)
    assert.equal(visibleMerchantId(actor) === null, wide, role)
  }
})

// Guarantee: a merchant user whose merchant is missing sees nothing, not everything.
test('a merchant user without a merchant sees nothing', () => {
  assert.deepEqual(sightOf({ role: 'merchant_client', merchant_id: null }), { kind: 'nothing' })
  assert.notEqual(visibleMerchantId({ role: 'merchant_client', merchant_id: null }), null)
})
