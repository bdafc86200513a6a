/** A test database that holds the demo tenant, as `npm start` would have made it. */
import { DEMO_TENANT_ID } from '#contracts/demo.ts'
import { seedDemo } from '#tools/seed.ts'
import { openTestDatabase, TEST_TENANT_KEY, type TestDatabase } from './database.ts'
import { TEST_KEYS } from './keys.ts'

/** `sessions: false` leaves out the ten routed sessions, which take about a second. */
export async function openDemoDatabase(options: { readonly sessions?: boolean } = {}): Promise<TestDatabase & { readonly tenant_id: string }> {
  const made = await openTestDatabase()
  try {
    await seedDemo({ owner_url: made.ownerUrl, serving_url: made.url, tenantKey: TEST_TENANT_KEY, keyProvider: TEST_KEYS, sessions: options.sessions ?? true })
  } catch (cause) {
    await made.close()
    throw cause
  }
  return { ...made, tenant_id: DEMO_TENANT_ID }
}
