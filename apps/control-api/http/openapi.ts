/**
 * /openapi.json and /docs. The document is made from the same records that the hooks work from, and its examples are answers that a
 * test recorded, so that neither can say something that the server does not do.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, RouteOptions } from 'fastify'
import * as apiKeys from '#contracts/api/api-keys.ts'
import * as artifacts from '#contracts/api/artifacts.ts'
import * as audit from '#contracts/api/audit.ts'
import * as common from '#contracts/api/common.ts'
import * as marketData from '#contracts/api/market-data.ts'
import * as portal from '#contracts/api/portal.ts'
import * as reference from '#contracts/api/reference.ts'
import * as sessions from '#contracts/api/route-sessions.ts'
import * as suppliers from '#contracts/api/suppliers.ts'
import * as routing from '#contracts/routing.ts'
import { PROGRAM_PERMISSIONS } from '#platform/roles/index.ts'
import { DOCS_CSP } from './secure-headers.ts'
import type { OperationRecord } from './operation.ts'

export type Example = {
  readonly operationId: string
  readonly name: string
  readonly summary: string
  readonly request: { readonly path: string; readonly body?: unknown }
  readonly answer: { readonly status: number; readonly body?: unknown }
}

export type OperationWithSchema = { readonly record: OperationRecord; readonly schema: NonNullable<RouteOptions['schema']> & { summary?: string; description?: string; tags?: readonly string[] } }

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const EXAMPLES_DIR = join(import.meta.dirname, '..', 'examples')

/** The recorded examples, in a fixed order. */
export function readExamples(dir: string = EXAMPLES_DIR): Example[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir).filter((file) => file.endsWith('.json')).sort().map((file) => JSON.parse(readFileSync(join(dir, file), 'utf8')) as Example)
}

/** The OpenAPI 3.1 document of these operations. */
export function openApiDocument(operations: readonly OperationWithSchema[], examples: readonly Example[], version: string): Record<string, Json> {
  const naming = nameSchemas()
  const paths: Record<string, Record<string, Json>> = {}
  for (const { record, schema } of operations) {
    const own = examples.filter((example) => example.operationId === record.operationId)
    const url = record.url.replaceAll(/:([a-z_]+)/g, '{$1}')
    paths[url] = { ...paths[url], [record.method.toLowerCase()]: operationObject(record, schema, own, naming.refer) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'FlowClaw Control API', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Route intelligence for cross-border supplier payments: a payment intent in, a recommended route and its reasons out. It moves no money. '
        + 'Sign in with POST /api/auth/login; every change carries the x-csrf-token of GET /api/portal/session and an Idempotency-Key; a program also sends its Origin. '
        + 'A program with an API key of its own sends `Authorization: Bearer fck_…` instead, with neither cookie nor Origin, and needs no x-csrf-token.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: naming.components(),
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: '__Host-flowclaw', description: 'set by POST /api/auth/login; over plain http on localhost its name is flowclaw' },
        api_key: { type: 'http', scheme: 'bearer', description: 'an API key of POST /api/api-keys, for what its scopes name (x-permission of each operation)' },
      },
    },
  }
}

function operationObject(record: OperationRecord, schema: OperationWithSchema['schema'], examples: readonly Example[], refer: (schema: Json) => Json): Json {
  const answers = (schema.response ?? {}) as Record<string, Json & { description?: string }>
  return {
    operationId: record.operationId,
    summary: schema.summary ?? record.operationId,
    tags: [...(schema.tags ?? ['other'])],
    ...(schema.description === undefined ? {} : { description: schema.description }),
    'x-permission': record.permission,
    'x-audit': record.audit,
    ...(record.stepUp ? { 'x-step-up': true } : {}),
    'x-rate-class': record.rateClass,
    security: record.permission === 'public' ? [] : [{ session: [] }, ...(isForPrograms(record) ? [{ api_key: [] }] : [])],
    parameters: [...parameters(schema.params as Json, 'path', refer), ...parameters(schema.querystring as Json, 'query', refer), ...headerParameters(record)],
    ...(schema.body === undefined ? {} : {
      requestBody: { required: true, content: { [record.upload === undefined ? 'application/json' : 'multipart/form-data']: { schema: refer(plain(schema.body)), ...namedExamples(examples, (example) => example.request.body) } } },
    }),
    responses: Object.fromEntries(Object.entries(answers).map(([status, answer]) => {
      const type = status === 'default' ? 'application/problem+json' : ((answer as { 'x-media-type'?: string })['x-media-type'] ?? 'application/json')
      const own = examples.filter((example) => (status === 'default' ? example.answer.status >= 400 && answers[String(example.answer.status)] === undefined : String(example.answer.status) === status))
      const { 'x-media-type': _dropped, ...body } = plain(answer) as Record<string, Json>
      return [status, {
        description: (answer as { description?: string }).description ?? (status === 'default' ? 'A problem' : 'The answer'),
        ...(status === '204' ? {} : { content: { [type]: { schema: refer(body), ...namedExamples(own, (example) => example.answer.body) } } }),
      }]
    })),
  }
}

