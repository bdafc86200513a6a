import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFileSync } from 'node:fs'
import { scopeWords } from './scopes.ts'

const apiDocument = JSON.parse(readFileSync(new URL('../../../control-api/openapi.json', import.meta.url), 'utf8')) as { paths: Record<string, Record<string, unknown>> }

// Guarantee: no scope that a program can be given is shown as a code.
test('every scope has words', () => {
  const operations = Object.values(apiDocument.paths).flatMap((methods) => Object.values(methods) as { security: object[]; 'x-permission': string }[])
  const scopes = new Set(operations.filter(({ security }) => security.some((one) => 'api_key' in one)).map((operation) => operation['x-permission']))
  assert.ok(scopes.size >= 12)
  for (const scope of scopes) assert.notEqual(scopeWords(scope), scope)
})
