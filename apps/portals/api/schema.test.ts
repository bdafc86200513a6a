import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const ROOT = join(import.meta.dirname, '../../..')

// Guarantee: the portals are type-checked against the API as it is, not as it was.
test('the client types are what openapi-typescript makes of openapi.json (npm run codegen writes them)', () => {
  const made = execFileSync(process.execPath, [join(ROOT, 'node_modules/openapi-typescript/bin/cli.js'), 'apps/control-api/openapi.json'], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  assert.equal(readFileSync(join(import.meta.dirname, 'schema.d.ts'), 'utf8').trim(), made.trim())
})
