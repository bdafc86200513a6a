// Guarantee: clock, chance and environment come in as arguments, and no amount goes through a float by accident.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import ts from 'typescript'
import { ALLOWED } from './allowed-calls.ts'
import { isTestCode, parse, sourceFiles, walk } from './sources.ts'

/** Rooms that run in production. Tools, benches and tests may look at the wall clock. */
const RULED = ['apps/', 'packages/', 'services/']
/** Rooms where the environment too comes in as an argument: what starts a server hands it over, once. */
const STARTED = ['tools/', 'bench/']
/** Checks the engine and runs nowhere else. */
const ORACLE = 'services/orchestrator/oracle/'
/** Rooms where a number may be money. */
const MONEY = ['packages/', 'services/', 'apps/control-api/']
/** A word for money anywhere in what is converted. Days, counts and versions are not money. */
const MONEY_WORD = /amount|fee|price|(?<!ope)rate|mid\b|mids|sent|received|spread|slippage|cost|budget|balance|money|decimal/i

const isPropertyCall = (node: ts.Node, object: string, name: string): boolean =>
  ts.isPropertyAccessExpression(node) && node.name.text === name && node.expression.getText() === object

/** The rule a node breaks, or null. */
function broken(node: ts.Node, money: boolean): string | null {
  if (isPropertyCall(node, 'Math', 'random')) return 'Math.random'
  if (isPropertyCall(node, 'Date', 'now')) return 'Date.now'
  if (isPropertyCall(node, 'process', 'env')) return 'process.env'
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0) return 'new Date()'
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()'
  if (!money) return null
  if (ts.isCallExpression(node) && ['parseFloat', 'Number.parseFloat'].includes(node.expression.getText())) return 'parseFloat'
  if (ts.isCallExpression(node) && node.expression.getText() === 'Number' && MONEY_WORD.test(node.arguments.map((argument) => argument.getText()).join())) return node.getText()
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.PlusToken && MONEY_WORD.test(node.operand.getText())) return node.getText()
  return null
}

/** Every broken rule as `file: rule`, with how often it stands there. */
function findings(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const file of sourceFiles()) {
    const started = STARTED.some((prefix) => file.startsWith(prefix))
    if (isTestCode(file) || !(started || RULED.some((prefix) => file.startsWith(prefix))) || file.startsWith(ORACLE)) continue
    const money = MONEY.some((prefix) => file.startsWith(prefix))
    walk(parse(file), (node) => {
      const rule = broken(node, money)
      if (rule !== null && (!started || rule === 'process.env')) counts.set(`${file}: ${rule}`, (counts.get(`${file}: ${rule}`) ?? 0) + 1)
    })
  }
  return counts
}

test('a banned call stands only where the allow-list names it, and the list only shrinks', () => {
  const found = Object.fromEntries([...findings()].sort(([a], [b]) => (a < b ? -1 : 1)))
  const allowed = Object.fromEntries(Object.entries(ALLOWED).map(([where, { times }]) => [where, times]))
  assert.deepEqual(found, Object.fromEntries(Object.entries(allowed).sort(([a], [b]) => (a < b ? -1 : 1))))
})

test('the rules see what they ban', () => {
  const seen = (text: string): string[] => {
    const rules: string[] = []
    walk(ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true), (node) => {
      const rule = broken(node, true)
      if (rule !== null) rules.push(rule)
    })
    return rules
  }
  assert.deepEqual(seen('Math.random(); Date.now(); new Date(); new Date; process.env["A"]; parseFloat(x); Number(row.amount); +fee.typical'),
    ['Math.random', 'Date.now', 'new Date()', 'new Date()', 'process.env', 'parseFloat', 'Number(row.amount)', '+fee.typical'])
  assert.deepEqual(seen('new Date(clock); Number(days); "Math.random()"; // Date.now()\n Number(version)'), [])
})
