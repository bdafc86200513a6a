/** Corridor data through the API: looked at, imported, listed; and all that an import refuses. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newMarketData, secondCompany } from '#api/testing/calls.ts'
import { openWorld, type Answer, type World } from '#api/testing/world.ts'
import { DATA_FOLDER, readTexts } from '#tools/read-dataset.ts'

let world: World
before(async () => { world = await openWorld() })
after(() => world.close())

const URL = '/api/market-data/imports'
const DATA = readTexts(DATA_FOLDER)
const admin = () => world.as(world.a, 'platform_admin')
/** The shipped files with one changed; what is written there is what `change` makes of the parsed file. */
const withFile = (name: keyof typeof DATA, change: (content: any) => void) => {
  const content = JSON.parse(DATA[name]) as unknown
  change(content)
  return { files: { ...DATA, [name]: JSON.stringify(content) } }
}
const codeOf = ({ status, json }: Answer) => [status, json.code]
const imports = async (): Promise<{ revision: number; digest: string; imported_by: { name: string } | null }[]> => (await (await admin()).get(URL)).json.items
const rows = async () => ((await world.auditRows(world.a)) as unknown as { action: string; entity_id: string; facts: any }[]).filter(({ action }) => action === 'market_data.imported')

// Guarantee: what was looked at is what is imported: the import has the digest and the changes of the preview, is in force at once, and stands in the list with who and when and in one audit row with hashes and counts.
test('looked at, imported, in force', async () => {
  const client = await admin()
  const body = newMarketData()
  const [before, state] = [await imports(), (await client.get('/api/market-data')).json]
  assert.equal(state.in_force.revision, before[0]!.revision)
  const seen = await client.post(`${URL}/preview`, body)
  assert.equal(seen.status, 200, seen.text)
  assert.deepEqual([seen.json.nothing_new, seen.json.from_revision, seen.json.changes.rates.changed, seen.json.changes.providers.added], [false, before[0]!.revision, { count: 1, ids: ['mid_definition'] }, { count: 0, ids: [] }])
  assert.deepEqual(await imports(), before)

  const made = await client.post(URL, { ...body, from_revision: seen.json.from_revision })
  assert.equal(made.status, 201, made.text)
  assert.deepEqual([made.json.digest, made.json.revision, made.json.imported_by.user_id], [seen.json.digest, before[0]!.revision + 1, world.a.users.platform_admin])
  assert.deepEqual((await client.get('/api/market-data')).json.in_force, made.json)
  assert.deepEqual(await imports(), [made.json, ...before])
  const audit = (await rows()).at(-1)!
  assert.deepEqual([audit.entity_id, audit.facts.snapshot_digest, audit.facts.from_revision, audit.facts.changes.rates], [String(made.json.revision), made.json.digest, before[0]!.revision, { added: 0, changed: 1, removed: 0 }])
  assert.deepEqual(Object.keys(audit.facts.files).sort(), Object.keys(DATA).sort())
  const desk = await world.as(world.a, 'desk_operator')
  assert.deepEqual((await desk.get(`${URL}?limit=1`)).json.items, [made.json])
})

// Guarantee: the same content again is "nothing new" and leaves the revision; a repeated request with the same key is the same import; data that moved on since it was looked at is refused.
test('twice, and too late', async () => {
  const client = await admin()
  const body = newMarketData()
  const first = await client.post(URL, body, { 'idempotency-key': 'import-once-and-for-all' })
  const again = await client.post(URL, body, { 'idempotency-key': 'import-once-and-for-all' })
  assert.deepEqual([first.status, again.status, again.json], [201, 201, first.json])
  assert.equal((await client.post(`${URL}/preview`, body)).json.nothing_new, true)
  const count = (await rows()).length
  assert.deepEqual(codeOf(await client.post(URL, body)), [409, 'nothing_new'])
  assert.deepEqual(codeOf(await client.post(URL, { ...newMarketData(), from_revision: first.json.revision - 1 })), [409, 'stale_version'])
  assert.deepEqual(codeOf(await client.post(URL, { ...newMarketData(), from_revision: null })), [409, 'stale_version'])
  assert.equal((await imports())[0]!.revision, first.json.revision)
  assert.deepEqual((await rows()).slice(count).map(({ facts }) => facts.refused), ['nothing_new', 'stale_version', 'stale_version'])
})

