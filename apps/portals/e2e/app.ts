/** What a browser test or `npm run shots` needs of the outside: a running FlowClaw and a real Chromium. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from 'playwright-core'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const READY_WITHIN_MS = 120_000
const STOP_WITHIN_MS = 20_000

export type RunningApp = { readonly url: string; /** its data folder; null where somebody else started it */ readonly folder: string | null; readonly stop: () => Promise<void> }

/**
 * FlowClaw with a database of its own and the demo data, started as `npm start` starts it; or the one that FLOWCLAW_URL names,
 * which is left running.
 */
export async function startApp(): Promise<RunningApp> {
  const given = process.env['FLOWCLAW_URL']
  if (given) return { url: given.replace(/\/$/, ''), folder: null, stop: async () => undefined }
  const folder = mkdtempSync(join(tmpdir(), 'flowclaw-e2e-'))
  // PostgreSQL does not run as root; the account it drops to must pass through this folder.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const child = spawn(process.execPath, [join(ROOT, 'tools/start.ts')], {
    cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: String(port), FLOWCLAW_DATA_DIR: folder, DATABASE_URL: '', FLOWCLAW_LOG: 'error' },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => { said = `${said}${text.toString()}`.slice(-8_000) })
  const url = `http://127.0.0.1:${port}`
  const stop = async () => { await stopChild(child); rmSync(folder, { recursive: true, force: true }) }
  try {
    await ready(url, child)
  } catch (error) {
    await stop()
    throw new Error(`FlowClaw did not start: ${String(error)}\n${said}`)
  }
  return { url, folder, stop }
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`)
    const answered = await fetch(`${url}/health/ready`).then((response) => response.ok, () => false)
    if (answered) return
    await new Promise((wake) => setTimeout(wake, 200))
  }
  throw new Error(`not ready after ${READY_WITHIN_MS / 1000} s`)
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const hard = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
  await ended
  clearTimeout(hard)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** The installed Chromium, without anything that would reach for the network. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path))
  if (!executablePath) throw new Error('No Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.')
  return chromium.launch({
    executablePath,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  })
}
