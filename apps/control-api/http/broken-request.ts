/** What is answered where no request could be read at all: Node tells of it on the socket, and no hook runs. */
import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyServerOptions } from 'fastify'
import type { ErrorCode } from '#contracts/error-codes.ts'
import { problemBody } from '#api/problems.ts'
import { SECURE_HEADERS } from './secure-headers.ts'

/** By the code of Node's error; everything else is a request that cannot be read. */
const CODES: Readonly<Record<string, ErrorCode>> = { HPE_HEADER_OVERFLOW: 'headers_too_large', ERR_HTTP_REQUEST_TIMEOUT: 'request_too_slow' }

/** A problem with the secure headers and nothing of what was sent; then the connection is closed. */
export const answerBrokenRequest: NonNullable<FastifyServerOptions['clientErrorHandler']> = (error, socket: Socket) => {
  if ((error as { code?: string }).code === 'ECONNRESET' || socket.destroyed) return
  if (!socket.writable) return void socket.destroy()
  const problem = problemBody(CODES[(error as { code?: string }).code ?? ''] ?? 'bad_request')
  const body = JSON.stringify(problem)
  const headers = { ...SECURE_HEADERS, 'x-request-id': randomUUID(), 'cache-control': 'no-store', 'content-type': 'application/problem+json; charset=utf-8', 'content-length': String(Buffer.byteLength(body)), connection: 'close' }
  socket.end([`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n'))
}