// Guarantee: of twenty imports at once each gets a revision of its own or is told that it is not new, and the last one is in force whole.
test('many at once', async () => {
  const client = await admin()
  const [start, same] = [(await imports())[0]!.revision, newMarketData()]
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => client.post(URL, i % 2 === 0 ? newMarketData() : same)))
  const made = answers.filter(({ status }) => status === 201).map(({ json }) => json.revision as number).sort((a, b) => a - b)
  assert.deepEqual(made, made.map((_, i) => start + 1 + i))
  for (const answer of answers) if (answer.status !== 201) assert.deepEqual(codeOf(answer), [409, 'nothing_new'])
  const [last] = await imports()
  assert.equal((await client.get('/api/market-data')).json.in_force.digest, last!.digest)
  assert.equal((await client.get('/api/providers?limit=1')).status, 200)
})

// Guarantee: files with anything wrong in them change nothing, and the problem names file, record and field, as `npm run data:import` does.
test('wrong files are named', async () => {
  const client = await admin()
  const before = await imports()
  const count = (await rows()).length
  const first = JSON.parse(DATA['providers.json'])[0].id as string
  const cases: (readonly [{ files: Record<string, string> }, string, string, string])[] = [
    [withFile('providers.json', (all) => { all[0].speed = 1 }), 'providers.json', first, 'speed'],
    [withFile('providers.json', (all) => { all[0].facts = ['F999'] }), 'providers.json', first, 'facts.0'],
    [withFile('corridors.json', (book) => { book.corridors[0].settlement_windows[0].timezone = 'Nowhere/At all' }), 'corridors.json', 'ng-cn', ''],
    [{ files: { ...DATA, 'rates.json': '{' } }, 'rates.json', '(file)', '(itself)'],
    [{ files: { ...DATA, 'rates.json': '{"as_of":"2026-09-29","as_of":"2026-09-28"}' } }, 'rates.json', '(file)', '/as_of'],
    [{ files: { ...DATA, 'estimates.json': '{"__proto__":{}}' } }, 'estimates.json', '(file)', '/__proto__'],
    [{ files: { ...DATA, 'facts.md': 'no table' } }, 'facts.md', '(file)', '(itself)'],
    [{ files: { ...DATA, 'facts.md': `${DATA['facts.md']}\n| F001 | again | 1 | | | somewhere | |` } }, 'facts.md', 'F001', 'id'],
  ]
  for (const [body, file, record, field] of cases) {
    for (const url of [URL, `${URL}/preview`]) {
      const { status, json } = await client.post(url, body)
      const [issue] = json.issues as { file: string; record: string; field: string }[]
      assert.deepEqual([status, json.code, json.field, issue!.file], [400, 'market_data_invalid', `/files/${file}`, file], JSON.stringify(json).slice(0, 300))
      assert.ok(issue!.record.startsWith(record) && issue!.field.startsWith(field), JSON.stringify(issue))
    }
  }
  const { files: { 'facts.md': _, ...four } } = newMarketData()
  assert.deepEqual([(await client.post(URL, { files: four })).json.field, (await client.post(URL, { files: { ...DATA, 'corridors.json': '' } })).json.field], ['/files/facts.md', '/files/corridors.json'])
  assert.deepEqual((await client.post(URL, { files: { ...DATA, 'more.json': '{}' } })).json.field, '/files/more.json')
  assert.deepEqual(codeOf(await client.post(URL, { files: { ...DATA, 'facts.md': 'x'.repeat(2 ** 21) } })), [413, 'body_too_large'])
  assert.deepEqual(await imports(), before)
  // Each of the eight leaves the row of a refusal; what is no such request at all, and a look, leave none.
  assert.equal((await rows()).length - count, cases.length)
})

