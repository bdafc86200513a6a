/**
 * A closed-loop load over keep-alive connections, on bare sockets so that the client takes as little of the machine as it can. Runs as a
 * child process: `node bench/load.ts` with a LoadPlan as JSON on standard input; prints a LoadResult as JSON.
 */
import { connect } from 'node:net'
import { quantile } from './measure.ts'

export type LoadPlan = {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** a JSON body; every "@@" in it becomes a new number */
  readonly body: string
  readonly connections: number
  readonly for_ms: number
}
export type LoadResult = { readonly requests: number; readonly elapsed_ms: number; readonly p50_ms: number; readonly p99_ms: number; readonly statuses: Record<string, number> }

async function run(plan: LoadPlan): Promise<LoadResult> {
  const latencies: number[] = []
  const statuses: Record<string, number> = {}
  const started = performance.now()
  const salt = `${process.pid}${Date.now().toString(36)}`
  let next = 0
  const request = (): Buffer => {
    const n = `${salt}${next++}`
    const body = plan.body.replaceAll('@@', n)
    const headers = { ...plan.headers, 'idempotency-key': `bench-${n}`, 'content-length': String(Buffer.byteLength(body)), connection: 'keep-alive' }
    return Buffer.from(`POST ${plan.path} HTTP/1.1\r\n${Object.entries(headers).map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n${body}`)
  }
  await Promise.all(Array.from({ length: plan.connections }, () => new Promise<void>((done, fail) => {
    const socket = connect(plan.port, '127.0.0.1')
    let received: Buffer = Buffer.alloc(0)
    let expected = -1
    let sent = 0
    const send = (): void => {
      if (performance.now() - started > plan.for_ms) { socket.end(); done(); return }
      received = Buffer.alloc(0)
      expected = -1
      sent = performance.now()
      socket.write(request())
    }
    socket.setNoDelay(true)
    socket.on('connect', send)
    socket.on('error', fail)
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      if (expected < 0) {
        const head = received.indexOf('\r\n\r\n')
        if (head < 0) return
        const length = /content-length: (\d+)/i.exec(received.toString('latin1', 0, head))
        if (!length) return fail(new Error('an answer without content-length'))
        expected = head + 4 + Number(length[1])
      }
      if (received.length < expected) return
      latencies.push(performance.now() - sent)
      const status = received.toString('latin1', 9, 12)
      statuses[status] = (statuses[status] ?? 0) + 1
      send()
    })
  })))
  return { requests: latencies.length, elapsed_ms: performance.now() - started, p50_ms: quantile(latencies, 0.5), p99_ms: quantile(latencies, 0.99), statuses }
}

if (import.meta.main) {
  let input = ''
  for await (const chunk of process.stdin) input += chunk
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(input) as LoadPlan))}\n`)
}
