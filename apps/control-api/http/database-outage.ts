/** What an error of the way to the database means for whoever asked. */
import type { ErrorCode } from '#contracts/error-codes.ts'

/** Of the socket (EPIPE: PostgreSQL died between two statements) and of PostgreSQL itself: shutting down, recovering, no connection left. */
const GONE: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', '57P01', '57P02', '57P03', '08000', '08001', '08003', '08006', '53300'])
/** The driver's own, which have no code. */
const GONE_WORDS: ReadonlySet<string> = new Set(['Connection terminated unexpectedly', 'Connection terminated', 'Client has encountered a connection error and is not queryable', 'Client was closed and is not queryable'])

/** A database that is away or has no connection left is an outage to come back from, not a bug; null for everything else. */
export function outageOf(error: Error & { readonly code?: string; readonly syscall?: string }): ErrorCode | null {
  if (error.message === 'timeout exceeded when trying to connect') return 'busy'
  if (GONE_WORDS.has(error.message)) return 'unavailable'
  // Somebody holds what this request waits for, for longer than a request may wait.
  if (error.code === '55P03') return 'busy'
  // The socket of a server that died is not there; a file of ours that is not there is a bug.
  if (error.code === 'ENOENT') return error.syscall === 'connect' ? 'unavailable' : null
  return error.code !== undefined && GONE.has(error.code) ? 'unavailable' : null
}
