/**
 * What the serving role may not do: make an Operator Company, its members and merchants, and import its data. It runs as the owner, inside
 * the same signed tenant context and row-level security as everything else.
 */
import { brotliCompressSync, constants } from 'node:zlib'
import pg from 'pg'
import { canonicalJson } from '#contracts/canonical-json.ts'
import type { Role } from '#contracts/roles.ts'
import { SERVER_OWNER_ID } from '#contracts/server-owner.ts'
import { rowOf } from './parties.ts'
import { decompressFiles, type SnapshotFiles } from './reference.ts'
import { signedContext } from './transactions.ts'
import type { ExecutionMode, FactRow, MerchantRow, NewProviderAccount, NewSupplier, StoredDataKey } from './types.ts'

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

export type DatasetImport = {
  /** SHA-256 of the compiled dataset, hex */
  readonly digest: string
  readonly note: string
  readonly files: SnapshotFiles
  readonly facts: readonly FactRow[]
  /** how far a corridor may go; one that is not named keeps its ceiling, a new one begins in simulation */
  readonly mode_ceilings: Readonly<Record<string, ExecutionMode>>
}

export type CurrentData = {
  /** null before the first import */
  readonly data_revision: number | null
  readonly files: SnapshotFiles | null
  readonly facts: readonly FactRow[]
  readonly mode_ceilings: Readonly<Record<string, ExecutionMode>>
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
  return {
    tenant_id,
    actor: { tenant_id, user_id: null },
    sql: async <R extends pg.QueryResultRow>(text: string, values: readonly unknown[]) => (await client.query<R>(text, [...values])).rows,
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
    currentData: () => currentData(client, tenant_id),
    importDataset: (data) => importDataset(client, tenant_id, data),
    async appendAudit({ user_id, action, entity, entity_id, facts }) {
      const payload = { v: 1, tenant_id, user_id: user_id ?? SERVER_OWNER_ID, role: user_id === null ? null : 'platform_admin', action, entity, entity_id, transition_seq: null, facts }
      await client.query('select fc.append_audit($1)', [Buffer.from(canonicalJson(payload), 'utf8')])
    },
  }
}

type Book = Record<string, unknown> & { corridors: { id: string; name: string; source: { country: string; currency: string }; destination: { country: string } }[] }
type Estimates = Record<string, unknown> & { providers: { provider_id: string }[] }

async function currentData(client: pg.Client, tenant_id: string): Promise<CurrentData> {
  const { rows: [now] } = await client.query<{ data_revision: number | null; snapshot_digest: Buffer | null }>(
    'select data_revision, snapshot_digest from tenant_settings where tenant_id = $1 for update', [tenant_id])
  if (now === undefined) throw new Error(`there is no company ${tenant_id}`)
  const { rows: [snapshot] } = await client.query<{ files: Buffer }>('select files from snapshots where tenant_id = $1 and digest = $2', [tenant_id, now.snapshot_digest])
  const { rows: facts } = await client.query<FactRow>('select id, statement, value, unit, date, source, url, confidence from facts where tenant_id = $1 order by id', [tenant_id])
  const { rows: corridors } = await client.query<{ id: string; mode_ceiling: ExecutionMode }>('select id, mode_ceiling from corridors where tenant_id = $1', [tenant_id])
  return {
    data_revision: now.data_revision, files: snapshot === undefined ? null : decompressFiles(snapshot.files), facts,
    mode_ceilings: Object.fromEntries(corridors.map(({ id, mode_ceiling }) => [id, mode_ceiling])),
  }
}

