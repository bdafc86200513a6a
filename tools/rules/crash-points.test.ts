// Guarantee: every wait of a write has its named crash point, every name is reached, and a transaction is opened for writing nowhere else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import ts from 'typescript'
import { CRASH_POINTS } from '#database/crash-points.ts'
import { isTestCode, parse, sourceFiles, walk } from './sources.ts'

/** Waits after which a death loses nothing that was begun: nothing is sent yet, or all of it was rolled back. */
const HARMLESS = ['db.pool.connect()', 'abandon(client)', 'recordDenial(', 'appendAlone(']

type Mark = { readonly at: number; readonly kind: 'wait' | 'point'; readonly text: string }

const isReach = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'reach'

/** The waits of a function that no crash point follows before the next wait. */
function unnamedWaits(body: ts.Node): string[] {
  const marks: Mark[] = []
  walk(body, (node) => {
    if (isReach(node)) marks.push({ at: node.getStart(), kind: 'point', text: node.getText() })
    else if (ts.isAwaitExpression(node) && !HARMLESS.some((harmless) => node.expression.getText().startsWith(harmless))) marks.push({ at: node.getEnd(), kind: 'wait', text: node.getText() })
  })
  marks.sort((a, b) => a.at - b.at)
  return marks.flatMap((mark, i) => (mark.kind === 'wait' && marks[i + 1]?.kind !== 'point' ? [mark.text] : []))
}

/** Functions of a file that open a transaction which may write. */
function writers(tree: ts.SourceFile): { readonly name: string; readonly body: ts.Node }[] {
  const found: { name: string; body: ts.Node }[] = []
  walk(tree, (node) => {
    if (!ts.isFunctionDeclaration(node) || node.body === undefined) return
    let writes = false
    walk(node.body, (inner) => { if (ts.isCallExpression(inner) && inner.expression.getText() === 'begin' && inner.arguments.some((argument) => argument.getText() === "'read write'")) writes = true })
    if (writes) found.push({ name: node.name?.text ?? '', body: node.body })
  })
  return found
}

const product = sourceFiles().filter((file) => !isTestCode(file) && (file.startsWith('packages/') || file.startsWith('services/') || file.startsWith('apps/control-api/')))

test('every wait of a write is followed by its crash point', () => {
  const found = writers(parse('packages/database/transactions.ts'))
  assert.deepEqual(found.map(({ name }) => name).sort(), ['recording', 'withTenantWrite'])
  for (const { name, body } of found) assert.deepEqual(unnamedWaits(body), [], name)
})

test('the rule sees a wait without a point', () => {
  const tree = ts.createSourceFile('x.ts', "async function f() { await a(); db.reach?.('x'); await b(); await c(); db.reach?.('y') }", ts.ScriptTarget.Latest, true)
  assert.deepEqual(unnamedWaits(tree), ['await b()'])
})

test('every crash point is reached somewhere, and nothing reaches another name', () => {
  const reached = new Set<string>()
  for (const file of product) walk(parse(file), (node) => { if (isReach(node)) reached.add((node.arguments[0] as ts.StringLiteral).text) })
  assert.deepEqual([...reached].sort(), [...CRASH_POINTS].sort())
})

test('begin and commit are sent by transactions.ts alone', () => {
  /** Migrations and tenants are made by the owner, before or beside the server. */
  const owners = new Set(['packages/database/migrate.ts', 'packages/database/provision.ts'])
  const wrong: string[] = []
  for (const file of product) {
    if (file === 'packages/database/transactions.ts' || owners.has(file)) continue
    walk(parse(file), (node) => {
      if (ts.isStringLiteralLike(node) && /^(begin|start transaction|commit|savepoint)\b/i.test(node.text) && ts.isCallExpression(node.parent)) wrong.push(`${file}: ${node.text}`)
    })
  }
  assert.deepEqual(wrong, [])
})
