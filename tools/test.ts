/**
 * npm test: type checks, then every *.test.ts that needs nothing but this repository. `--server` runs the ones that need installed
 * servers instead, `--e2e` the ones that need a browser, and any other argument narrows by a part of the path:
 *   npm test -- packages/policy
 */
import { spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startTestServer } from './testing/database.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const ROOMS = '{apps,packages,services,policies,tools,bench}/**/*.test.ts'
// Two test files at a time: the machines this must pass on have two cores, and some tests measure time.
const CONCURRENCY = 2
const TEST_TIMEOUT_MS = 300_000
// Code that runs inside a page knows the DOM; the server's must not.
const TYPE_PROJECTS = ['.', 'apps/portals', 'apps/portals/e2e']

type Kind = 'plain' | 'server' | 'e2e'

/** The kind a file name says it is: x.test.ts, x.server.test.ts or x.e2e.test.ts. */
export const kindOf = (file: string): Kind =>
  file.endsWith('.server.test.ts') ? 'server' : file.endsWith('.e2e.test.ts') ? 'e2e' : 'plain'

/** Test files of a kind, sorted, narrowed to those whose path holds one of the words. */
export function testFiles(kind: Kind, words: readonly string[] = []): string[] {
  return globSync(ROOMS, { cwd: ROOT, exclude: (name) => /(^|[/\\])(node_modules|dist)$/.test(String(name)) })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => kindOf(file) === kind && (words.length === 0 || words.some((word) => file.includes(word))))
    .sort()
}

/** Runs Node and answers whether it ended well. */
function node(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  return new Promise((resolve, reject) => {
    spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env }).on('error', reject).on('exit', (code) => resolve(code === 0))
  })
}

async function typecheck(): Promise<boolean> {
  let clean = true
  for (const project of TYPE_PROJECTS.filter((name) => existsSync(`${ROOT}${name}/tsconfig.json`))) {
    console.log(`types: ${project === '.' ? 'server, packages, tools' : project}`)
    clean = await node(['node_modules/typescript/bin/tsc', '--noEmit', '-p', project]) && clean
  }
  return clean
}

async function runTests(kind: Kind, files: readonly string[]): Promise<boolean> {
  const args = ['--test', `--test-concurrency=${kind === 'e2e' ? 1 : CONCURRENCY}`, `--test-timeout=${TEST_TIMEOUT_MS}`, ...files]
  // One PostgreSQL for all files, each with a database of its own on it; CI names an installed server instead.
  if (kind !== 'plain' || process.env['FLOWCLAW_TEST_SERVER']) return node(args)
  const server = await startTestServer()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.stop().finally(() => process.exit(1)))
  try {
    return await node(args, { ...process.env, FLOWCLAW_TEST_SERVER: server.url })
  } finally {
    await server.stop()
  }
}

if (import.meta.main) {
  const args = process.argv.slice(2)
  const kind: Kind = args.includes('--server') ? 'server' : args.includes('--e2e') ? 'e2e' : 'plain'
  const words = args.filter((arg) => !arg.startsWith('--'))
  const files = testFiles(kind, words)
  if (files.length === 0) {
    console.error(`No ${kind} test matches ${words.join(' ')}.`)
    process.exit(1)
  }
  // Types are the same whichever tests run, so the plain run answers for them once.
  const typed = kind !== 'plain' || words.length > 0 || await typecheck()
  const passed = await runTests(kind, files)
  if (!typed) console.error('The type check failed; its errors stand above the tests.')
  process.exit(typed && passed ? 0 : 1)
}
