import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changed, flagCodes, intents, route, snapshot } from './harness.ts'

test('a rule taken out of the data takes its flags and refusals with it, and changes no flag of another rule', async () => {
  let removed = 0
  const tried = new Set<string>()
  for (const intent of intents) {
    const flags = flagCodes(await route(snapshot, intent))
    const rules = new Set(flags.flatMap((code) => /^(?:prohibited|restricted|review):(.+)$/.exec(code)?.[1] ?? []))
    for (const rule of rules) {
      // One intent for each rule of each corridor is enough.
      const key = `${intent.corridor_id} ${rule} ${flags.some((code) => code.startsWith('available_from'))}`
      if (tried.has(key)) continue
      tried.add(key)
      const without = changed((copy) => {
        for (const corridor of copy.corridors.corridors) corridor.prohibited_legs = corridor.prohibited_legs.filter(({ id }) => id !== rule)
      })
      const routed = await route(without, intent)
      const left = flagCodes(routed)
      assert.deepEqual(left.filter((code) => code.split(':').includes(rule)), [], `${intent.id}: ${rule}`)
      assert.ok(!Object.keys(routed.decision.refusals).some((code) => code.split(':').includes(rule)), `${intent.id}: ${rule} still refuses`)
      const others = flags.filter((code) => /^(prohibited|restricted):/.test(code) && !code.endsWith(`:${rule}`))
      for (const other of others) assert.ok(left.includes(other), `${intent.id}: without ${rule}, ${other} is gone too`)
      removed++
    }
  }
  assert.ok(removed >= 12, `only ${removed} rules were flagged anywhere`)
})
