/**
 * `npm run data:import -- --tenant NAME_OR_ID FOLDER [--dry-run] [--mode-ceiling CORRIDOR=MODE…]`: corridors.json, providers.json, estimates.json,
 * rates.json and facts.md of a folder become the corridor data of one Operator Company, all of it or none. Prints what is added, changed and
 * removed; sessions that were decided on older data keep it. Exits 1 with file, record and field of everything wrong.
 */
import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { readSettings } from '#api/config/settings.ts'
import { EXECUTION_MODES } from '#contracts/api/route-sessions.ts'
import { findTenants, provision } from '#database/provision.ts'
import type { ExecutionMode } from '#database/index.ts'
import { CHANGED_KINDS, importMarketData, parseMarketData, type DatasetChanges, type Imported, type MarketData } from '#governance/index.ts'
import { withOwnerDatabase, type OwnerDatabase } from './owner-database.ts'
import { readTexts } from './read-dataset.ts'

const USAGE = 'usage: npm run data:import -- --tenant NAME_OR_ID FOLDER [--dry-run] [--mode-ceiling CORRIDOR=MODE…]'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Reads and validates a folder whole. Throws DatasetError, or an error that names the file that cannot be read. */
export const readMarketData = (folder: string, mode_ceilings: MarketData['mode_ceilings'] = {}): MarketData => parseMarketData(readTexts(folder), mode_ceilings)

/** Compares with what is in force and, unless it is a dry run, imports with one audit row, in one transaction. */
export async function importFolder(owner: OwnerDatabase, tenant_id: string, data: MarketData, options: { readonly dry_run: boolean; readonly os_user: string }): Promise<Imported> {
  return provision(owner, tenant_id, async (p) => {
    const done = await importMarketData({ current: p.currentData, put: p.importDataset }, data, { dry_run: options.dry_run, note: `data:import by ${options.os_user}` })
    if (done.revision !== null) {
      await p.appendAudit({
        user_id: null, action: 'market_data.imported', entity: 'data_revision', entity_id: String(done.revision), facts: { ...done.facts, by: { command: 'data:import', os_user: options.os_user } },
      })
    }
    return done
  })
}

/** The company that a name or an id means. */
export async function tenantNamed(owner: OwnerDatabase, named: string): Promise<string> {
  if (UUID.test(named)) return named
  const found = await findTenants(owner, named)
  if (found.length > 1) throw new Error(`Several companies are named ${named}; say which by its id:\n${found.map(({ tenant_id, name }) => `  ${tenant_id}  ${name}`).join('\n')}`)
  if (found[0] === undefined) throw new Error(`There is no company named ${named}.`)
  return found[0].tenant_id
}

/** One line a kind and change: "providers   added 3: a, b, c". */
function linesOf(changes: DatasetChanges): string[] {
  return CHANGED_KINDS.flatMap((kind) => Object.entries(changes[kind]).filter(([, ids]) => ids.length > 0).map(([how, ids]: [string, readonly string[]]) =>
    `  ${kind.padEnd(10)} ${how} ${ids.length}: ${ids.slice(0, 12).join(', ')}${ids.length > 12 ? `, and ${ids.length - 12} more` : ''}`))
}

function ceilingsOf(given: readonly string[]): Record<string, ExecutionMode> {
  return Object.fromEntries(given.map((each) => {
    const [corridor, mode] = each.split('=')
    if (!corridor || !(EXECUTION_MODES as readonly string[]).includes(mode ?? '')) throw new Error(`--mode-ceiling ${each}: say CORRIDOR=MODE, with one of ${EXECUTION_MODES.join(', ')}\n${USAGE}`)
    return [corridor, mode as ExecutionMode]
  }))
}

async function main(): Promise<void> {
  const { positionals: [folder, ...more], values } = parseArgs({
    allowPositionals: true, options: { tenant: { type: 'string' }, 'dry-run': { type: 'boolean' }, 'mode-ceiling': { type: 'string', multiple: true } },
  })
  if (folder === undefined || more.length > 0 || !values.tenant) throw new Error(USAGE)
  const data = readMarketData(folder, ceilingsOf(values['mode-ceiling'] ?? []))
  const dry_run = values['dry-run'] === true
  const done = await withOwnerDatabase(readSettings(process.env), async (owner) =>
    importFolder(owner, await tenantNamed(owner, values.tenant!), data, { dry_run, os_user: userInfo().username }))
  const lines = linesOf(done.changes)
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
  const before = done.from_revision === null ? 'There was no corridor data before.' : `Before: data revision ${done.from_revision}.`
  if (done.revision !== null) process.stdout.write(`Imported as data revision ${done.revision}. ${before}\n`)
  else process.stdout.write(dry_run ? `Dry run: nothing was written. ${done.nothing_new ? 'This is the data in force.' : before}\n` : 'Nothing to do: this is the data in force.\n')
}

if (import.meta.main) {
  try {
    await main()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
