import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MARKET_DATA_FILES } from '#contracts/api/market-data.ts'
import { FILE_NAMES, missingOf, textsOf } from './chosen-files.ts'

const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text).buffer as ArrayBuffer })

// Guarantee: files are taken by their names, byte for byte, one by one or as a bundle of texts; anything else is named and taken for nothing.
test('what was chosen', () => {
  assert.deepEqual(FILE_NAMES, [...MARKET_DATA_FILES])
  const some = textsOf([file('rates.json', '{"a": 1,"a":2}'), file('facts.md', '事实')])
  assert.deepEqual(some, { texts: { 'rates.json': '{"a": 1,"a":2}', 'facts.md': '事实' }, wrong: [] })
  assert.deepEqual(missingOf(some.texts), ['corridors.json', 'providers.json', 'estimates.json'])
  const bundle = Object.fromEntries(FILE_NAMES.map((name) => [name, `text of ${name}`]))
  assert.deepEqual(textsOf([file('all.json', JSON.stringify(bundle))]), { texts: bundle, wrong: [] })
  for (const other of ['{}', '[]', 'null', '{"rates.json":{}}', '{"rates.json":"x","more":"y"}', 'no json']) {
    assert.deepEqual(textsOf([file('all.json', other)]), { texts: {}, wrong: ['all.json is none of the five files and no bundle of them.'] }, other)
  }
  assert.deepEqual(textsOf([file('all.json', JSON.stringify(bundle)), file('rates.json', '{}')]), { texts: { 'rates.json': '{}' }, wrong: ['all.json is none of the five files.'] })
  assert.deepEqual(textsOf([{ name: 'rates.json', bytes: new Uint8Array([0x7b, 0xff, 0x7d]).buffer }]).wrong, ['rates.json is not a text in UTF-8.'])
})
