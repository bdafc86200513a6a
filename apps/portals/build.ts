import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('.', import.meta.url))
const STAMP = 'inputs.sha256'
const stamp = join(root, 'dist', STAMP)

/** Where the built pages lie: index.html, merchant.html, agent.html, assets/. */
export const portalsDist: string = join(root, 'dist')

/** Builds the portals unless what lies in dist was built from exactly these sources and these locked dependencies. */
export async function buildPortals(): Promise<{ built: boolean }> {
  const digest = inputsDigest()
  if (digest === readOrEmpty(stamp)) return { built: false }
  // Loaded only when it is needed: a second start must not pay for the bundler.
  const { build } = await import('vite')
  // Built aside and moved in whole with its stamp: two starts at once can then not leave one's pages under the other's stamp.
  const aside = join(root, '../../node_modules/.cache', `flowclaw-portals-${process.pid}`)
  mkdirSync(aside, { recursive: true })
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn', build: { outDir: aside } })
  writeFileSync(join(aside, STAMP), digest)
  replaceFolder(aside, portalsDist)
  return { built: true }
}

/** Puts one folder in the place of another. Whoever loses a race for the place leaves the winner's. */
function replaceFolder(from: string, to: string): void {
  const old = `${from}-old`
  try { renameSync(to, old) } catch { /* there was none, or another start has just taken it away */ }
  try { renameSync(from, to) } catch (error) { if (readOrEmpty(stamp) === '') throw error }
  rmSync(old, { recursive: true, force: true })
  rmSync(from, { recursive: true, force: true })
}

function inputsDigest(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, '../../package-lock.json')))
  const skipped = new Set(['dist', 'e2e', 'node_modules'])
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) { if (!skipped.has(entry.name)) walk(path); continue }
      hash.update(`${path}\0`).update(readFileSync(join(root, path)))
    }
  }
  walk('')
  return hash.digest('hex')
}

function readOrEmpty(path: string): string {
  try { return readFileSync(path, 'utf8') } catch { return '' }
}
