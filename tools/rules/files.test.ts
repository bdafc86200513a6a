import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { sha256Hex } from '#contracts/canonical-json.ts'
import { importsOf, isTest, isTestCode, mentionsIn, parse, repositoryFiles, resolveImport, ROOT, sourceFiles, walk } from './sources.ts'
import ts from 'typescript'

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const isText = (file: string): boolean => !/\.(png|jpe?g|ico|woff2?|wasm|pdf|gz)$/.test(file)

/** Files that something outside the sources starts: npm scripts, pages, configuration files of tools. */
function entryFiles(): Set<string> {
  const scripts = Object.values((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts).join(' ')
  const pages = globSync('apps/portals/*.html', { cwd: ROOT }).flatMap((page) => [...read(page).matchAll(/src="\/([^"]+\.tsx?)"/g)].map(([, source]) => `apps/portals/${source}`))
  const shell = ['.ci/run', 'tools/fresh-clone.sh'].filter((file) => existsSync(join(ROOT, file))).map(read).join(' ')
  const named = [...`${scripts} ${shell}`.matchAll(/(?:tools|bench|apps|packages|services)\/[\w/.-]+\.ts/g)].map(([file]) => file)
  const configs = sourceFiles().filter((file) => file.endsWith('.config.ts'))
  return new Set([...named, ...pages, ...configs, 'tools/lifeline.ts', 'tools/policy-record.ts'])
}

function reachable(from: Iterable<string>): Set<string> {
  const seen = new Set<string>()
  const queue = [...from]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file) || !existsSync(join(ROOT, file)) || !/\.tsx?$/.test(file)) continue
    seen.add(file)
    for (const { specifier } of importsOf(file)) {
      const target = resolveImport(file, specifier)
      if (target !== null) queue.push(target)
    }
    queue.push(...mentionsIn(file))
  }
  return seen
}

/** Files that only tests use, and may. */
const isSupport = (file: string): boolean => isTestCode(file) || file.startsWith('services/orchestrator/oracle/')

test('no source file is dead: the product, a tool or a test reaches it', () => {
  const files = sourceFiles()
  const alive = reachable([...entryFiles(), ...files.filter(isTest)])
  assert.deepEqual(files.filter((file) => !alive.has(file)), [])
})

test('no product file is kept alive by tests alone', () => {
  const files = sourceFiles().filter((file) => !isSupport(file))
  const alive = reachable(entryFiles())
  assert.deepEqual(files.filter((file) => !alive.has(file)), [])
})

test('no committed file names a path of one machine, a package registry or a private host', () => {
  const banned: readonly (readonly [string, RegExp])[] = [
    ['machine path', /(?<![\w.$}/-])\/(?:work|home\/[a-z]|Users\/[A-Za-z])\/?[\w-]/],
    ['root home', /(?<![\w.$}/-])\/root\//],
    ['temporary path of one machine', /\/tmp\/w\b/],
    ['package registry', /\bregistry\.npm(?:js\.org|mirror\.com)|\bproxy\.golang\.org|\bpypi\.org\/simple/],
  ]
  const self = 'tools/rules/files.test.ts'
  const wrong = repositoryFiles().filter((file) => isText(file) && file !== self).flatMap((file) => {
    const text = read(file)
    return banned.flatMap(([name, pattern]) => {
      const match = pattern.exec(text)
      return match === null ? [] : [`${file}:${text.slice(0, match.index).split('\n').length} ${name}: ${match[0]}`]
    })
  })
  assert.deepEqual(wrong, [])
})

test('a released migration is never edited, and every migration is on the list', () => {
  const listed = JSON.parse(read('tools/rules/migrations.json')) as Record<string, string>
  const actual = Object.fromEntries(globSync('packages/database/migrations/*.sql', { cwd: ROOT }).sort().map((file) => [file.split(/[/\\]/).at(-1)!, sha256Hex(read(file))]))
  assert.deepEqual(actual, listed, 'a new migration is added to tools/rules/migrations.json; an old one is never changed')
})

test('no test is skipped for good, left for later or run alone', () => {
  const wrong = sourceFiles().filter(isTest).flatMap((file) => {
    const found: string[] = []
    const tree = parse(file)
    walk(tree, (node) => {
      const called = ts.isCallExpression(node) && /^(?:test|it|describe|suite|t)\.(?:skip|todo|only)$/.test(node.expression.getText())
      // A condition of the machine (its system, its user) may skip; a plain `skip: true` may not.
      const option = ts.isPropertyAssignment(node) && /^(?:skip|todo|only)$/.test(node.name.getText()) && !ts.isConditionalExpression(node.initializer) && ts.isObjectLiteralExpression(node.parent) && ts.isCallExpression(node.parent.parent) && /^(?:test|it|describe|suite)$/.test(node.parent.parent.expression.getText())
      const asked = ts.isCallExpression(node) && /^t\.(?:skip|todo)$/.test(node.expression.getText())
      if (called || option || asked) found.push(`${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`)
    })
    return found
  })
  assert.deepEqual(wrong, [])
})

test('no source file puts work off with a TODO', () => {
  assert.deepEqual(sourceFiles().filter((file) => file !== 'tools/rules/files.test.ts' && /\b(?:TODO|FIXME|XXX|HACK)\b/.test(read(file))), [])
})

test('every dependency has its line in docs/dependencies.md', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
  const text = read('docs/dependencies.md')
  const missing = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter((name) => !text.includes(`\`${name}\``))
  assert.deepEqual(missing, [])
  const said = [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name!)
  const known = { ...dependencies, ...devDependencies, ...optionalDependencies }
  assert.deepEqual(said.filter((name) => known[name] === undefined), [], 'docs/dependencies.md names what is not installed')
})
