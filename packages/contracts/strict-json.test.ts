import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseStrictJson } from './strict-json.ts'

const fault = (text: string) => {
  const result = parseStrictJson(text)
  return result.ok ? null : `${result.error.code} ${result.error.field}`
}

// Guarantee: what JSON.stringify writes of strings, safe integers, booleans, null, arrays and objects is read back unchanged.
test('every plain value is read as JSON.parse reads it', () => {
  const value = fc.letrec((tie) => ({
    leaf: fc.oneof(fc.string({ unit: 'binary' }).filter((s) => s.isWellFormed() && !s.includes('\u0000')), fc.maxSafeInteger().map((n) => n + 0), fc.boolean(), fc.constant(null)),
    node: fc.oneof({ depthSize: 'small', maxDepth: 4 }, tie('leaf'), fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(fc.string({ maxLength: 6 }).filter((k) => !['__proto__', 'constructor', 'prototype'].includes(k)), tie('node'), { maxKeys: 4, noNullPrototype: true })),
  })).node
  fc.assert(fc.property(value, fc.constantFrom(undefined, 2), (input, indent) => {
    const text = JSON.stringify(input, null, indent)
    assert.deepEqual(parseStrictJson(text), { ok: true, value: JSON.parse(text) })
  }), { numRuns: 300 })
})

// Guarantee: a text that JSON.parse refuses is refused.
test('no broken text is repaired', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:0123456789truefalsn -.eE\\u\n'), maxLength: 30 }), (text) => {
    let parses = true
    try { JSON.parse(text) } catch { parses = false }
    if (!parses) assert.equal(parseStrictJson(text).ok, false)
  }), { numRuns: 2000 })
})

test('each ambiguity is refused and its place is named', () => {
  assert.equal(fault('{"a":1,"a":2}'), 'duplicate_field /a')
  assert.equal(fault('{"a":{"b":[{"c":1,"\\u0063":2}]}}'), 'duplicate_field /a/b/0/c')
  assert.equal(fault('{"n":9007199254740993}'), 'unsafe_number /n')
  assert.equal(fault('{"n":1.5}'), 'unsafe_number /n')
  assert.equal(fault('{"n":1e999}'), 'unsafe_number /n')
  for (const token of ['-0', '1.0', '1e2', '1.00000000000000000001']) assert.equal(fault(`{"n":${token}}`), 'unsafe_number /n', token)
  assert.equal(fault('{"__proto__":{}}'), 'forbidden_field /__proto__')
  assert.equal(fault('{"a":{"constructor":1}}'), 'forbidden_field /a/constructor')
  assert.equal(fault('{"a":"\\ud800"}'), 'malformed_json /a')
  assert.equal(fault('{"a/b":"x\\u0000y"}'), 'malformed_json /a~1b')
  assert.equal(fault(`${'['.repeat(20)}${']'.repeat(20)}`)?.split(' ')[0], 'too_deep')
  assert.equal(fault(''), 'malformed_json ')
  assert.equal(fault('{} {}'), 'malformed_json ')
})