function parameters(schema: Json | undefined, where: 'path' | 'query', refer: (schema: Json) => Json): Json[] {
  if (schema === undefined || schema === null) return []
  const { properties = {}, required = [] } = schema as unknown as { properties?: Record<string, Json>; required?: string[] }
  return Object.entries(properties).map(([name, value]) => ({ name, in: where, required: where === 'path' || required.includes(name), schema: refer(plain(value)) }))
}

const isForPrograms = (record: OperationRecord): boolean => (PROGRAM_PERMISSIONS as readonly string[]).includes(record.permission)

function headerParameters(record: OperationRecord): Json[] {
  if (record.audit === null || record.permission === 'public') return []
  const header = (name: string, required: boolean, description: string): Json => ({ name, in: 'header', required, description, schema: { type: 'string' } })
  return [
    isForPrograms(record) ? header('x-csrf-token', false, 'with a session: csrf_token of GET /api/portal/session; with an API key: not needed') : header('x-csrf-token', true, 'csrf_token of GET /api/portal/session'),
    ...(record.idempotent ? [header('idempotency-key', true, 'a new random key for every change, the same one when it is repeated')] : []),
  ]
}

function namedExamples(examples: readonly Example[], pick: (example: Example) => unknown): { examples?: Json } {
  const entries = examples.filter((example) => pick(example) !== undefined)
    .map((example) => [example.name, { summary: example.summary, value: pick(example) as Json }] as const)
  return entries.length === 0 ? {} : { examples: Object.fromEntries(entries) }
}

/** A schema as plain JSON; a TypeBox record is written as the additionalProperties that generators know. */
function plain(schema: unknown): Json {
  return JSON.parse(JSON.stringify(schema), (_key, value: Json) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
    const { patternProperties, ...rest } = value
    return patternProperties === undefined ? value : { ...rest, additionalProperties: Object.values(patternProperties as Record<string, Json>)[0]! }
  }) as Json
}

/** Schemas that contracts export stand in the document once, under their own names. */
function nameSchemas(): { refer: (schema: Json) => Json; components: () => Json } {
  const named = new Map<string, string>()
  const sources = new Map<string, Json>()
  for (const [name, schema] of Object.entries({ ...common, ...routing, ...reference, ...suppliers, ...portal, ...sessions, ...audit, ...apiKeys, ...marketData, ...artifacts })) {
    if (typeof schema !== 'object' || schema === null || (schema as { type?: unknown }).type !== 'object') continue
    const json = plain(schema)
    const text = JSON.stringify(json)
    if (named.has(text)) continue
    named.set(text, name)
    sources.set(name, json)
  }
  const inside = (schema: Json): Json => {
    if (Array.isArray(schema)) return schema.map(refer)
    if (schema === null || typeof schema !== 'object') return schema
    return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, refer(value)]))
  }
  function refer(schema: Json): Json {
    if (schema === null || typeof schema !== 'object' || Array.isArray(schema)) return inside(schema)
    const { description: _ignored, ...bare } = schema
    const name = named.get(JSON.stringify(schema)) ?? named.get(JSON.stringify(bare))
    return name === undefined ? inside(schema) : { $ref: `#/components/schemas/${name}` }
  }
  return { refer, components: () => Object.fromEntries([...sources].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, schema]) => [name, inside(schema)])) }
}

/** Serves the document and its reader. */
export async function publishOpenApi(app: FastifyInstance, document: Record<string, Json>): Promise<void> {
  const text = JSON.stringify(document)
  app.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').header('cache-control', 'no-cache').send(text))
  await app.register(swagger, { mode: 'static', specification: { document: document as never } })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: DOCS_CSP, uiConfig: { docExpansion: 'list', deepLinking: false, url: '/openapi.json' }, theme: { title: 'FlowClaw Control API' } })
}
