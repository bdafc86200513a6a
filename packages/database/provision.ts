/**
 * What the serving role may not do: make an Operator Company, its members and merchants, and import its data. It runs as the owner, inside
 * the same signed tenant context and row-level security as everything else.
 */
import pg from 'pg'
import { canonicalJson } from '#contracts/canonical-json.ts'
import type { Role } from '#contracts/roles.ts'
import { SERVER_OWNER_ID } from '#contracts/server-owner.ts'
import { importDataset, readCurrentData, type CurrentData, type DatasetImport } from './corridor-data.ts'
import { rowOf } from './parties.ts'
import { signedContext } from './transactions.ts'
import type { MerchantRow, NewProviderAccount, NewSupplier, StoredDataKey } from './types.ts'

export type Provisioner = {
  readonly tenant_id: string
  /** nobody's account: the owner of the server */
  readonly actor: { readonly tenant_id: string; readonly user_id: null }
  /** for what the rest of this does not say; always with parameters */
  sql<R extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<R[]>
  createTenant(tenant: { readonly name: string; readonly time_zone: string; readonly market_clock: string | null; readonly second_factor_of_admins?: 'required' | 'off' }): Promise<void>
  /** answers the account's id, which is the given one unless the address has an account already */
  createAccount(account: { readonly id: string; readonly email: string; readonly password_hash: string }): Promise<string>
  createMembership(member: { readonly user_id: string; readonly role: Role; readonly merchant_id: string | null; readonly display_name: string }): Promise<void>
  createMerchant(merchant: Omit<MerchantRow, 'version'>): Promise<void>
  createSupplier(supplier: NewSupplier): Promise<void>
  createProviderAccount(account: NewProviderAccount & { readonly created_by: string }): Promise<void>
  /** the tenant's wrapped data keys, the oldest first */
  readDataKeys(): Promise<StoredDataKey[]>
  /** does nothing where this version is there */
  addDataKey(key: StoredDataKey): Promise<void>
  /** at most 200 suppliers whose bank details an older version left plain, locked until this transaction ends */
  plainSuppliers(): Promise<{ readonly id: string; readonly account_number: string; readonly cnaps: string | null }[]>
  /** stores the sealed details and empties the plain columns */
  sealSupplier(id: string, bank_details_sealed: Buffer): Promise<void>
  /** the corridor data in force; until the transaction ends nobody else imports */
  currentData(): Promise<CurrentData>
  /** makes a new data revision and answers its number; null where exactly this is in force already */
  importDataset(data: DatasetImport): Promise<number | null>
  /** `user_id` null: the owner of the server */
  appendAudit(entry: { readonly user_id: string | null; readonly action: string; readonly entity: string; readonly entity_id: string; readonly facts: object }): Promise<void>
}

/** Runs `work` in one transaction of the owner with the tenant in context. Everything is inserted where it is missing, so it can run again. */
export async function provision<T>(owner: { readonly url: string; readonly tenantKey: string }, tenant_id: string, work: (p: Provisioner) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: owner.url, application_name: 'flowclaw-provision' })
  await client.connect()
  try {
    await client.query('begin')
    await client.query("select set_config('fc.tenant', $1, true)", [signedContext({ tenantKey: Buffer.from(owner.tenantKey, 'base64url'), now: Date.now }, tenant_id)])
    const result = await work(provisionerOn(client, tenant_id))
    await client.query('commit')
    return result
  } catch (cause) {
    await client.query('rollback').catch(() => undefined)
    throw cause
  } finally {
    await client.end()
  }
}

/** The companies of a name, oldest first; case and outer spaces do not count. For the owner alone. */
export async function findTenants(owner: { readonly url: string }, name: string): Promise<{ readonly tenant_id: string; readonly name: string }[]> {
  return asOwner(owner.url, async (client) => (await client.query<{ tenant_id: string; name: string }>('select tenant_id, name from fc.find_tenants($1)', [name])).rows)
}

