/**
 * Preloaded into every script that tools/entry.cjs runs: when the npm or the launcher that started it is killed, even with a
 * signal nobody can catch, the script is told to stop. A server that outlives its terminal would hold the port and the data.
 */
import { readFileSync } from 'node:fs'

const POLL_MS = 300
const PATIENCE_MS = 10_000
const MAX_LEVELS = 5

/** Parent of a process on Linux, null where that cannot be read. */
function parentOf(pid: number): number | null {
  try {
    // The name stands in brackets and may hold anything, so count from the last bracket.
    const [, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    return Number(parent)
  } catch {
    return null
  }
}

const nameOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** The processes from here up to npm, or up to the launcher; nothing when a person started the script directly. */
function guardians(): number[] {
  const chain: number[] = []
  let pid: number | null = process.ppid
  for (let level = 0; level < MAX_LEVELS && pid !== null && pid > 1; level++) {
    chain.push(pid)
    if (process.env['npm_lifecycle_event'] !== undefined && /(^|[\s/\0])npm\b/.test(nameOf(pid))) return chain
    pid = parentOf(pid)
  }
  return process.env['FLOWCLAW_LAUNCHER_PID'] === String(process.ppid) ? [process.ppid] : []
}

const chain = guardians()
if (chain.length > 0) {
  const intact = (): boolean => chain.every((pid, level) => (level === 0 ? process.ppid : parentOf(chain[level - 1]!)) === pid)
  const timer = setInterval(() => {
    if (intact()) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref()
  }, POLL_MS)
  timer.unref()
}
// The next process down has its own.
delete process.env['FLOWCLAW_LAUNCHER_PID']
