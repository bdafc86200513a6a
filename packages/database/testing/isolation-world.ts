/** Two tenants with rows in every table, and a way to be each database role. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { openTestDatabase, TEST_TENANT_KEY, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, writeRequest, type TestTenant } from '#tools/testing/tenant.ts'
import { createApiKey, createProviderAccount, newId, putDeskFeeRule, saveRouteSession, withTenantWrite } from '../index.ts'
import type { Tenants } from './isolation-probes.ts'
import { plantRows } from './planted-rows.ts'

export type IsolationWorld = {
  readonly test_db: TestDatabase
  readonly here: TestTenant
  readonly there: TestTenant
  readonly tenants: Tenants
  /** tables whose rows no product code made */
  readonly planted: readonly string[]
  /** a connection of its own as that role; ended with the world */
  connectAs(role: DatabaseRole): Promise<pg.Client>
  close(): Promise<void>
}
export type DatabaseRole = 'app_rt' | 'app_worker' | 'flowclaw_owner' | 'fc_test_nobody'
export const DATABASE_ROLES: readonly DatabaseRole[] = ['app_rt', 'app_worker', 'flowclaw_owner', 'fc_test_nobody']

export async function openIsolationWorld(): Promise<IsolationWorld> {
  const test_db = await openTestDatabase()
  const [here, there] = [await makeTestTenant(test_db), await makeTestTenant(test_db)]
  for (const tenant of [here, there]) {
    const done = await withTenantWrite(test_db.db, writeRequest(tenant.desk), async (tx) => {
      const session = makeTestSession(tenant)
      await saveRouteSession(tx, session)
      await createApiKey(tx, { role: 'desk_operator', merchant_id: null, label: 'test', prefix: 'abcdefgh', secret_hash: randomBytes(32), scopes: ['route_session:read'], lasts_days: 1 })
      await createProviderAccount(tx, {
        id: newId(), provider_id: 'ng-bank-rmb-direct', label: 'test', currency: 'CNH', country: 'NG', rail_owner: 'merchant', merchant_id: tenant.merchant.merchant_id,
        reference_masked: '••••', metadata_sealed: Buffer.concat([Buffer.of(1), randomBytes(40)]),
      })
      await putDeskFeeRule(tx, { merchant_id: null, corridor_id: null, fixed: { amount: '0', currency: 'NGN' }, bps: '0', minimum: { amount: '0', currency: 'NGN' }, reason: 'test' })
      return { audit: { action: 'test', entity: 'route_session', entity_id: session.id, transition_seq: 1, facts: {} }, response: { status: 201, body: { id: session.id } }, outbox: { topic: 'test', body: {} } }
    })
    if (!done.ok) throw new Error(`the world could not be filled: ${done.error.code}`)
  }
  const planted = await plantRows(test_db.superuser, [here.tenant_id, there.tenant_id])
  await makeNobody(test_db)
  const clients: pg.Client[] = []
  return {
    test_db, here, there, planted, tenants: { own: here.tenant_id, other: there.tenant_id, key: Buffer.from(TEST_TENANT_KEY, 'base64url') },
    async connectAs(role) {
      const address = new URL(test_db.url)
      address.username = role
      const client = new pg.Client({ connectionString: address.href })
      await client.connect()
      clients.push(client)
      return client
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()))
      await test_db.close()
    },
  }
}

/** A role of the server that holds no right to any table. Roles belong to all databases of it, so many files may make it at once. */
async function makeNobody({ superuser, url }: TestDatabase): Promise<void> {
  await superuser.query(`do $$ begin
    perform pg_advisory_xact_lock(hashtextextended('fc_test_nobody', 0));
    if not exists (select from pg_roles where rolname = 'fc_test_nobody') then create role fc_test_nobody login nosuperuser nobypassrls password '${new URL(url).password}'; end if;
    -- Or it would be refused at the schema, and no table would be tried.
    grant usage on schema public, fc to fc_test_nobody;
  end $$`)
}