// Guarantee: no company's data can keep a server that others share busy for minutes: data with many times the shipped routes, with legs that lead nowhere, with thousands of zones, calendars or documents, or with a holiday of centuries, is refused within seconds.
test('data that would hold the server', async () => {
  const client = await admin()
  const count = (await imports()).length
  const times = (n: number) => {
    const [providers, estimates] = [JSON.parse(DATA['providers.json']) as { id: string }[], JSON.parse(DATA['estimates.json']) as { providers: { provider_id: string }[] }]
    const copies = Array.from({ length: n }, (_, i) => (i === 0 ? '' : `-${i}`))
    return {
      files: {
        ...DATA, 'providers.json': JSON.stringify(copies.flatMap((end) => providers.map((each) => ({ ...each, id: each.id + end })))),
        'estimates.json': JSON.stringify({ ...estimates, providers: copies.flatMap((end) => estimates.providers.map((each) => ({ ...each, provider_id: each.provider_id + end }))) }),
      },
    }
  }
  for (const body of [times(3), times(8), withFile('corridors.json', (book) => { book.holidays[0].end = '9999-12-31' })]) {
    const before = performance.now()
    const { status, json } = await client.post(URL, body)
    assert.deepEqual([status, json.code], [400, 'market_data_invalid'], JSON.stringify(json).slice(0, 300))
    assert.ok(performance.now() - before < 10_000)
  }
  assert.match((await client.post(URL, times(3))).json.issues[0].message, /more than 20000 routes/)
  for (const [body, why] of heavyData()) {
    const before = performance.now()
    const { json } = await client.post(`${URL}/preview`, body)
    assert.match(String(json.issues?.[0].message), why)
    assert.ok(performance.now() - before < 5_000, String(why))
  }
  assert.equal((await imports()).length, count)
})

/** Small files, each of which makes a server work out of proportion, and why it is refused. */
function heavyData(): (readonly [object, RegExp])[] {
  const cases = 'america/argentina/comodrivadavia'
  const written = (i: number): string => [...cases].map((letter, at) => ((i >> (at % 16)) & 1 ? letter.toUpperCase() : letter)).join('')
  // Each zone was read anew for each way to write its name, and kept for ever: minutes for one file.
  const zones = withFile('corridors.json', (book) => { for (let i = 0; i < 20_000; i++) book.country_time_zones[`X${i}`] = written(i) })
  // Forty legs between any two of five currencies of the payer, which lead back to where they began and nowhere else: no route, hours to find none.
  const fx = (from: string, to: string) => ({ from, to, from_country: 'NG', to_country: 'NG', kind: 'fx' })
  const around = ['USD', 'EUR', 'GBP', 'ZAR', 'KES']
  const astray = withFile('providers.json', (all) => {
    for (const each of all) each.legs = [{ from: 'CNY', to: 'CNY', from_country: 'CN', to_country: 'CN', kind: 'settlement' }]
    all[0].legs = [{ ...fx('NGN', 'CNY'), to_country: 'CN', kind: 'escrow' }, ...around.map((from) => fx(from, 'NGN'))]
    for (let i = 0; i < 40; i++) all[0].legs.push(...around.flatMap((from) => [fx('NGN', from), ...around.filter((to) => to !== from).map((to) => fx(from, to))]))
  })
  // A calendar for each corridor and pair of countries, fifty kilobytes each: gigabytes for half a megabyte.
  const daily = (all: any[]) => all.find(({ settlement_latency, cut_off }) => settlement_latency.clock === 'business' && cut_off.local_time)
  const calendars = withFile('providers.json', (all) => {
    const busy = daily(all)
    for (let i = 0; i < 600; i++) busy.legs.push({ from: 'NGN', to: 'NGN', from_country: `A${String.fromCharCode(65 + (i % 26))}`, to_country: `B${String.fromCharCode(65 + Math.floor(i / 26))}`, kind: 'fund' })
  })
  const documents = withFile('corridors.json', (book) => { for (let i = 0; i < 40_000; i++) book.document_codes[`D${i}`] = 'of no use' })
  return [[zones, /pairs, more than/], [astray, /routes are possible/], [calendars, /calendars of zones/], [documents, /documents, more than/]]
}

