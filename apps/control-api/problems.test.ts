import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { Compile } from 'typebox/compile'
import { ERROR_CODES } from '#contracts/error-codes.ts'
import { Problem } from '#contracts/api/common.ts'
import { problemBody, PROBLEMS } from './problems.ts'

const DOC = new URL('../../docs/errors.md', import.meta.url)

/** docs/errors.md as this table says it; `node apps/control-api/problems.test.ts --record` writes it. */
function documentOf(): string {
  const rows = ERROR_CODES.map((code) => `| \`${code}\` | ${PROBLEMS[code].status} | ${PROBLEMS[code].title} | ${PROBLEMS[code].detail} |`)
  return [
    '# Errors of the Control API', '',
    'Every answer of 400 or above is `application/problem+json` (RFC 9457): `type` (`urn:flowclaw:problem:` and the code), `title`, `status`, `code`, `detail`, and where one',
    'input is at fault `field`, a JSON pointer into the body or the name of a query parameter. Branch on `code`: it never changes its meaning. `Retry-After` (and',
    '`retry_after_s`) says when another try makes sense. The body depends on code and field alone, so what you may not see answers exactly like what is not there; the id of',
    'the request is in the `x-request-id` header.', '',
    'This page is written from `apps/control-api/problems.ts` by `node apps/control-api/problems.test.ts --record`, and a test fails when they part.', '',
    '| code | status | title | detail |', '|---|---|---|---|', ...rows, '',
  ].join('\n')
}

if (process.argv.includes('--record')) writeFileSync(DOC, documentOf())

// Guarantee: what the page says about an error is what the server answers.
test('docs/errors.md is the table', () => {
  assert.equal(readFileSync(DOC, 'utf8'), documentOf())
})

// Guarantee: every problem is a valid one, and no public sentence names anything of the inside.
test('every code has a public problem', () => {
  const check = Compile(Problem)
  for (const code of ERROR_CODES) {
    assert.ok(check.Check(problemBody(code)), code)
    assert.ok(PROBLEMS[code].status >= 400 && PROBLEMS[code].status < 600, code)
    assert.doesNotMatch(`${PROBLEMS[code].title} ${PROBLEMS[code].detail}`, /postgres|sql|stack|kysely|fastify|opa\b|rego|node_modules|\.ts\b/i, code)
  }
})