/** Ids of all tenants, for what the owner must do for each. */
export const tenantIds = (url: string): Promise<string[]> => asOwner(url, async (client) => (await client.query<{ id: string }>('select id from fc.tenant_ids() as id')).rows.map(({ id }) => id))

/** Whether rows of an older version may still be plain: the constraint against it has not been validated. */
export const mayHoldPlainSuppliers = (url: string): Promise<boolean> => asOwner(url, async (client) => {
  const { rowCount } = await client.query("select from pg_constraint where conname = 'suppliers_bank_details_are_sealed' and not convalidated")
  return rowCount !== 0
})

/** Has the database check every row, so that it answers for there being no plain one; rewrites the table, so that no old version of a row stays in its file. */
export const validateSealedSuppliers = (url: string): Promise<void> => asOwner(url, async (client) => {
  await client.query('alter table suppliers validate constraint suppliers_bank_details_are_sealed')
  await client.query('vacuum full suppliers')
})

async function asOwner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'flowclaw-provision' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function provisionerOn(client: pg.Client, tenant_id: string): Provisioner {
  const insert = async (table: string, row: Readonly<Record<string, unknown>>) => {
    const names = Object.keys(row)
    await client.query(`insert into ${table} (${names.join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')}) on conflict do nothing`, Object.values(row))
  }
  const actor = { tenant_id, user_id: null }
  const sql = async <R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) => (await client.query<R>(text, [...values])).rows
  return {
    tenant_id,
    actor,
    sql,
    async createTenant({ name, time_zone, market_clock, second_factor_of_admins = 'required' }) {
      await insert('tenants', { tenant_id, name, time_zone, second_factor_of_admins })
      // A demo tenant from before this setting was made with the stricter default.
      if (second_factor_of_admins === 'off') await client.query("update tenants set second_factor_of_admins = 'off' where tenant_id = $1", [tenant_id])
      await insert('tenant_settings', { tenant_id, market_clock })
    },
    async createAccount({ id, email, password_hash }) {
      const { rows } = await client.query<{ id: string }>('select fc.create_account($1, $2, $3) as id', [id, email, password_hash])
      return rows[0]!.id
    },
    createMembership: (member) => insert('memberships', { tenant_id, ...member }),
    createMerchant: (merchant) => insert('merchants', { tenant_id, ...merchant }),
    createSupplier: (supplier) => insert('suppliers', { tenant_id, ...rowOf(supplier) }),
    createProviderAccount: (account) => insert('provider_accounts', { tenant_id, ...account }),
    async readDataKeys() {
      return (await client.query<StoredDataKey>('select version, key_id, wrapped from tenant_data_keys where tenant_id = $1 order by version', [tenant_id])).rows
    },
    addDataKey: ({ version, key_id, wrapped }) => insert('tenant_data_keys', { tenant_id, version, key_id, wrapped }),
    async plainSuppliers() {
      return (await client.query<{ id: string; account_number: string; cnaps: string | null }>(
        'select id, account_number, cnaps from suppliers where tenant_id = $1 and bank_details_sealed is null order by id limit 200 for update', [tenant_id])).rows
    },
    async sealSupplier(id, bank_details_sealed) {
      await client.query('update suppliers set bank_details_sealed = $3, account_number = null, cnaps = null where tenant_id = $1 and id = $2', [tenant_id, id, bank_details_sealed])
    },
    currentData: () => readCurrentData({ actor, sql }),
    importDataset: (data) => importDataset({ actor, sql }, data),
    async appendAudit({ user_id, action, entity, entity_id, facts }) {
      const payload = { v: 1, tenant_id, user_id: user_id ?? SERVER_OWNER_ID, role: user_id === null ? null : 'platform_admin', action, entity, entity_id, transition_seq: null, facts }
      await client.query('select fc.append_audit($1)', [Buffer.from(canonicalJson(payload), 'utf8')])
    },
  }
}
