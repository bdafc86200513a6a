import { openPolicy } from '#policy/index.ts'
import { CASES, CASE_FACTS, LIMITS } from './policy-cases.ts'

/** policies/verdict-table.txt: fact × verdict, so that a change of policy is read as a diff of verdicts. */
export async function verdictTable(): Promise<string> {
  const policy = await openPolicy()
  const answer = await policy.judge(CASE_FACTS, LIMITS, 'verdict-table')
  if (answer.status !== 'answered') throw new Error(`the policy gave no verdicts: ${answer.cause}`)
  const width = Math.max(...CASES.map(({ name }) => name.length))
  const rows = answer.verdicts.map(({ candidate_id, allow, denials }) => `${candidate_id.padEnd(width)}  ${allow ? 'allow' : `deny   ${denials.join(' ')}`}`)
  return ['One fact of a clean candidate changed at a time, and what the policy says. Written by npm run policy:build.', '', ...rows, ''].join('\n')
}
