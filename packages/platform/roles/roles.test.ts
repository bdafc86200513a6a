import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROLES } from '#contracts/roles.ts'
import { accessTable, may, permissionsOf, type Permission } from './index.ts'

// Guarantee: a change of who may do what shows up as a diff of one committed table.
test('the committed access table is the one in force', () => {
  assert.equal(readFileSync(join(import.meta.dirname, 'access-table.txt'), 'utf8'), accessTable())
})

// Guarantee: a Settlement Agent has no way to anything but its own session and password.
test('a settlement agent may only read, prove, end and move its own session, look after its password and second factor, and ask about its own data', () => {
  assert.deepEqual(permissionsOf('settlement_agent'), ['own_data:export', 'own_privacy_request:read', 'own_privacy_request:write', 'password:change', 'second_factor:manage', 'session:end', 'session:prove', 'session:read', 'session:switch'])
})

// Guarantee: a merchant never holds a permission that shows candidates, providers, facts, fees or replays.
test('a merchant holds no permission behind the merchant-safe view', () => {
  for (const hidden of ['candidate:read', 'provider:read', 'fact:read', 'desk_fee_rule:read', 'route_session:replay'] as const) {
    assert.equal(may('merchant_client', hidden), false, hidden)
  }
})

// Guarantee: a permission nobody wrote down is nobody's, names of Object.prototype included.
test('an unknown permission or role is refused', () => {
  for (const unknown of ['route_session:delete', 'constructor', '__proto__', 'toString']) {
    for (const role of ROLES) assert.equal(may(role, unknown as Permission), false)
  }
  assert.equal(may('root' as never, 'session:read'), false)
})
