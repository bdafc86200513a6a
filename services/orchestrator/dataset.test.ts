import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { DatasetError, type DatasetFiles, parseDataset } from './dataset.ts'

const DATA = join(import.meta.dirname, '..', '..', 'data')
const NAMES = ['corridors', 'providers', 'estimates', 'rates'] as const
const files = (): DatasetFiles => Object.fromEntries(NAMES.map((name) => [name, JSON.parse(readFileSync(join(DATA, `${name}.json`), 'utf8'))])) as DatasetFiles
const issuesOf = (changed: DatasetFiles) => {
  try {
    parseDataset(changed)
    return []
  } catch (error) {
    assert.ok(error instanceof DatasetError)
    return error.issues
  }
}

/** Every object inside a value, with the path to it. */
function objects(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (value === null || typeof value !== 'object') return []
  const inside = Object.entries(value).flatMap(([key, item]) => objects(item, [...path, Array.isArray(value) ? Number(key) : key]))
  return Array.isArray(value) ? inside : [path, ...inside]
}
const at = (root: unknown, path: readonly (string | number)[]): any => path.reduce<any>((value, step) => value[step], root)

test('the shipped data is whole: six corridors, 43 providers, estimates for each', () => {
  const data = parseDataset(files())
  assert.equal(data.corridors.corridors.length, 6)
  assert.equal(data.providers.length, 43)
  assert.equal(data.estimates.providers.length, 43)
})

// Tables whose keys are codes or free labels: there an unknown key is refused as an unknown code or a wrong value instead.
const LABELS = new Set(['status_values', 'leg_kinds', 'currency_notes', 'document_codes', 'anchors', 'mids', 'country_time_zones', 'goods_class', 'unless_method',
  'document_conditions', 'document_stages', 'document_validity', 'document_lead_time', 'document_equivalents'])

test('an unknown key in any object of any file is refused, naming file and key', () => {
  const whole = files()
  const places = NAMES.flatMap((name) => objects(whole[name]).filter((path) => !LABELS.has(String(path.at(-1)))).map((path) => ({ name, path })))
  fc.assert(fc.property(fc.constantFrom(...places), ({ name, path }) => {
    const changed = { ...whole, [name]: structuredClone(whole[name]) }
    at(changed[name], path)['colour'] = 'red'
    const issues = issuesOf(changed)
    assert.ok(issues.some((i) => i.file === `${name}.json` && i.field.endsWith('colour')), JSON.stringify([name, path, issues.slice(0, 3)]))
  }), { numRuns: 120, seed: 1 })
})

for (const [what, change, file, record, field] of [
  ['an unknown leg kind', (f: any) => { f.providers[0].legs[0].kind = 'teleport' }, 'providers.json', 'ng-bank-official-fx', 'legs.0.kind'],
  ['an unknown currency', (f: any) => { f.providers[0].legs[0].to = 'XAU' }, 'providers.json', 'ng-bank-official-fx', 'legs.0.to'],
  ['a number where a decimal string belongs', (f: any) => { f.providers[2].fee_schedule.bps.typical = 40 }, 'providers.json', 'ng-bank-rmb-direct', 'fee_schedule.bps.typical'],
  ['an unknown document', (f: any) => { f.providers[0].documents_required.push('LUCKY_CHARM') }, 'providers.json', 'ng-bank-official-fx', 'documents_required'],
  ['an unknown settlement window', (f: any) => { f.providers[0].settlement_window = 'never' }, 'providers.json', 'ng-bank-official-fx', 'settlement_window'],
  ['a provider without estimates', (f: any) => { f.estimates.providers.shift() }, 'estimates.json', 'ng-bank-official-fx', 'provider_id'],
  ['an unknown rule key', (f: any) => { f.corridors.corridors[0].prohibited_legs[0].match.mood = 'bad' }, 'corridors.json', 'ng-cn › cn-crypto-offramp', 'match.mood'],
  ['an unknown rule status', (f: any) => { f.corridors.corridors[0].prohibited_legs[0].status = 'frowned_upon' }, 'corridors.json', 'ng-cn › cn-crypto-offramp', 'status'],
  ['a rule on an unknown provider', (f: any) => { f.corridors.corridors[1].prohibited_legs.find((r: any) => r.match.provider_id).match.provider_id = ['nobody'] }, 'corridors.json', 'ke-cn › ke-wallet-business', 'match.provider_id'],
  ['a country for a token', (f: any) => { f.providers.find((p: any) => p.id === 'chain-tron-usdt').legs[0].from_country = 'CN' }, 'providers.json', 'chain-tron-usdt', 'legs.0.from_country'],
  ['a falling slippage curve', (f: any) => { f.estimates.providers[0].slippage_curve.share_of_daily_liquidity_to_bps[2][1] = '1' }, 'estimates.json', 'ng-bank-official-fx', 'slippage_curve.share_of_daily_liquidity_to_bps.2'],
  ['an unknown time zone', (f: any) => { f.providers[0].cut_off.timezone = 'Mars/Olympus' }, 'providers.json', 'ng-bank-official-fx', 'timezone'],
  ['a holiday of a thousand years', (f: any) => { f.corridors.holidays[0].end = '3026-01-01' }, 'corridors.json', 'file', 'holidays.0.end'],
  ['a holiday of seventy years', (f: any) => { Object.assign(f.corridors.holidays[0], { country: 'NG', name: 'Rest', end: '2096-01-01' }) }, 'corridors.json', 'NG Rest', 'holidays.0.end'],
  ['a day that no calendar has', (f: any) => { Object.assign(f.corridors.holidays[0], { country: 'NG', name: 'Rest', start: '2026-02-30', end: '2026-03-01' }) }, 'corridors.json', 'NG Rest', 'holidays.0.start'],
  ['a duration of a million days', (f: any) => { f.providers[0].data_freshness.max_age = 'P1000000D' }, 'providers.json', 'ng-bank-official-fx', 'data_freshness.max_age'],
  ['a provider given twice', (f: any) => { f.providers.push(f.providers[0]) }, 'providers.json', 'ng-bank-official-fx', 'id'],
] as const) {
  test(`${what} is refused, naming file, record and field`, () => {
    const changed = structuredClone(files())
    change(changed)
    const issues = issuesOf(changed)
    assert.ok(issues.some((i) => i.file === file && i.record === record && i.field === field), JSON.stringify(issues.slice(0, 5)))
  })
}
