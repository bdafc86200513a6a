// Guarantee: docs/security.md claims nothing that is not there: every file and every test that it names exists.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from './sources.ts'

const doc = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8')
const FILE = /`((?:apps|packages|services|policies|tools|docs)\/[\w./-]+\.\w+)`/g
/** `file` › the beginning of a test's name, up to the end of its cell, a semicolon, a bracket or a full stop. */
const CITED = /`([\w./-]+\.test\.ts)` › ([^|;(\n]+?)(?= *(?:[|;(]|\. ))/g

test('every file that docs/security.md names exists', () => {
  const files = [...doc.matchAll(FILE)].map(([, file]) => file!)
  assert.ok(files.length > 60)
  assert.deepEqual([...new Set(files)].filter((file) => !existsSync(join(ROOT, file))), [])
})

test('every test that docs/security.md names exists in its file', () => {
  const cited = [...doc.matchAll(CITED)].map(([, file, name]) => [file!, name!.trim()] as const)
  assert.ok(cited.length > 45, String(cited.length))
  assert.deepEqual(cited.filter(([file, name]) => ["'", '"', '`'].every((quote) => !readFileSync(join(ROOT, file), 'utf8').includes(`test(${quote}${name}`))), [], 'a test was renamed: say so in docs/security.md')
})

test('docs/security.md has thirteen measures, ten rows, six expectations and forty attacks', () => {
  const rows = (title: string): string[] => doc.split(`## ${title}`)[1]!.split('\n## ')[0]!.split('\n').filter((line) => line.startsWith('| ')).slice(1)
  assert.deepEqual(['The thirteen measures', 'The ten rows of the roadmap', 'The six expectations'].map((title) => rows(title).length), [13, 10, 6])
  const numbers = rows('The forty attacks').flatMap((row) => row.split('|')[1]!.split(',').map((number) => Number(number.trim())))
  assert.deepEqual(numbers, Array.from({ length: 40 }, (_, i) => i + 1))
})
