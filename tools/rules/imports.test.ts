// Guarantee: arrows point one way, apps → services → policy, platform → database → contracts, and the pure files stay pure.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf, isTestCode, resolveImport, sourceFiles } from './sources.ts'

/** Holds the engine against a second reading of the corridor data; it is no part of the product and reads its files itself. */
const ORACLE = 'services/orchestrator/oracle/'

/** Each room, and the rooms it may import besides itself. The first prefix that fits a file is its room. */
const ROOMS: readonly (readonly [string, readonly string[]])[] = [
  ['packages/contracts/', []],
  ['packages/database/', ['packages/contracts/']],
  ['packages/platform/', ['packages/database/', 'packages/contracts/']],
  ['packages/policy/', ['packages/contracts/']],
  // Shares no code with the engine, or it could not check it.
  [ORACLE, ['packages/contracts/']],
  ['services/orchestrator/', ['packages/policy/', 'packages/platform/', 'packages/database/', 'packages/contracts/']],
  // Governance shows what the corridor data says, so it reads it by the orchestrator's description of it, and no other file there.
  ['services/governance/', ['services/orchestrator/dataset.ts', 'packages/policy/', 'packages/platform/', 'packages/database/', 'packages/contracts/']],
  // Execution computes with the engine's exact fractions, durations and calendars, and shares no other file with it.
  ['services/execution/', ['services/orchestrator/rational.ts', 'services/orchestrator/durations.ts', 'services/orchestrator/calendar.ts', 'packages/policy/', 'packages/platform/', 'packages/database/', 'packages/contracts/']],
  ['apps/control-api/', ['services/', 'packages/']],
  ['apps/portals/console/', ['apps/portals/shared/', 'apps/portals/api/', 'packages/contracts/']],
  ['apps/portals/merchant/', ['apps/portals/shared/', 'apps/portals/api/', 'packages/contracts/']],
  ['apps/portals/agent/', ['apps/portals/shared/', 'apps/portals/api/', 'packages/contracts/']],
  ['apps/portals/e2e/', ['apps/', 'tools/', 'packages/', 'services/']],
  ['apps/portals/', ['packages/contracts/']],
  // Reads files of rooms to build, seed, run and measure them; no room imports it.
  ['tools/', ['apps/', 'services/', 'packages/', 'bench/']],
  ['bench/', ['apps/', 'services/', 'packages/', 'tools/']],
]

/** Files of the orchestrator that may touch the world; all others import contracts and each other alone. */
const IMPURE = new Set(['services/orchestrator/request-route.ts'])
/** Modules of Node that compute and touch nothing. */
const HARMLESS = new Set(['node:crypto', 'node:assert', 'node:assert/strict'])

const roomOf = (file: string) => ROOMS.find(([prefix]) => file.startsWith(prefix))
const product = sourceFiles().filter((file) => !isTestCode(file))

test('every source file lies in a room', () => {
  assert.deepEqual(product.filter((file) => roomOf(file) === undefined), [])
})

test('a room imports only the rooms below it', () => {
  const wrong = product.flatMap((file) => {
    const [own, allowed] = roomOf(file)!
    return importsOf(file).flatMap(({ specifier, line, types_only }) => {
      const target = resolveImport(file, specifier)
      // A type is no code: the oracle may name the shape of the data it makes.
      if (own === ORACLE && types_only && target === 'services/orchestrator/dataset.ts') return []
      if (target === null || [own, ...allowed].some((prefix) => target.startsWith(prefix))) {
        // The engine may not lean on the oracle that checks it, though it lies inside the room.
        if (own !== 'services/orchestrator/' || target?.startsWith(ORACLE) !== true) return []
      }
      return [`${file}:${line} imports ${specifier}`]
    })
  })
  assert.deepEqual(wrong, [])
})

test('another room is imported by its # name, so that moving a file shows where it is used', () => {
  const wrong = product.filter((file) => !file.startsWith('apps/portals/') && !file.startsWith('tools/') && !file.startsWith('bench/')).flatMap((file) => {
    const folder = `${file.split('/').slice(0, 2).join('/')}/`
    return importsOf(file).flatMap(({ specifier, line }) =>
      specifier.startsWith('.') && !resolveImport(file, specifier)!.startsWith(folder) ? [`${file}:${line} imports ${specifier}`] : [])
  })
  assert.deepEqual(wrong, [])
})

test('the pure files of the orchestrator import contracts and each other alone', () => {
  const wrong = product.filter((file) => file.startsWith('services/orchestrator/') && !file.startsWith(ORACLE) && !IMPURE.has(file)).flatMap((file) =>
    importsOf(file).flatMap(({ specifier, line }) => {
      const target = resolveImport(file, specifier)
      const fine = target === null
        ? HARMLESS.has(specifier) || specifier === 'typebox' || specifier.startsWith('typebox/')
        : target.startsWith('packages/contracts/') || (target.startsWith('services/orchestrator/') && !IMPURE.has(target))
      return fine ? [] : [`${file}:${line} imports ${specifier}`]
    }))
  assert.deepEqual(wrong, [])
})

test('every import leads to a file that exists, written with its extension', () => {
  const known = new Set(sourceFiles())
  const wrong = sourceFiles().filter((file) => !file.startsWith('apps/portals/')).flatMap((file) => importsOf(file).flatMap(({ specifier, line }) => {
    const target = resolveImport(file, specifier)
    if (target === null || /\.(json|cjs|mjs)$/.test(target)) return []
    return known.has(target) && /\.tsx?$/.test(specifier) ? [] : [`${file}:${line} imports ${specifier}`]
  }))
  assert.deepEqual(wrong, [])
})
