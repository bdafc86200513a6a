/** Where the database may live and as whom it runs: PostgreSQL refuses root, and the user it runs as must reach its own files. */
import { createHash } from 'node:crypto'
import { accessSync, chmodSync, constants, existsSync, lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export type RunAs = { readonly uid: number; readonly gid: number; readonly name: string }

/** The account to drop to when started as root; null when this process is no root (or on Windows, which has none). */
export function accountToRunAs(passwd: () => string = () => readFileSync('/etc/passwd', 'utf8'), uid = process.getuid?.()): RunAs | null {
  if (uid !== 0) return null
  const accounts = new Map(passwd().split('\n').map((line) => line.split(':')).filter((f) => f.length >= 4).map((f) => [f[0]!, f]))
  for (const name of ['postgres', 'nobody']) {
    const fields = accounts.get(name)
    if (fields !== undefined) return { name, uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  throw new Error('PostgreSQL does not run as root, and this machine has neither a postgres nor a nobody account. Start FlowClaw as another user.')
}

/** Whether `account` may pass through `folder` and everything above it. */
export function isReachable(folder: string, account: RunAs): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    let stat
    try { stat = statSync(at) } catch { if (dirname(at) === at) return false; continue }
    const bits = stat.uid === account.uid ? 0o100 : stat.gid === account.gid ? 0o010 : 0o001
    if ((stat.mode & bits) === 0) return false
    if (dirname(at) === at) return true
  }
}

export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

/** A folder of this name under the first temporary folder that the account reaches; null where it reaches none. */
export function openFolderFor(name: string, run_as: RunAs | null): string | null {
  // TMPDIR may itself lie in a closed folder; the machine's own does not.
  const parent = [tmpdir(), '/tmp', '/var/tmp'].find((each) => existsSync(each) && (run_as === null || isReachable(each, run_as)) && join(each, name).length <= SOCKET_FOLDER_MAX)
  if (parent === undefined) return null
  const folder = join(parent, name)
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const stat = lstatSync(folder)
  // Anyone may make a name under a temporary folder: what is not a folder of ours is not used.
  if (!stat.isDirectory() || (stat.uid !== process.getuid?.() && stat.uid !== run_as?.uid)) throw new Error(`${folder} belongs to somebody else`)
  if (stat.uid === process.getuid?.()) chmodSync(folder, 0o755)
  return folder
}

/** A socket's path may have about 100 bytes; the folder leaves room for its name. */
export const SOCKET_FOLDER_MAX = 80

export type Location = { readonly folder: string; readonly run_as: RunAs | null; /** set when it is not the folder that was asked for, and why */ readonly moved: string | null }

/**
 * The wanted folder where the account reaches it; else one under the temporary folder, keyed by the wanted path, so that the next start
 * finds it again.
 */
export function chooseLocation(wanted: string, run_as: RunAs | null = accountToRunAs()): Location {
  if (run_as === null || isReachable(wanted, run_as)) {
    const made = !existsSync(wanted)
    mkdirSync(wanted, { recursive: true })
    // A narrow umask must not shut out the account.
    if (made && run_as !== null) chmodSync(wanted, 0o755)
    accessSync(wanted, constants.W_OK)
    return { folder: wanted, run_as, moved: null }
  }
  const folder = openFolderFor(`flowclaw-${shortHash(resolve(wanted))}`, run_as)
  if (folder === null) throw new Error(`the account ${run_as.name} can reach neither ${wanted} nor a temporary folder: set FLOWCLAW_DATA_DIR to a folder that it can`)
  return { folder, run_as, moved: `the account ${run_as.name} that PostgreSQL runs as cannot reach ${wanted}` }
}
