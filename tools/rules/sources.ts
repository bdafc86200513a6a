/** What the repository rules read: the source files of every room and what each imports. */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file)

/** Tests, and what only tests use: `testing/` folders, the oracle's way to the engine, the end-to-end scenes. */
export const isTestCode = (file: string): boolean =>
  isTest(file) || /(^|\/)testing\//.test(file) || file.startsWith('apps/portals/e2e/') || file.startsWith('tools/rules/') || ORACLE_BRIDGE.has(file)
const ORACLE_BRIDGE = new Set(['differences', 'harness', 'print-digests'].map((name) => `services/orchestrator/oracle/${name}.ts`))

/** TypeScript files of the repository, with forward slashes, without what is installed or built. */
export function sourceFiles(): string[] {
  return globSync('{apps,packages,services,tools,bench}/**/*.{ts,tsx}', { cwd: ROOT, exclude: (name) => /(^|[/\\])(node_modules|dist)$/.test(String(name)) })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !file.endsWith('.d.ts'))
    .sort()
}

/** Files git knows or would add, as a committer sees them. */
export function repositoryFiles(): string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(ROOT, file)))
    .sort()
}

const parsed = new Map<string, ts.SourceFile>()

/** The syntax tree of a file, so that a rule never trips over a comment or a text. */
export function parse(file: string): ts.SourceFile {
  let tree = parsed.get(file)
  if (tree === undefined) {
    tree = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true, file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS)
    parsed.set(file, tree)
  }
  return tree
}

/** Calls `visit` on every node below a node. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

export type Import = { readonly specifier: string; readonly line: number; readonly types_only: boolean }

/** Everything a file imports or re-exports, dynamic imports and `new URL(…, import.meta.url)` of source files included. */
export function importsOf(file: string): Import[] {
  const tree = parse(file)
  const found: Import[] = []
  const add = (node: ts.Node, text: ts.Node | undefined, types_only: boolean): void => {
    if (text !== undefined && ts.isStringLiteralLike(text)) {
      found.push({ specifier: text.text, line: tree.getLineAndCharacterOfPosition(node.getStart()).line + 1, types_only })
    }
  }
  walk(tree, (node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, node.importClause?.isTypeOnly ?? false)
    else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node, node.arguments[0], false)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, true)
    else if (ts.isNewExpression(node) && node.expression.getText() === 'URL' && node.arguments?.length === 2 && ts.isStringLiteralLike(node.arguments[0]!) && /\.tsx?$/.test(node.arguments[0]!.text)) {
      add(node, node.arguments[0], false)
    }
  })
  return found
}

/** Files that a text in a file names, relative to it or to the root: scripts that it starts in another process. */
export function mentionsIn(file: string): string[] {
  const found: string[] = []
  walk(parse(file), (node) => {
    if (!ts.isStringLiteralLike(node) || !/^[\w./-]+\.tsx?$/.test(node.text)) return
    found.push(...[join(dirname(file), node.text), node.text].map((path) => normalize(path).replaceAll('\\', '/')).filter((path) => existsSync(join(ROOT, path))))
  })
  return found
}

const ROOMS = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { imports: Record<string, string> }).imports

/** The repository file an import leads to, or null when it is a package or a module of Node. */
export function resolveImport(file: string, specifier: string): string | null {
  let path: string
  if (specifier.startsWith('.')) path = normalize(join(dirname(file), specifier))
  else if (specifier.startsWith('#')) {
    const alias = Object.keys(ROOMS).find((key) => specifier.startsWith(key.slice(0, -1)))
    if (alias === undefined) return null
    path = normalize(join(ROOMS[alias]!.slice(0, -1), specifier.slice(alias.length - 1)))
  } else return null
  path = path.replaceAll('\\', '/')
  // The portals' bundler finds extensions by itself.
  const candidates = [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`, `${path}/index.tsx`]
  return candidates.find((candidate) => existsSync(join(ROOT, candidate)) && statSync(join(ROOT, candidate)).isFile()) ?? path
}
