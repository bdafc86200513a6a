/** Whether the demo was ever put into this database. */
import { DEMO_TENANT_ID } from '#contracts/demo.ts'
import type { Database } from './pool.ts'
import { withTenantRead } from './transactions.ts'

/** Nobody's: reads one row that only this tenant's context shows. */
const LOOKING = { tenant_id: DEMO_TENANT_ID, user_id: DEMO_TENANT_ID, role: 'platform_admin', merchant_id: null } as const

/** Refuses to serve a database that holds the demo tenant: its accounts' passwords are printed for everyone, whatever this start's settings say. */
export async function refuseDemoTenant(db: Database): Promise<void> {
  const found = await withTenantRead(db, LOOKING, (tx) => tx.sql<{ name: string }>('select name from tenants where tenant_id = $1', [DEMO_TENANT_ID]))
  if (found.length > 0) throw new Error('the database holds the demo tenant, whose passwords everyone knows: production needs a database that was never started with demo data')
}
