/**
 * The second content type parser: multipart/form-data, for the operations that say `upload` and for no other one. Fields come first and are read
 * like a JSON body, by name; then the one file, which goes to the disk while it is counted and hashed. What the form leaves behind is taken away
 * with the answer, unless the handler has put it into the store.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { pointerPart } from '#contracts/strict-json.ts'
import { isOneLine } from '#contracts/text.ts'
import type { Artifacts } from '#platform/artifacts/index.ts'
import { cleanFileName, type Spooled } from '#platform/storage/index.ts'
import { ProblemError } from '#api/problems.ts'
import { boundaryOf, MultipartError, readParts } from './multipart.ts'

/** The file of an upload. */
export type Upload = { readonly file: Spooled; readonly file_name: string; readonly declared_type: string }

const FIELD_BYTES_MAX = 200
/** A sender that gives nothing for so long has gone. */
const IDLE_MS = 20_000
/** Boundaries, part headers and fields of a form, beside its file. */
const FORM_BYTES = 16 * 1024

export function acceptUploads(app: FastifyInstance, artifacts: Pick<Artifacts, 'receive' | 'limits'>): void {
  app.decorateRequest('upload', null)
  app.addContentTypeParser('multipart/form-data', (request, payload, done) => {
    readForm(request, payload as AsyncIterable<Buffer>, artifacts).then((body) => done(null, body), (cause: Error) => done(problemOf(cause)))
  })
  // Ahead of the answer: whoever reads it finds nothing left.
  app.addHook('onSend', async (request) => { await request.upload?.file.discard() })
}

/** A form that cannot be read is the sender's; a connection that broke has nobody to answer. */
const problemOf = (cause: Error): Error =>
  cause instanceof ProblemError ? cause : cause instanceof MultipartError || (cause as { code?: string }).code === 'ECONNRESET' ? new ProblemError('malformed_upload') : cause

async function readForm(request: FastifyRequest, payload: AsyncIterable<Buffer>, artifacts: Pick<Artifacts, 'receive' | 'limits'>): Promise<Record<string, string>> {
  const operation = request.routeOptions.config
  if (operation.upload === undefined) throw new ProblemError('unsupported_media_type')
  const boundary = boundaryOf(request.headers['content-type'] ?? '')
  if (boundary === null) throw new ProblemError('malformed_upload')
  // Said beforehand that it is too much: then nothing of it is read.
  if (Number(request.headers['content-length'] ?? '0') > artifacts.limits.bytes_max + FORM_BYTES) throw new ProblemError('file_too_large', { field: '/file' })
  const body: Record<string, string> = {}
  for await (const part of readParts(patiently(payload), boundary)) {
    const field = pointerPart(part.name)
    if (!operation.upload.includes(part.name)) throw new ProblemError('unknown_field', { field })
    if (Object.hasOwn(body, part.name)) throw new ProblemError('duplicate_field', { field })
    // The file is last: what stands behind it would be read when everything is decided.
    if (request.upload !== null) throw new ProblemError('malformed_upload', { field })
    if ((part.name === 'file') !== (part.file_name !== null)) throw new ProblemError('invalid_field', { field })
    body[part.name] = part.file_name === null ? await fieldText(part.body, field) : await takeFile(request, part.body, part.file_name, part.media_type ?? '', artifacts)
  }
  return body
}

/** Answers the name as it is kept. */
async function takeFile(request: FastifyRequest, bytes: AsyncIterable<Buffer>, given_name: string, declared_type: string, artifacts: Pick<Artifacts, 'receive'>): Promise<string> {
  const received = await artifacts.receive(request.actor!.user_id, bytes)
  if (!received.ok) {
    const { code } = received.error
    throw code === 'file_empty' ? new ProblemError('invalid_field', { field: '/file' }) : code === 'busy' ? new ProblemError('busy', { retry_after_s: 2 }) : new ProblemError(code, { field: '/file' })
  }
  const file_name = cleanFileName(given_name)
  request.upload = { file: received.value, file_name, declared_type }
  return file_name
}

async function fieldText(bytes: AsyncIterable<Buffer>, field: string): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of bytes) {
    if ((size += part.length) > FIELD_BYTES_MAX) throw new ProblemError('invalid_field', { field })
    parts.push(part)
  }
  const text = Buffer.concat(parts).toString('utf8')
  if (text.includes('\uFFFD') || !isOneLine(text)) throw new ProblemError('invalid_field', { field })
  return text
}

/** The same bytes; throws where the next ones do not come. */
async function* patiently(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]()
  for (;;) {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new ProblemError('request_too_slow')), IDLE_MS)
    try {
      const next = await Promise.race([chunks.next(), late.promise])
      if (next.done === true) return
      yield next.value
    } finally {
      clearTimeout(timer)
    }
  }
}
