/** The server's log: one line of JSON an event. Requests, bodies and headers are never logged; of an error its kind, place and code. */
import { pino, type DestinationStream, type Logger } from 'pino'
import { pinoRedaction } from '#platform/redaction/index.ts'

/** A logger whose every line has passed through redaction. `destination` is standard output where absent. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { ...pinoRedaction, level, base: { service: 'flowclaw' } }
  return destination === undefined ? pino(options) : pino(options, destination)
}
