/**
 * JSON as FlowClaw reads it from outside: bodies of requests, files of an import. JSON.parse keeps the last of two equal keys, rounds 2^53+1 and builds a `__proto__`, so that two
 * programs can read one body differently; here each of these is an error that names the place.
 */
import { err, ok, type Result } from './result.ts'
import type { ErrorCode } from './error-codes.ts'

export type JsonFault = { readonly code: ErrorCode; readonly field: string }

const DEPTH_MAX = 12
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
/** One way to write each number: 1.0, 1e2 and -0 are other texts for a number, and 1.00000000000000000001 is no whole one. */
const INTEGER = /^(?:0|-?[1-9][0-9]*)$/
const PLAIN_STRING = /"[^"\\\u0000-\u001f]*"/y
const ANY_STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

class Fault extends Error {
  readonly fault: JsonFault
  constructor(code: ErrorCode, field: string) {
    super(code)
    this.fault = { code, field }
  }
}

/** One key as a part of a JSON pointer (RFC 6901). */
export const pointerPart = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`

/** The value of a JSON text, or the first fault with its JSON pointer. */
export function parseStrictJson(text: string): Result<unknown, JsonFault> {
  const reader = { text, at: 0 }
  try {
    skipSpace(reader)
    const value = readValue(reader, '', 0)
    skipSpace(reader)
    return reader.at === text.length ? ok(value) : err({ code: 'malformed_json', field: '' })
  } catch (error) {
    if (error instanceof Fault) return err(error.fault)
    throw error
  }
}

type Reader = { readonly text: string; at: number }

function skipSpace(reader: Reader): void {
  for (;;) {
    const code = reader.text.charCodeAt(reader.at)
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
    reader.at++
  }
}

function readValue(reader: Reader, pointer: string, depth: number): unknown {
  if (depth > DEPTH_MAX) throw new Fault('too_deep', pointer)
  switch (reader.text[reader.at]) {
    case '{': return readObject(reader, pointer, depth)
    case '[': return readArray(reader, pointer, depth)
    case '"': return readString(reader, pointer)
    case 't': return readWord(reader, 'true', true, pointer)
    case 'f': return readWord(reader, 'false', false, pointer)
    case 'n': return readWord(reader, 'null', null, pointer)
    default: return readNumber(reader, pointer)
  }
}

function readWord<T>(reader: Reader, word: string, value: T, pointer: string): T {
  if (!reader.text.startsWith(word, reader.at)) throw new Fault('malformed_json', pointer)
  reader.at += word.length
  return value
}

function match(reader: Reader, pattern: RegExp): string | null {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)
  if (!found) return null
  reader.at = pattern.lastIndex
  return found[0]
}

function readString(reader: Reader, pointer: string): string {
  const plain = match(reader, PLAIN_STRING)
  const value = plain !== null ? plain.slice(1, -1) : readEscapedString(reader, pointer)
  // A lone surrogate has no UTF-8 form and U+0000 has no place in a PostgreSQL text: neither could be stored as it was sent.
  if (!value.isWellFormed() || value.includes('\u0000')) throw new Fault('malformed_json', pointer)
  return value
}

function readEscapedString(reader: Reader, pointer: string): string {
  const token = match(reader, ANY_STRING)
  if (token === null) throw new Fault('malformed_json', pointer)
  return JSON.parse(token) as string
}

function readNumber(reader: Reader, pointer: string): number {
  const token = match(reader, NUMBER)
  if (token === null) throw new Fault('malformed_json', pointer)
  const value = INTEGER.test(token) ? Number(token) : Number.NaN
  // Amounts travel as strings; a number here is a count or a version, so a fraction or a rounded one is a mistake worth naming.
  if (!Number.isSafeInteger(value)) throw new Fault('unsafe_number', pointer)
  return value
}

function readArray(reader: Reader, pointer: string, depth: number): unknown[] {
  const items: unknown[] = []
  reader.at++
  skipSpace(reader)
  if (reader.text[reader.at] === ']') return closeWith(reader, items)
  for (;;) {
    skipSpace(reader)
    items.push(readValue(reader, `${pointer}/${items.length}`, depth + 1))
    skipSpace(reader)
    const next = reader.text[reader.at]
    if (next === ']') return closeWith(reader, items)
    if (next !== ',') throw new Fault('malformed_json', pointer)
    reader.at++
  }
}

function readObject(reader: Reader, pointer: string, depth: number): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  reader.at++
  skipSpace(reader)
  if (reader.text[reader.at] === '}') return closeWith(reader, record)
  for (;;) {
    skipSpace(reader)
    if (reader.text[reader.at] !== '"') throw new Fault('malformed_json', pointer)
    const key = readString(reader, pointer)
    const field = pointer + pointerPart(key)
    if (FORBIDDEN_KEYS.has(key)) throw new Fault('forbidden_field', field)
    if (Object.hasOwn(record, key)) throw new Fault('duplicate_field', field)
    skipSpace(reader)
    if (reader.text[reader.at] !== ':') throw new Fault('malformed_json', field)
    reader.at++
    skipSpace(reader)
    record[key] = readValue(reader, field, depth + 1)
    skipSpace(reader)
    const next = reader.text[reader.at]
    if (next === '}') return closeWith(reader, record)
    if (next !== ',') throw new Fault('malformed_json', pointer)
    reader.at++
  }
}

function closeWith<T>(reader: Reader, value: T): T {
  reader.at++
  return value
}
