/**
 * Schemas are compiled once, at registration. A body is taken as it is; query and path arrive as text, so there alone "20" may be
 * the number 20. Nothing is removed, defaulted or repaired anywhere.
 */
import { Ajv, type ErrorObject, type SchemaValidateFunction } from 'ajv'
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'
import { isPayable, PAYABLE } from '#contracts/money.ts'
import { isOneLine } from '#contracts/text.ts'
import { ProblemError } from '#api/problems.ts'
import { pointerPart } from '#contracts/strict-json.ts'

const common = { removeAdditional: false, useDefaults: false, allErrors: false, strict: false, validateFormats: false } as const

/** One pair of compilers per app. */
export function schemaCompiler(): FastifySchemaCompiler<Record<string, unknown>> {
  const exact = withPayable(new Ajv({ ...common, coerceTypes: false }))
  const fromText = new Ajv({ ...common, coerceTypes: true })
  return ({ schema, httpPart }) => {
    const validate = (httpPart === 'body' ? exact : fromText).compile(schema)
    const textFault = httpPart === 'body' ? () => null : textFaultOf(schema)
    return (value: unknown) => {
      const fault = textFault(value)
      if (fault !== null) return { error: asError([fault]) }
      return validate(value) ? { value } : { error: asError(validate.errors ?? []) }
    }
  }
}

type Text = Readonly<Record<string, unknown>>
const faultAt = (instancePath: string): ErrorObject => ({ instancePath, schemaPath: '', keyword: 'pattern', params: {} })

/** What no query or path may hold, whatever its own schema says: hidden characters, and a number in another form than its digits. */
function textFaultOf(schema: Record<string, unknown>): (value: unknown) => ErrorObject | null {
  const properties = (schema['properties'] ?? {}) as Record<string, { type?: unknown }>
  return (value) => {
    for (const [name, text] of Object.entries((value ?? {}) as Text)) {
      if (typeof text !== 'string') continue
      const isNumber = Object.hasOwn(properties, name) && properties[name]!.type === 'integer'
      if (!isOneLine(text) || (isNumber && !/^(?:0|-?[1-9][0-9]*)$/.test(text))) return faultAt(pointerPart(name))
    }
    return null
  }
}

/** Teaches Ajv the keyword of contracts/money.ts: an amount that its currency can pay. */
function withPayable(ajv: Ajv): Ajv {
  const check: SchemaValidateFunction = (amount: string, value: Text, _schema, at) => {
    if (typeof value[amount] !== 'string' || typeof value['currency'] !== 'string' || isPayable(value[amount], value['currency'])) return true
    check.errors = [faultAt(`${at?.instancePath ?? ''}${pointerPart(amount)}`)]
    return false
  }
  return ajv.addKeyword({ keyword: PAYABLE, type: 'object', schemaType: 'string', errors: 'full', validate: check })
}

const asError = (errors: ErrorObject[]): Error => Object.assign(new Error('schema'), { validation: errors })

/** The problem for a schema failure: which field, as a JSON pointer, and in which of three ways it is wrong. */
export function schemaProblem(errors: readonly FastifySchemaValidationError[], context: string | undefined, value: unknown): ProblemError {
  const first = errors[0]
  if (context === 'body' && (value === undefined || value === null)) return new ProblemError('body_required')
  if (first === undefined) return new ProblemError('bad_request')
  if (context === 'querystring' && first.instancePath === '/cursor') return new ProblemError('invalid_cursor', { field: '/cursor' })
  const params = first.params as { additionalProperty?: unknown; missingProperty?: unknown }
  if (first.keyword === 'additionalProperties') return new ProblemError('unknown_field', { field: first.instancePath + pointerPart(String(params.additionalProperty)) })
  if (first.keyword === 'required') return new ProblemError('missing_field', { field: first.instancePath + pointerPart(String(params.missingProperty)) })
  return first.instancePath === '' ? new ProblemError('invalid_field') : new ProblemError('invalid_field', { field: first.instancePath })
}
