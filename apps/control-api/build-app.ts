/**
 * The Control API as a Fastify app: hooks in order (request id, secure headers, session → actor and tenant, permission, CSRF,
 * idempotency key, body, schema), then the operations of routes/. main.ts and the tests use the same one. What can be refused by
 * looking at the headers is refused before a body is read.
 */
import { randomUUID } from 'node:crypto'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, type FastifyServerOptions } from 'fastify'
import underPressure from '@fastify/under-pressure'
import type { ErrorCode } from '#contracts/error-codes.ts'
import type { Actor } from '#contracts/roles.ts'
import { recordDenial } from '#database/index.ts'
import { KeysUnavailable, SealRefused } from '#platform/keys/index.ts'
import { StoreUnavailable } from '#platform/storage/index.ts'
import { createRateLimiter, bucketsOf, type RateLimiter } from '#platform/rate-limits/index.ts'
import { isOwnAccount, mayAct } from '#platform/roles/index.ts'
import { PROBLEMS, ProblemError, problemBody, type ProblemExtra } from './problems.ts'
import { answerBrokenRequest } from './http/broken-request.ts'
import { outageOf } from './http/database-outage.ts'
import { BODY_BYTES_MAX, onlyStrictJson } from './http/json-body.ts'
import { isFromPage, whoAsks } from './http/credentials.ts'
import { isSameOrigin } from './http/same-origin.ts'
import { isCsrfTokenOf } from './http/session-cookie.ts'
import { HSTS, SECURE_HEADERS } from './http/secure-headers.ts'
import { schemaCompiler, schemaProblem } from './http/validators.ts'
import { acceptUploads, type Upload } from './http/upload-body.ts'
import { boundBodyTime, UPLOAD_TIME_MAX_MS } from './http/body-time.ts'
import { asOperation, type OperationConfig, type OperationRecord } from './http/operation.ts'
import { openApiDocument, publishOpenApi, readExamples, type OperationWithSchema } from './http/openapi.ts'
import { servePortals } from './http/static-portals.ts'
import { OPERATIONS } from './routes/index.ts'
import type { AppDeps } from './deps.ts'

declare module 'fastify' {
  interface FastifyContextConfig extends Partial<OperationConfig> {}
  interface FastifyInstance {
    /** every operation of the API, in the order of registration */
    operations: readonly OperationRecord[]
    /** the document behind /openapi.json */
    openApi: object
  }
  interface FastifyRequest {
    /** who acts; null only on public operations */
    actor: Actor | null
    sessionToken: string | null
    /** set on every mutation of a signed-in actor */
    idempotencyKey: string
    /** the file of an upload, on the disk; null on every other operation */
    upload: Upload | null
    /** the bytes of the body, where the operation says rawBody */
    rawBody: Buffer | null
  }
}

