import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EXECUTION_MODES } from './api/route-sessions.ts'
import { admitConnector, CAPABILITIES, CONNECTORS, KNOWN_CONNECTORS } from './connectors.ts'

const IDS = [...CONNECTORS.keys()]
const refusedAs = (id: unknown): string[] => CAPABILITIES.flatMap((capability) => EXECUTION_MODES.map((mode) => {
  const admitted = admitConnector(id, capability, mode)
  return admitted.ok ? 'admitted' : admitted.error.code
}))
const unknownEverywhere = (id: unknown): void => assert.deepEqual(new Set(refusedAs(id)), new Set(['connector_unknown']), JSON.stringify(id))

// Guarantee (attack 35): an id that is not in the list to the byte is unknown, whatever it looks like.
test('names of objects, other spellings and look-alikes are unknown', () => {
  for (const id of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '', ' ', 'null', 'undefined', '*', '../simulated', 'simulated\0', 'simulated;evm_status']) unknownEverywhere(id)
  for (const id of [null, undefined, 0, 1, true, [], ['simulated'], {}, { toString: () => 'simulated' }, Symbol.iterator, new String('simulated')]) {
    const admitted = admitConnector(id, 'carry', 'simulation')
    assert.equal(!admitted.ok && admitted.error.code, 'connector_unknown')
  }
  for (const id of IDS) {
    for (const like of [id.toUpperCase(), id[0]!.toUpperCase() + id.slice(1), ` ${id}`, `${id} `, `${id}\n`, `${id}\u200b`, `\ufeff${id}`, id.replaceAll('_', '-'), id.replaceAll('_', '\uff3f'),
      id.replaceAll('a', '\u0430'), id.replaceAll('e', '\u0435'), id.replaceAll('s', '\u017f'), [...id].map((c) => (/[a-z]/.test(c) ? String.fromCodePoint(c.codePointAt(0)! + 0xfee0) : c)).join('')]) if (like !== id) unknownEverywhere(like)
  }
})

// Guarantee (attack 35): the same for any change of any id, and for any text.
test('any change of an id makes it unknown', () => {
  fc.assert(fc.property(fc.constantFrom(...IDS), fc.nat(30), fc.string({ unit: 'grapheme', maxLength: 3 }), fc.nat(2), (id, at, text, cut) => {
    const changed = id.slice(0, at) + text + id.slice(at + cut)
    if (!IDS.includes(changed)) unknownEverywhere(changed)
  }), { numRuns: 500 })
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => { if (!IDS.includes(text)) unknownEverywhere(text) }))
})

// Guarantee: a connector does what it is for, in its modes, and only where there is a program for it.
test('what each connector may do, in which mode', () => {
  const table = IDS.flatMap((id) => CAPABILITIES.flatMap((capability) => EXECUTION_MODES.flatMap((mode) => (admitConnector(id, capability, mode).ok ? [`${id} ${capability} ${mode}`] : []))))
  assert.deepEqual(table, [
    'simulated carry simulation',
    ...EXECUTION_MODES.map((mode) => `rate_feed rates ${mode}`),
    ...['live_safe', 'manual', 'hybrid'].map((mode) => `pain001_draft draft ${mode}`),
    ...EXECUTION_MODES.map((mode) => `signed_quote_webhook quote ${mode}`),
  ])
  assert.deepEqual(admitConnector('simulated', 'carry', 'manual'), { ok: false, error: { code: 'connector_wrong_mode' } })
  assert.deepEqual(admitConnector('rate_feed', 'carry', 'manual'), { ok: false, error: { code: 'connector_incapable' } })
  for (const id of ['tron_status', 'evm_status']) assert.deepEqual(admitConnector(id, 'status', 'manual'), { ok: false, error: { code: 'connector_not_shipped' } })
  assert.equal(admitConnector('rate_feed', 'rates', 'Manual' as 'manual').ok, false)
})

// Guarantee: corridor data names what a provider speaks, never what the server chooses; the simulated connector is no leg's.
test('corridor data cannot name the simulated connector', () => assert.deepEqual([...KNOWN_CONNECTORS].sort(), ['evm_status', 'signed_quote_webhook', 'tron_status']))
