/**
 * What the schemas say about every operation, beside its call of calls.ts: each place of its body and its query, so that a test which tries
 * something on all of them tries it on an operation that is added tomorrow too.
 */
import type { OperationRecord } from '#api/http/operation.ts'
import { pointerPart } from '#contracts/strict-json.ts'
import { CALLS, NOTHING, type Call, type Thing } from './calls.ts'
import type { World } from './world.ts'

export type Schema = {
  readonly $ref?: string; readonly type?: string | readonly string[]; readonly enum?: readonly unknown[]; readonly const?: unknown; readonly pattern?: string
  readonly anyOf?: readonly Schema[]; readonly oneOf?: readonly Schema[]; readonly properties?: Readonly<Record<string, Schema>>; readonly required?: readonly string[]
  readonly items?: Schema; readonly minItems?: number; readonly minimum?: number; readonly maximum?: number; readonly maxLength?: number; readonly additionalProperties?: unknown; readonly 'x-note'?: boolean
}
export type Path = readonly (string | number)[]
/** One place of a body: where it is, by which name, and what its schema says. */
export type Field = { readonly path: Path; readonly pointer: string; readonly name: string; readonly schema: Schema; readonly required: boolean }
export type OperationCall = {
  readonly operation: OperationRecord
  readonly call: Call
  /** null where the operation takes no body, or a form that carries a file */
  readonly body: { readonly schema: Schema; readonly fields: readonly Field[] } | null
  /** the names of its query parameters */
  readonly query: readonly string[]
}

/** Every operation of the app. */
export function callsOf(world: World): OperationCall[] {
  const document = world.app.openApi as unknown as Document
  return world.app.operations.map((operation) => {
    const described = document.paths[operation.url.replaceAll(/:([a-z_]+)/g, '{$1}')]![operation.method.toLowerCase()]!
    const json = described.requestBody?.content['application/json']
    const schema = json === undefined ? null : whole(document, json.schema)
    return {
      operation, call: CALLS[operation.operationId]!, body: schema === null ? null : { schema, fields: fieldsOf(schema) },
      query: (described.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name),
    }
  })
}

/** What the call acts on, made new: a thing of the first company's own. */
export const thingOf = async (world: World, { call }: OperationCall): Promise<Thing> => (call.thing === undefined ? NOTHING : call.thing(world, world.a, 'own'))
/** The body as the operation takes it from the role it works for. */
export const bodyOf = (world: World, { call }: OperationCall, thing: Thing): unknown => call.body?.(world.a, thing, call.works_for) ?? {}

type Document = {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
  readonly paths: Readonly<Record<string, Readonly<Record<string, {
    readonly requestBody?: { readonly content: { readonly 'application/json'?: { readonly schema: Schema } } }
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
