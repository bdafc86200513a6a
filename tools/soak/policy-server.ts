/**
 * An OPA server as the product asks one: the compiled policy behind HTTP on this machine alone, which on an order over the IPC channel stops answering in one
 * of the ways in which a real one does. Started by stand.ts.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { askWasm, ENTRYPOINTS, type Entrypoint } from '#policy/ask.ts'
import type { PolicyFault } from './policy-faults.ts'

let fault: PolicyFault = 'none'
const ask = askWasm(new Uint8Array(readFileSync(join(import.meta.dirname, '..', '..', 'policies', 'flowclaw.wasm'))))

const server = createServer((request, response) => {
  const entrypoint = ENTRYPOINTS.find((each) => request.url === `/v1/data/${each}`)
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => void answer(entrypoint, Buffer.concat(parts).toString('utf8')).then(([status, body]) => {
    if (status !== null) response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }))
})

async function answer(entrypoint: Entrypoint | undefined, body: string): Promise<readonly [number | null, string]> {
  if (fault === 'hangs') return [null, '']
  if (fault === 'refuses') return [503, '{}']
  if (fault === 'babbles') return [200, '{"result":{"allow":true}}']
  if (entrypoint === undefined) return [404, '{}']
  return [200, JSON.stringify(await ask((JSON.parse(body) as { input: object }).input, entrypoint))]
}

process.on('message', (order: { readonly fault: PolicyFault }) => { fault = order.fault })
process.on('disconnect', () => process.exit(0))
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }))
