import { test } from 'node:test'
import assert from 'node:assert/strict'
import { Compile } from 'typebox/compile'
import { Corridor, Fact, Provider } from '#contracts/api/reference.ts'
import { readDataset } from '#tools/read-dataset.ts'
import { corridorDetail, factOf, providerDetail } from './index.ts'

const dataset = readDataset()

// Guarantee: a fact says its number with its unit, and where it comes from.
test('a fact is what its contract says', () => {
  const row = { id: 'F001', statement: 'USD/NGN reference mid', value: '1326.16', unit: 'NGN per USD', date: '2026-09-29', source: 'https://example.org/x', url: 'https://example.org/x', confidence: 'medium' }
  assert.deepEqual(factOf(row), { id: 'F001', statement: 'USD/NGN reference mid (1326.16 NGN per USD)', source: 'example.org, 2026-09-29', url: 'https://example.org/x', confidence: 'medium' })
  assert.ok(Compile(Fact).Check(factOf({ ...row, value: 'n/a', date: null, url: null, confidence: null })))
})

// Guarantee: all 43 providers and 6 corridors are shown in full, and a number without a public source says so.
test('providers and corridors are what their contracts say', () => {
  const [asProvider, asCorridor] = [Compile(Provider), Compile(Corridor)]
  const estimates = new Map(dataset.estimates.providers.map((estimate) => [estimate.provider_id, estimate]))
  assert.equal(dataset.providers.length, 43)
  for (const record of dataset.providers) {
    const detail = providerDetail(record, estimates.get(record.id)!)
    assert.deepEqual([...asProvider.Errors(detail)], [], record.id)
    for (const value of detail.values.filter(({ label }) => ['posture', 'trust prior', 'slippage curve'].includes(label))) assert.equal(value.illustrative, true)
  }
  for (const record of dataset.corridors.corridors) {
    assert.deepEqual([...asCorridor.Errors(corridorDetail(dataset, record, 'simulation', false))], [], record.id)
    const papers = corridorDetail(dataset, record, 'simulation', true)
    assert.ok(papers.documents.length > 0 && papers.rules.length === 0 && papers.allowed_pairs.length === 0)
  }
  const bank = providerDetail(dataset.providers[0]!, estimates.get(dataset.providers[0]!.id)!)
  assert.deepEqual(bank.values.find(({ label }) => label === 'variable fee'), {
    label: 'variable fee', value: '50 bps (0 to 100)', facts: ['F171'], illustrative: true, partly_sourced: true,
    note: "100 bps is the superseded 2004 ceiling; current clause not retrieved, 'negotiable' items exist (F060)",
  })
})
