/** The content type parser of all operations but uploads: application/json, UTF-8, read strictly. Every other type is 415, text/plain among them. */
import type { FastifyInstance } from 'fastify'
import { ProblemError } from '#api/problems.ts'
import { parseStrictJson } from '#contracts/strict-json.ts'

export const BODY_BYTES_MAX = 64 * 1024

export function onlyStrictJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX }, (request, bytes, done) => {
    if (request.routeOptions.config.upload !== undefined) return done(new ProblemError('unsupported_media_type'))
    const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(request.headers['content-type'] ?? '')
    if (charset !== null && charset[1]!.toLowerCase() !== 'utf-8') return done(new ProblemError('unsupported_media_type'))
    if (bytes.length === 0) return done(new ProblemError('body_required'))
    let text: string
    try {
      text = utf8.decode(bytes as Buffer)
    } catch {
      return done(new ProblemError('malformed_json'))
    }
    const parsed = parseStrictJson(text)
    if (parsed.ok) return done(null, parsed.value)
    done(new ProblemError(parsed.error.code, parsed.error.field === '' ? {} : { field: parsed.error.field }))
  })
}