// Guarantee: one admin alone moves no limit of policy by importing data, and no data is of a day that has not come: its prices would look fresh for years.
test('neither limits nor tomorrows come with an import', async () => {
  const client = await admin()
  const count = (await imports()).length
  for (const [body, file, record, field] of [
    [withFile('estimates.json', (all) => { all.default_limits.max_cost_bps = '99999' }), 'estimates.json', '(file)', 'default_limits'],
    [withFile('estimates.json', (all) => { all.default_limits.allowed_postures.push('suspended') }), 'estimates.json', '(file)', 'default_limits'],
    [withFile('rates.json', (all) => { all.as_of = '2099-01-01' }), 'rates.json', '(file)', 'as_of'],
    [withFile('providers.json', (all) => { all[0].data_freshness.as_of = '2099-01-01' }), 'providers.json', (JSON.parse(DATA['providers.json']) as [{ id: string }])[0].id, 'data_freshness.as_of'],
  ] as const) {
    const { status, json } = await client.post(URL, body)
    assert.deepEqual([status, json.code, json.field, json.issues?.[0].record, json.issues?.[0].field], [400, 'market_data_invalid', `/files/${file}`, record, field], JSON.stringify(json).slice(0, 300))
  }
  assert.equal((await imports()).length, count)
})

// Guarantee: numbers with which no route could be computed or kept are refused where they come in, by file, record and field, and never answer a merchant's request with a 500.
test('data of no sense', async () => {
  const client = await admin()
  const count = (await imports()).length
  const [provider] = JSON.parse(DATA['providers.json']) as [{ id: string }]
  const closed = Array.from({ length: 7 }, (_, i) => ({ country: 'CN', name: 'closed', start: `2027-0${i + 1}-01`, end: `2027-0${i + 1}-28`, facts: [] }))
  for (const [body, record, field] of [
    [withFile('providers.json', (all) => { all[0].fee_schedule.bps = { low: '10000', typical: '10000', high: '10000', facts: [] } }), provider.id, 'fee_schedule.bps.low'],
    [withFile('providers.json', (all) => { all[0].fx_spread_bps = { low: '0', typical: '0', high: '10000', facts: [] } }), provider.id, 'fx_spread_bps.high'],
    [withFile('providers.json', (all) => { all[0].settlement_latency.quantiles.p90 = 'P9999D' }), provider.id, 'settlement_latency.p90'],
    [withFile('estimates.json', (all) => { all.providers[0].slippage_curve = { share_of_daily_liquidity_to_bps: [['0', '-20000']] } }), provider.id, 'slippage_curve.share_of_daily_liquidity_to_bps.0'],
    [withFile('rates.json', (all) => { all.usd_mids.find(({ quote }: { quote: string }) => quote === 'CNY').mid = '0.000000000001' }), 'CNY', 'mid'],
    [withFile('corridors.json', (book) => { book.holidays.push(...closed) }), 'CN', 'holidays'],
    [withFile('corridors.json', (book) => { book.corridors[0].settlement_windows[0].duration = { p90: 'P9999D', clock: 'business' } }), 'ng-cn › ', 'duration.p90'],
    [withFile('corridors.json', (book) => { book.corridors.push({ ...book.corridors[0], id: 'x'.repeat(5_000) }) }), 'xxx', 'id'],
  ] as const) {
    const { status, json } = await client.post(URL, body)
    assert.deepEqual([status, json.code, json.issues?.[0].field], [400, 'market_data_invalid', field], JSON.stringify(json).slice(0, 300))
    assert.ok(json.issues[0].record.startsWith(record), json.issues[0].record)
  }
  assert.equal((await imports()).length, count)
})

// Guarantee: no import through the API takes a corridor further than its readiness: a new corridor is simulation, one that is there keeps its ceiling and its countries with it, and the database refuses the serving role another.
test('an import moves no ceiling', async () => {
  const client = await admin()
  const ceilings = async () => new Map(((await client.get('/api/corridors')).json.items as { id: string; mode_ceiling: string }[]).map(({ id, mode_ceiling }) => [id, mode_ceiling]))
  const before = await ceilings()
  const body = withFile('corridors.json', (book) => { book.corridors.push({ ...book.corridors[0], id: 'ng-cn-second' }) })
  assert.equal((await client.post(URL, body)).status, 201)
  const after = await ceilings()
  assert.equal(after.get('ng-cn-second'), 'simulation')
  for (const [id, ceiling] of before) assert.equal(after.get(id), ceiling)
  // The ceiling was said of Nigeria to China: the id is not lent to other countries.
  assert.notEqual(before.get('ng-cn'), 'simulation')
  const lent = await client.post(URL, withFile('corridors.json', (book) => { book.corridors.find(({ id }: { id: string }) => id === 'ng-cn').source = { country: 'KE', currency: 'KES' } }))
  assert.deepEqual([...codeOf(lent), lent.json.issues[0].record], [400, 'market_data_invalid', 'ng-cn'])
  assert.equal((await client.get('/api/corridors')).json.items.find(({ id }: { id: string }) => id === 'ng-cn').source_country, 'NG')
  await assert.rejects(world.database.db.pool.query("update corridors set mode_ceiling = 'hybrid'"), /permission denied/)
  assert.equal((await client.post(URL, withFile('corridors.json', (book) => { book.corridors[0].mode_ceiling = 'hybrid' }))).json.code, 'market_data_invalid')
})