async function importDataset(client: pg.Client, tenant_id: string, data: DatasetImport): Promise<number | null> {
  const now = await currentData(client, tenant_id)
  const digest = Buffer.from(data.digest, 'hex')
  const { rows: [same] } = await client.query<{ same: boolean }>('select snapshot_digest = $2 as same from tenant_settings where tenant_id = $1', [tenant_id, digest])
  const ceilings = { ...now.mode_ceilings, ...data.mode_ceilings }
  const textOf = (facts: readonly FactRow[], of: typeof ceilings) => canonicalJson([facts.map((fact) => canonicalJson(fact)).sort(), of])
  if (same?.same === true && textOf(now.facts, now.mode_ceilings) === textOf(data.facts, ceilings)) return null
  const revision = (now.data_revision ?? 0) + 1
  const files = brotliCompressSync(JSON.stringify(data.files), { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
  await client.query('insert into snapshots (tenant_id, digest, files) values ($1, $2, $3) on conflict do nothing', [tenant_id, digest, files])
  await client.query('insert into data_revisions (tenant_id, revision, digest, note) values ($1, $2, $3, $4)', [tenant_id, revision, digest, data.note])
  const book = data.files.corridors as Book
  const estimates = data.files.estimates as Estimates
  const estimateOf = new Map(estimates.providers.map((e) => [e.provider_id, e]))
  await replaceRows(client, tenant_id, 'corridors', book.corridors.map((c, i) => ({
    id: c.id, position: i, name: c.name, source_country: c.source.country, source_currency: c.source.currency, destination_country: c.destination.country,
    mode_ceiling: ceilings[c.id] ?? 'simulation', body: c,
  })))
  await replaceRows(client, tenant_id, 'providers', (data.files.providers as { id: string; name: string; category: string }[]).map((p, i) => ({
    id: p.id, position: i, name: p.name, category: p.category, body: p, estimates: estimateOf.get(p.id) ?? {},
  })))
  await replaceRows(client, tenant_id, 'facts', data.facts)
  await replaceRows(client, tenant_id, 'market_data', Object.entries(marketData(book, estimates, data.files.rates)).map(([kind, body]) => ({ kind, body })), 'kind')
  await client.query('update tenant_settings set data_revision = $2, snapshot_digest = $3 where tenant_id = $1', [tenant_id, revision, digest])
  return revision
}

function marketData(book: Book, estimates: Estimates, rates: unknown): Record<string, unknown> {
  const pick = (from: Record<string, unknown>, test: (key: string) => boolean) => Object.fromEntries(Object.entries(from).filter(([key]) => test(key)))
  return {
    rates,
    holidays: pick(book, (key) => ['holidays', 'holiday_warning', 'country_time_zones'].includes(key)),
    documents: pick(book, (key) => key.startsWith('document_')),
    weights: estimates['weights'], limits: estimates['default_limits'], actors: estimates['manual_actors'],
    legend: { ...pick(book, (key) => ['as_of', 'not_legal_advice', 'status_values', 'leg_kinds', 'currency_notes'].includes(key)), provider_risk_by_class: estimates['provider_risk_by_class'] },
  }
}

/** What keeps a row of a table that the new data lacks: corridors of sessions and fee rules stay in the store, and are shown nowhere, because the snapshot lacks them. */
const KEPT_BY: Readonly<Record<string, string>> = {
  corridors: `and not exists (select from route_sessions s where s.tenant_id = t.tenant_id and s.corridor_id = t.id)
    and not exists (select from desk_fee_rules r where r.tenant_id = t.tenant_id and r.corridor_id = t.id)`,
}

/** Makes the table hold these rows: inserts, replaces by key, and removes the others but those that sessions or rules point to. */
async function replaceRows(client: pg.Client, tenant_id: string, table: string, rows: readonly Readonly<Record<string, unknown>>[], key = 'id'): Promise<void> {
  await client.query(`delete from ${table} t where t.tenant_id = $1 and t.${key} <> all ($2::text[]) ${KEPT_BY[table] ?? ''}`, [tenant_id, rows.map((row) => row[key])])
  const first = rows[0]
  if (first === undefined) return
  const names = Object.keys(first)
  const { rows: types } = await client.query<{ attname: string; type: string }>(
    'select attname, format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = $1::regclass and attnum > 0', [table])
  const columns = names.map((name) => `${name} ${types.find((t) => t.attname === name)!.type}`).join(', ')
  await client.query(`insert into ${table} (tenant_id, ${names.join(', ')}) select $1, ${names.map((n) => `r.${n}`).join(', ')} from jsonb_to_recordset($2) as r(${columns})
    on conflict (tenant_id, ${key}) do update set ${names.filter((n) => n !== key).map((n) => `${n} = excluded.${n}`).join(', ')}`, [tenant_id, JSON.stringify(rows)])
}