const IDEMPOTENCY_KEY = /^[A-Za-z0-9_-]{8,100}$/
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Builds the app; nothing listens yet. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const options: FastifyServerOptions = {
    ...(deps.logger === undefined ? { logger: false } : { loggerInstance: deps.logger as FastifyBaseLogger }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    // A body that drips in would hold its connection for minutes: what is no upload is held to less by body-time.ts.
    requestTimeout: UPLOAD_TIME_MAX_MS,
    exposeHeadRoutes: false,
    clientErrorHandler: answerBrokenRequest,
    // A request id of the caller is never taken over: it would let one caller write into another's log lines.
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    // The number of proxies in front, counted from this server: whatever stands further left in X-Forwarded-For was written by the caller.
    trustProxy: deps.config.trustedProxies === 0 ? false : (_address: string, hop: number) => hop < deps.config.trustedProxies,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 120 },
    // An address that cannot be decoded is answered before any hook runs.
    frameworkErrors: (error, request, reply) => {
      setHeadersOfEvery(deps, request, reply)
      sendProblem(reply, error.code === 'FST_ERR_MAX_PARAM_LENGTH' ? 'not_found' : 'bad_request')
    },
  }
  const app: FastifyInstance = Fastify(options)
  const compile = schemaCompiler()
  app.setValidatorCompiler(compile)
  // Answers are built field by field by their routes and checked against their schemas in tests; native JSON is the fastest writer.
  app.setSerializerCompiler(() => JSON.stringify)
  onlyStrictJson(app)
  acceptUploads(app, deps.artifacts)
  boundBodyTime(app)

  app.decorateRequest('actor', null)
  app.decorateRequest('sessionToken', null)
  app.decorateRequest('idempotencyKey', '')
  app.decorateRequest('rawBody', null)
  const operations: OperationRecord[] = []
  app.decorate('operations', operations)

  if (deps.refuseAboveEventLoopDelay_ms !== undefined) {
    await app.register(underPressure, {
      maxEventLoopDelay: deps.refuseAboveEventLoopDelay_ms,
      pressureHandler: (_request: FastifyRequest, reply: FastifyReply) => { sendProblem(reply, 'busy', { retry_after_s: 1 }) },
    })
  }

  app.addHook('onRequest', async (request, reply) => { setHeadersOfEvery(deps, request, reply) })
  app.addHook('onResponse', async (request, reply) => {
    deps.metrics.observe(request.routeOptions.config.operationId ?? 'other', reply.statusCode, reply.elapsedTime)
  })
  // A kept-alive connection would hold the shutdown up for as long as its client cares to keep it.
  let closing = false
  app.addHook('preClose', async () => { closing = true })
  app.addHook('onSend', async (_request, reply) => { if (closing) reply.header('connection', 'close') })
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply))
  app.setNotFoundHandler((_request, reply) => { sendProblem(reply, 'not_found') })

  const described: OperationWithSchema[] = []
  await app.register(async (api) => {
    api.addHook('onRoute', (route) => {
      const operation = asOperation(route)
      operations.push(operation)
      described.push({ record: operation, schema: route.schema! })
      if (deps.checkAnswers === true) checkAnswersOf(route, operation)
    })
    const limiter = createRateLimiter(deps.db)
    api.addHook('onRequest', async (request, reply) => admit(deps, limiter, request, reply))
    for (const operation of OPERATIONS) await api.register(operation(deps))
  })
  const document = openApiDocument(described, readExamples(), deps.config.browser.version)
  app.decorate('openApi', document)
  await publishOpenApi(app, document)
  await servePortals(app, deps)
  return app
}

function setHeadersOfEvery(deps: Pick<AppDeps, 'config'>, request: Pick<FastifyRequest, 'id'>, reply: FastifyReply): void {
  reply.headers(SECURE_HEADERS)
  reply.header('x-request-id', request.id)
  if (deps.config.cookie === 'host') reply.header('strict-transport-security', HSTS)
}

/** Everything that is decided by headers: who asks, whether the role may, whether the request comes from our page, and its key. */
async function admit(deps: AppDeps, limiter: RateLimiter, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('cache-control', 'no-store')
  const operation = request.routeOptions.config as OperationConfig
  const unsafe = !SAFE_METHODS.has(request.method)
  let proved = false
  let mustEnrol = false

  if (operation.permission !== 'public') {
    const asks = await whoAsks(deps.db, deps.config.cookie, request.headers)
    request.actor = asks.actor
    request.sessionToken = asks.sessionToken
    proved = asks.proved
    mustEnrol = asks.must_enrol && !isOwnAccount(operation.permission)
    if (request.actor === null) throw new ProblemError('not_signed_in')
  }
  // Before the permission: a refusal costs an audit row, and a flood of them is a flood too.
  await keepRate(deps, limiter, request, operation)
  if (request.actor !== null && operation.permission !== 'public') {
    if (!mayAct(request.actor, operation.permission)) return refuse(deps, request, operation, 'not_found')
  }
  if (request.actor?.scopes !== undefined) {
    // No browser sends a key by itself, so nothing can be forged with it and no CSRF token is needed; but a page that holds one has given it away.
    if (isFromPage(request.headers)) return refuse(deps, request, operation, 'key_in_page')
    if (unsafe && operation.idempotent) request.idempotencyKey = idempotencyKey(request)
  } else if (unsafe) {
    const headers = { secFetchSite: oneHeader(request, 'sec-fetch-site'), origin: oneHeader(request, 'origin') }
    if (!isSameOrigin(headers, deps.config.allowedOrigins)) return refuse(deps, request, operation, 'cross_site_request')
    if (operation.permission !== 'public') {
      if (!isCsrfTokenOf(request.sessionToken!, oneHeader(request, 'x-csrf-token'))) return refuse(deps, request, operation, 'csrf_token_invalid')
      if (operation.idempotent) request.idempotencyKey = idempotencyKey(request)
    }
  }
  if (mustEnrol) return refuse(deps, request, operation, 'second_factor_required')
  // Last of the refusals: only our own page, with a role that may, is asked to prove itself again.
  if (operation.stepUp && !proved) return refuse(deps, request, operation, 'step_up_required')
  for (const [name, value] of Object.entries(request.query as Record<string, unknown>)) {
    if (Array.isArray(value)) throw new ProblemError('duplicate_query', { field: `/${name}` })
  }
}

