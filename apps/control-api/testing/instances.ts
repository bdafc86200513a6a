/** Starts servers as processes of their own over one test database, speaks HTTP to them as a page of ours would, and lets them die. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { CrashPoint } from '#database/crash-points.ts'
import { TEST_TENANT_KEY } from '#tools/testing/database.ts'
import { bodyBytes } from './forms.ts'
import type { Order, Report } from './instance.ts'

/** What came back over HTTP, or that the connection broke before an answer did. */
export type HttpAnswer = { readonly status: number; readonly headers: Headers; readonly text: string } | 'no answer'

export type Instance = {
  readonly url: string
  readonly process: ChildProcess
  /** from now on the server ends itself by SIGKILL when a write comes to this point for the nth time */
  dieAt(point: CrashPoint, nth?: number): Promise<void>
  ask(method: string, path: string, ask: { readonly headers: Readonly<Record<string, string>>; readonly body?: unknown }): Promise<HttpAnswer>
  readonly dead: boolean
  /** closes the server as SIGTERM does; a dead one is left as it is */
  stop(): Promise<void>
}

/** Starts one server process that keeps files in this folder; resolves when it listens. */
export async function startInstance(databaseUrl: string, files: string): Promise<Instance> {
  const child = fork(join(import.meta.dirname, 'instance.ts'), [databaseUrl, TEST_TENANT_KEY, files], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const reports: Report[] = []
  const waiting: ((report: Report) => void)[] = []
  child.on('message', (report: Report) => { const next = waiting.shift(); if (next === undefined) reports.push(report); else next(report) })
  const nextReport = (): Promise<Report> => (reports.length > 0 ? Promise.resolve(reports.shift()!) : new Promise((resolve, reject) => {
    waiting.push(resolve)
    child.once('exit', () => reject(new Error('the server ended before it answered')))
  }))
  const order = async (message: Order): Promise<void> => {
    child.send(message)
    await nextReport()
  }
  const first = await nextReport()
  if (!('url' in first)) throw new Error('the server did not tell its address')
  return {
    url: first.url, process: child,
    get dead() { return child.exitCode !== null || child.signalCode !== null },
    dieAt: (die_at, nth = 1) => order({ die_at, nth }),
    async ask(method, path, { headers, body }) {
      try {
        const answer = await fetch(`${first.url}${path}`, { method, headers, ...(body === undefined ? {} : { body: bodyBytes(body).payload as string }) })
        return { status: answer.status, headers: answer.headers, text: await answer.text() }
      } catch {
        return 'no answer'
      }
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      await order({ stop: true })
      await ended
    },
  }
}
