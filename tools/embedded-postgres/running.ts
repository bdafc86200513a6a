/** Finding the embedded PostgreSQL of a FlowClaw that runs now, so that an owner's tool can work beside it. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chooseLocation } from './location.ts'

/**
 * The owner's address of the server that runs on this data folder; null where none does. The socket lies in a folder of mode 0700: only the
 * operating system's user who started FlowClaw, or root, can connect by it, which is who may run the tools of an owner.
 */
export function runningOwnerUrl(data_dir: string): string | null {
  const file = join(chooseLocation(resolve(data_dir)).folder, 'cluster', 'postmaster.pid')
  if (!existsSync(file)) return null
  const [pid, , , , socket, , , state] = readFileSync(file, 'utf8').split('\n')
  if (!socket?.startsWith('/') || !state?.startsWith('ready')) return null
  try { process.kill(Number(pid), 0) } catch (cause) { if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return null }
  return `postgres://flowclaw_owner@localhost/flowclaw?host=${encodeURIComponent(socket)}`
}
