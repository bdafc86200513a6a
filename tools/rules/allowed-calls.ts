/**
 * Where a banned call is right, how often, and why. It may only shrink: tools/rules/calls.test.ts fails when a call is missing
 * here and when an entry is no longer needed.
 */
export const ALLOWED: Readonly<Record<string, { readonly times: number; readonly why: string }>> = {
  'apps/control-api/main.ts: new Date()': { times: 2, why: 'the composition root hands the wall clock to everything else' },
  'apps/control-api/main.ts: process.env': { times: 1, why: 'the composition root hands the environment to loadConfig' },
  'packages/database/provision.ts: Date.now': { times: 1, why: 'a tool that makes a tenant signs its own context, which expires by the wall clock' },
  'apps/portals/merchant/privacy-choice.ts: new Date()': { times: 1, why: 'when a person chose, by their own clock' },
  'apps/portals/shared/clock.ts: Date.now': { times: 2, why: 'the default clock of the portals, which a demo market replaces; and the wall clock, on which claims end' },
  'apps/portals/shared/session/SessionGate.tsx: Date.now': { times: 1, why: 'the wall clock where the tenant has no market clock of its own' },
  'apps/portals/vite.config.ts: process.env': { times: 1, why: 'a build file, read by nobody at run time' },
  'bench/http.ts: process.env': { times: 1, why: 'handed on to the server that is measured' },
  'bench/http-server.ts: process.env': { times: 1, why: 'a composition root of the bench: hands the environment to loadConfig' },
  'tools/lifeline.ts: process.env': { times: 3, why: 'which process started this one: a matter of the launcher, no setting' },
  'tools/start.ts: process.env': { times: 1, why: 'hands the environment to readSettings and loadConfig' },
  'tools/tenant-create.ts: process.env': { times: 1, why: 'hands the environment to readSettings' },
  'tools/data-import.ts: process.env': { times: 1, why: 'hands the environment to readSettings' },
  'tools/test.ts: process.env': { times: 3, why: 'handed on to the test runner' },
  'packages/database/ids.ts: Date.now': { times: 1, why: 'default of an argument: the time inside a UUID only orders rows' },
  'packages/database/pool.ts: Date.now': { times: 1, why: 'default of an argument; tests give their own clock' },
  'services/orchestrator/dataset.ts: Number(m.mid)': { times: 1, why: 'asks only whether a rate is above zero' },
  'services/orchestrator/openings.ts: Number(t.amount)': { times: 1, why: 'asks only whether an amount is above zero' },
  'services/orchestrator/flags.ts: Number(intent.max_total_cost_pct)': { times: 1, why: 'a percentage, held against a cost in bps to raise a flag; no amount is made from it' },
  'services/orchestrator/leg.ts: Number(p.fx_spread_bps.typical)': { times: 1, why: 'finds the worst spread of a category; the price takes the text' },
  'services/orchestrator/snapshot.ts: Number(toDecimalNearest(mul(fromDecimal(text), { n: 10n ** BigInt(digits), d: 1n }), 0))': { times: 1, why: 'an exact integer below 2^53: policy limits in their integer units' },
}
