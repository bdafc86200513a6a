/**
 * `npm run tenant:create -- --name "Lagos Route Desk" --zone Africa/Lagos --admin-email a@b.example --admin-name "Ada Obi"`: makes an Operator
 * Company that knows nothing yet, and prints one single-use link by which its first Platform Admin chooses a password. Run again for a
 * company that has no Platform Admin, it makes a new link and ends the older one of the same address. The link is printed once and kept nowhere.
 */
import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { readSettings, type Settings } from '#api/config/settings.ts'
import { newId } from '#database/index.ts'
import { findTenants, provision, type Provisioner } from '#database/provision.ts'
import { createLink, LINK_LASTS_S } from '#platform/auth/index.ts'
import { withOwnerDatabase, type OwnerDatabase } from './owner-database.ts'

const USAGE = 'usage: npm run tenant:create -- --name NAME --zone ZONE --admin-email ADDRESS --admin-name NAME   (a zone as Africa/Lagos)'

/** A wrong command line: said without a stack. */
class Wrong extends Error {}

export type NewCompany = { readonly name: string; readonly time_zone: string; readonly admin_email: string; readonly admin_name: string }
export type MadeCompany = { readonly tenant_id: string; readonly made: boolean; readonly token: string; readonly expires_at: string }

/** Makes the company, or only a new link where it is there and nobody could get in. Throws where it has a Platform Admin. */
export async function createCompany(owner: OwnerDatabase, company: NewCompany, os_user: string): Promise<MadeCompany> {
  const [existing] = await findTenants(owner, company.name)
  const tenant_id = existing?.tenant_id ?? newId()
  return provision(owner, tenant_id, async (p) => {
    if (existing === undefined) await p.createTenant({ name: company.name, time_zone: company.time_zone, market_clock: null })
    else if (await hasAdmin(p)) throw new Wrong(`There is a company of this name with a Platform Admin already (${tenant_id}), who invites further members in the console.`)
    const { id, token, expires_at } = await createLink(p, { purpose: 'invite', email: company.admin_email, role: 'platform_admin', merchant_id: null, display_name: company.admin_name })
    const by = { command: 'tenant:create', os_user }
    await p.appendAudit(existing === undefined
      ? { user_id: null, action: 'tenant.created', entity: 'tenant', entity_id: tenant_id, facts: { name: company.name, time_zone: company.time_zone, link_id: id, by } }
      : { user_id: null, action: 'account_link.made', entity: 'account_link', entity_id: id, facts: { purpose: 'invite', role: 'platform_admin', merchant_id: null, by } })
    return { tenant_id, made: existing === undefined, token, expires_at }
  })
}

const hasAdmin = async (p: Provisioner): Promise<boolean> =>
  (await p.sql("select from memberships where tenant_id = $1 and role = 'platform_admin' and ended_at is null limit 1", [p.tenant_id])).length > 0

function companyOf(args: readonly string[]): NewCompany {
  const { values } = parseArgs({ args: [...args], options: { name: { type: 'string' }, zone: { type: 'string' }, 'admin-email': { type: 'string' }, 'admin-name': { type: 'string' } } })
  const said = (name: keyof typeof values): string => {
    const text = values[name]?.trim() ?? ''
    if (text === '' || text.length > 200) throw new Wrong(`--${name} is missing or longer than 200 characters.\n${USAGE}`)
    return text
  }
  const company = { name: said('name'), time_zone: said('zone'), admin_email: said('admin-email').toLowerCase(), admin_name: said('admin-name') }
  if (!/^[^@\s]+@[^@\s]+$/.test(company.admin_email)) throw new Wrong(`--admin-email is no address.\n${USAGE}`)
  try { new Intl.DateTimeFormat('en', { timeZone: company.time_zone }) } catch { throw new Wrong(`--zone is no time zone: ${company.time_zone}\n${USAGE}`) }
  return company
}

/** Where browsers reach this FlowClaw, by its settings. */
const originOf = (settings: Settings): string => settings.FLOWCLAW_PUBLIC_ORIGIN ?? `http://127.0.0.1:${settings.FLOWCLAW_PORT ?? settings.PORT ?? 8420}`

async function main(): Promise<void> {
  const company = companyOf(process.argv.slice(2))
  const settings = readSettings(process.env)
  const made = await withOwnerDatabase(settings, (owner) => createCompany(owner, company, userInfo().username))
  process.stdout.write(`${made.made ? `Made the Operator Company ${company.name}` : `A new link for ${company.name}`} (${made.tenant_id}).
${company.admin_name} becomes its first Platform Admin by this link. It works once, for ${LINK_LASTS_S.invite / 3600} hours, and is shown here alone:

  ${originOf(settings)}/index.html#link=${made.token}

`)
}

if (import.meta.main) {
  try {
    await main()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