// Guarantee: an import reaches the company of whoever imports and no other, and a company's first import is its revision 1.
test('one company of two', async () => {
  const { id } = await secondCompany(world, world.a)
  await world.database.superuser.query('insert into tenant_settings (tenant_id) values ($1)', [id])
  const client = await world.as({ ...world.a, id }, 'platform_admin')
  const others = async () => [await imports(), (await (await world.as(world.b, 'platform_admin')).get(URL)).json]
  const before = await others()
  const state = (await client.get('/api/market-data')).json
  assert.deepEqual([state.in_force, state.age, state.market.demo], [null, null, false])
  const body = newMarketData()
  const { changes, age, from_revision } = (await client.post(`${URL}/preview`, body)).json
  assert.deepEqual([from_revision, changes.corridors.added.count, age.providers], [null, 6, 43])
  const made = await client.post(URL, { ...body, from_revision: null })
  assert.deepEqual([made.status, made.json.revision], [201, 1], made.text)
  assert.deepEqual((await client.get('/api/corridors')).json.items.map(({ mode_ceiling }: { mode_ceiling: string }) => mode_ceiling), Array.from({ length: 6 }, () => 'simulation'))
  assert.deepEqual(await others(), before)
})

// Guarantee: what a company keeps for good by importing has a most for each day, so that none fills the disk that all share; a refused import leaves one audit row and what is in force.
test('imports of a day have a most', async () => {
  const client = await world.as(world.b, 'platform_admin')
  const [before] = (await client.get(URL)).json.items as { revision: number; digest: string }[]
  await world.database.superuser.query(`insert into data_revisions (tenant_id, revision, digest, note, imported_by, imported_at)
    select $1, $2::integer + n, decode($3, 'hex'), 'earlier', $4, now() - interval '1 hour' * (n % 23) from generate_series(1, 48) n`, [world.b.id, before!.revision, before!.digest, world.b.users.platform_admin])
  const rowsBefore = (await world.auditRows(world.b)).length
  const refused = await client.post(URL, newMarketData())
  assert.deepEqual([...codeOf(refused), refused.headers['retry-after']], [429, 'rate_limited', '3600'])
  assert.equal((await world.auditRows(world.b)).length, rowsBefore + 1)
  assert.equal((await client.get('/api/market-data')).json.in_force.digest, before!.digest)
})

// Guarantee: the state says how many prices are stale and how many are too old for any route, by the market clock of the company.
test('how old the data is', async () => {
  const client = await admin()
  const ageAt = async (clock: string) => {
    assert.equal((await client.put('/api/market-clock', { clock, reason: 'to see it age' })).status, 200)
    const { age, market } = (await client.get('/api/market-data')).json
    assert.equal(Date.parse(market.clock), Date.parse(clock))
    return age
  }
  const fresh = await ageAt('2026-09-29T09:00:00+01:00')
  assert.deepEqual([fresh.as_of, fresh.providers, fresh.stale, fresh.refused], ['2026-09-29', 43, 0, 0])
  const later = await ageAt('2026-11-24T10:00:00+01:00')
  assert.ok(later.stale > 10 && later.refused > 0 && later.refused < later.stale, JSON.stringify(later))
  assert.deepEqual((await client.post(`${URL}/preview`, newMarketData())).json.age, later)
  await ageAt('2026-09-29T09:00:00+01:00')
})