/** Takes the request from the buckets of who asks. 429 leaves no audit row, as no other answer of a server that is asked too much does. */
async function keepRate(deps: AppDeps, limiter: RateLimiter, request: FastifyRequest, { rateClass, permission }: OperationConfig): Promise<void> {
  const may = permission === 'public' || request.actor === null || mayAct(request.actor, permission)
  const buckets = bucketsOf(deps.rateLimits, rateClass, request.actor, request.ip, may)
  if (buckets.length === 0) return
  const { wait_ms } = await limiter.take(buckets)
  if (wait_ms > 0) throw new ProblemError('rate_limited', { retry_after_s: Math.ceil(wait_ms / 1000) })
}

/** A refused change is answered only after its audit row is written. */
async function refuse(deps: AppDeps, request: FastifyRequest, operation: OperationConfig, code: ErrorCode): Promise<never> {
  if (request.actor !== null && operation.audit !== null) await recordDenial(deps.db, request.actor, { action: operation.audit, code, request_id: request.id })
  throw new ProblemError(code)
}

/** A header that a client sent once; sent twice it is joined by Node and matches nothing. */
function oneHeader(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}

function idempotencyKey(request: FastifyRequest): string {
  const key = oneHeader(request, 'idempotency-key')
  if (key === undefined) throw new ProblemError('idempotency_key_required')
  if (!IDEMPOTENCY_KEY.test(key)) throw new ProblemError('idempotency_key_invalid')
  return key
}

/** What a key service that throttles or restarts takes. */
const KEYS_RETRY_AFTER_S = 5

/** What a store of files that is away takes to come back. */
const STORE_RETRY_AFTER_S = 10

const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body_required',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  if (error instanceof ProblemError) {
    if (PROBLEMS[error.code].status >= 500) request.log.error({ err: error.cause ?? error, request_id: request.id }, error.code)
    return sendProblem(reply, error.code, error.extra)
  }
  if (error instanceof KeysUnavailable || error instanceof SealRefused) {
    request.log.error({ err: error, request_id: request.id }, error.code)
    return sendProblem(reply, error.code, error instanceof KeysUnavailable ? { retry_after_s: KEYS_RETRY_AFTER_S } : {})
  }
  if (error instanceof StoreUnavailable) {
    request.log.error({ err: error, request_id: request.id }, error.code)
    return sendProblem(reply, error.code, { retry_after_s: STORE_RETRY_AFTER_S })
  }
  if (error.validation !== undefined) {
    const problem = schemaProblem(error.validation, error.validationContext, request.body)
    return sendProblem(reply, problem.code, problem.extra)
  }
  const known = FASTIFY_CODES[error.code]
  if (known !== undefined) return sendProblem(reply, known)
  if (typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500) return sendProblem(reply, error.statusCode === 404 ? 'not_found' : 'bad_request')
  request.log.error({ err: error, request_id: request.id }, 'internal')
  const outage = outageOf(error)
  if (outage !== null) return sendProblem(reply, outage, { retry_after_s: 1 })
  sendProblem(reply, 'internal')
}

/** Answers with a problem; the body depends on code and field alone. */
export function sendProblem(reply: FastifyReply, code: ErrorCode, extra: ProblemExtra = {}): void {
  const body = problemBody(code, extra)
  if (body.retry_after_s !== undefined) reply.header('retry-after', String(body.retry_after_s))
  reply.code(body.status).header('cache-control', 'no-store').type('application/problem+json; charset=utf-8').serializer(JSON.stringify).send(body)
}

/** In tests every answer must be what the operation's schema says; a field too many is a failure, not a surprise for a client. */
function checkAnswersOf(route: { preSerialization?: unknown }, operation: OperationRecord): void {
  const validators = new Map(operation.answers.map(([status, schema]) => [status, schemaCompiler()({ schema, httpPart: 'body', method: operation.method, url: operation.url } as never)]))
  route.preSerialization = async (_request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    if (reply.getHeader('content-type')?.toString().startsWith('application/problem+json') === true) return payload
    const validate = validators.get(reply.statusCode)
    if (validate === undefined) throw new Error(`${operation.operationId} answered ${reply.statusCode}, which its schema does not name`)
    const outcome = (validate as (value: unknown) => { error?: { validation: unknown } })(JSON.parse(JSON.stringify(payload)))
    if (outcome.error !== undefined) throw new Error(`${operation.operationId} answered ${JSON.stringify(outcome.error.validation)}`)
    return payload
  }
}
