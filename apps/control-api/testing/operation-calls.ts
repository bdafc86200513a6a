/**
 * Calls of every operation, made from its own schema and its recorded example, so that a test which tries something on all of them tries it on
 * an operation that is added tomorrow too.
 */
import { randomUUID } from 'node:crypto'
import { ROLES, type Role } from '#contracts/roles.ts'
import { may } from '#platform/roles/index.ts'
import { readExamples } from '#api/http/openapi.ts'
import type { OperationRecord } from '#api/http/operation.ts'
import { pointerPart } from '#api/http/strict-json.ts'
import { routeBody, type World } from './world.ts'

export type Schema = {
  readonly $ref?: string; readonly type?: string | readonly string[]; readonly enum?: readonly unknown[]; readonly const?: unknown; readonly pattern?: string
  readonly anyOf?: readonly Schema[]; readonly oneOf?: readonly Schema[]; readonly properties?: Readonly<Record<string, Schema>>; readonly required?: readonly string[]
  readonly items?: Schema; readonly minItems?: number; readonly minimum?: number; readonly maxLength?: number; readonly additionalProperties?: unknown; readonly 'x-note'?: boolean
}
export type Path = readonly (string | number)[]
/** One place of a body: where it is, by which name, and what its schema says. */
export type Field = { readonly path: Path; readonly pointer: string; readonly name: string; readonly schema: Schema; readonly required: boolean }
export type OperationCall = {
  readonly operation: OperationRecord
  /** who holds the permission; empty for a public operation */
  readonly roles: readonly Role[]
  /** null where the operation takes no body */
  readonly body: { readonly schema: Schema; readonly sample: unknown; readonly fields: readonly Field[] } | null
  /** the names of its query parameters */
  readonly query: readonly string[]
}

const MISSING = '99999999-0000-4000-8000-000000000009'

/** Every operation of the app with a body that its schema takes. */
export function callsOf(world: World): OperationCall[] {
  const document = world.app.openApi as unknown as Document
  const examples = readExamples()
  return world.app.operations.map((operation) => {
    const described = document.paths[operation.url.replaceAll(/:([a-z_]+)/g, '{$1}')]![operation.method.toLowerCase()]!
    const schema = described.requestBody === undefined ? null : whole(document, described.requestBody.content['application/json'].schema)
    const own = examples.filter((example) => example.operationId === operation.operationId && example.request.body !== undefined)
    const example = own.find(({ answer }) => answer.status < 400) ?? own[0]
    const sample = schema === null ? null : (example?.request.body ?? sampleOf(schema, operation.operationId))
    return {
      operation, roles: operation.permission === 'public' ? [] : ROLES.filter((role) => may(role, operation.permission as never)),
      body: schema === null ? null : { schema, sample, fields: fieldsOf(schema) },
      query: (described.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name),
    }
  })
}

type Document = {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
  readonly paths: Readonly<Record<string, Readonly<Record<string, {
    readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
    readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  }>>>>
}

/** The schema with every reference followed. Bodies do not contain themselves. */
function whole(document: Document, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1)
  if (name !== undefined) return whole(document, document.components.schemas[name]!)
  const each = (schemas: readonly Schema[] | undefined) => schemas?.map((one) => whole(document, one))
  return JSON.parse(JSON.stringify({
    ...schema, anyOf: each(schema.anyOf), oneOf: each(schema.oneOf), ...(schema.items === undefined ? {} : { items: whole(document, schema.items) }),
    properties: schema.properties === undefined ? undefined : Object.fromEntries(Object.entries(schema.properties).map(([key, value]) => [key, whole(document, value)])),
  })) as Schema
}

/** The schema of the value where null is one choice. */
const chosen = (schema: Schema): Schema => (schema.anyOf ?? schema.oneOf)?.find(({ type }) => type !== 'null') ?? schema

/** A small value that the schema takes: only what is required. Throws where only an example can know one. */
function sampleOf(schema: Schema, operationId: string): unknown {
  const one = chosen(schema)
  if (one !== schema) return sampleOf(one, operationId)
  if (one.const !== undefined) return one.const
  if (one.enum !== undefined) return one.enum[0]
  const type = typeof one.type === 'string' ? one.type : one.type?.[0]
  switch (type) {
    case 'object': return Object.fromEntries((one.required ?? []).map((name) => [name, sampleOf(one.properties![name]!, operationId)]))
    case 'array': return Array.from({ length: one.minItems ?? 0 }, () => sampleOf(one.items!, operationId))
    case 'integer': return one.minimum ?? 1
    case 'boolean': return true
    case 'string': {
      const text = [MISSING, '2026-10-01T09:00:00+01:00', 'a plain text of words', '1'].find((candidate) => one.pattern === undefined ? candidate.startsWith('a ') : new RegExp(one.pattern, 'u').test(candidate))
      if (text !== undefined) return text
    }
  }
  throw new Error(`${operationId}: record an example, from which its body can be made`)
}

/** Every place of a body, the outermost first; of a list its first item. */
function fieldsOf(schema: Schema, path: Path = []): Field[] {
  const one = chosen(schema)
  if (one.items !== undefined) return fieldsOf(one.items, [...path, 0])
  return Object.entries(one.properties ?? {}).flatMap(([name, inner]) => {
    const at = [...path, name]
    return [{ path: at, name, schema: chosen(inner), pointer: at.map((part) => pointerPart(String(part))).join(''), required: one.required?.includes(name) ?? false }, ...fieldsOf(inner, at)]
  })
}

/** A copy of the body with another value at this place; what is on the way there is made. */
export function withValue(body: unknown, path: Path, value: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value
  if (typeof first === 'number') {
    const list: unknown[] = Array.isArray(body) ? [...(body as unknown[])] : []
    list[first] = withValue(list[first], rest, value)
    return list
  }
  const record = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  return { ...record, [first]: withValue(record[first], rest, value) }
}

/** Things of the first company that the paths may name. */
export type Things = { readonly session_id: string; readonly candidate_id: string; readonly version: number }

/** A fresh route session of the first company's own merchant. */
export async function makeThings(world: World): Promise<Things> {
  const desk = await world.as(world.a, 'desk_operator')
  const made = await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))
  if (made.status !== 201) throw new Error(made.text)
  return { session_id: made.json.id, candidate_id: made.json.recommended.id, version: made.json.version }
}

/** The operation's address with things that exist where its noun has them, and with a missing one elsewhere. */
export function urlOf(world: World, { url, operationId }: OperationRecord, things: Things): string {
  const example = readExamples().find((one) => one.operationId === operationId)?.request.path.split('?')[0]!.split('/')
  const parts = url.split('/')
  return parts.map((part, i) => {
    if (!part.startsWith(':')) return part
    if (part === ':candidate_id') return things.candidate_id
    if (parts[i - 1] === 'route-sessions') return things.session_id
    if (parts[i - 1] === 'suppliers') return world.a.suppliers.own
    const named = example?.[i]
    return named === undefined || /^[0-9a-f]{8}-/.test(named) ? MISSING : named
  }).join('/')
}

/** The body as the operation would take it now: an invoice number that nobody used, the version that the session has. */
export function freshBody({ body }: OperationCall, things: Things): unknown {
  return body!.fields.reduce((now, { path, name, pointer }) => (pointer === '/invoice/number' ? withValue(now, path, `PI-${randomUUID().slice(0, 8)}`)
    : name === 'version' && path.length === 1 ? withValue(now, path, things.version) : now), body!.sample)
}
