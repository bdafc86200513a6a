import type { PolicyFacts, PolicyLimits } from '#contracts/routing.ts'
import { openPolicy } from '#policy/index.ts'
import { CASES, LIMIT_CASES, LIMITS } from './policy-cases.ts'

/** policies/verdict-table.txt: fact × verdict and limit × verdict, so that a change of policy is read as a diff of verdicts. */
export async function verdictTable(): Promise<string> {
  const policy = await openPolicy()
  const width = Math.max(...[...CASES, ...LIMIT_CASES].map(({ name }) => name.length))
  const judge = async (name: string, facts: PolicyFacts, limits: unknown): Promise<string> => {
    const answer = await policy.judge([{ ...facts, candidate_id: name }], limits as PolicyLimits, 'verdict-table')
    if (answer.status !== 'answered') throw new Error(`the policy gave no verdict on ${name}: ${answer.cause}`)
    const { allow, denials } = answer.verdicts[0]!
    return `${name.padEnd(width)}  ${allow ? 'allow' : `deny   ${denials.join(' ')}`}`
  }
  const facts = await Promise.all(CASES.map((one) => judge(one.name, one.facts, LIMITS)))
  const limits = await Promise.all(LIMIT_CASES.map((one) => judge(one.name, one.facts, one.limits)))
  return [
    'One fact of a clean candidate changed at a time, and what the policy says. Written by npm run policy:build.', '', ...facts, '',
    'The limits changed instead: at the edge of each, beyond it, and where they cannot be read.', '', ...limits, '',
  ].join('\n')
}
