/**
 * The policy's room: asks policies/flowclaw.rego what may be routed and policies/probe.rego what may be probed. It builds the input (build-input.ts, judge-probe.ts), asks the compiled
 * policy in this process or an OPA server (ask.ts), and reads the answer (parse-verdicts.ts). It may import contracts only.
 * Guarantee: whatever goes wrong, the answer is `unavailable`, never an allow.
 */
import { readFile } from 'node:fs/promises'
import { sha256Hex } from '#contracts/canonical-json.ts'
import type { PolicyAnswer, PolicyFacts, PolicyLimits } from '#contracts/routing.ts'
import { askServer, askWasm, UnansweredError, type Ask } from './ask.ts'
import { buildInput } from './build-input.ts'
import { parseProbe, probeInput, probeUnavailable, type ProbeAnswer, type ProbeFacts } from './judge-probe.ts'
import { parseVerdicts, unavailable } from './parse-verdicts.ts'

export type { ProbeAnswer, ProbeCapFacts, ProbeFacts } from './judge-probe.ts'

export type PolicyConfig = {
  /** Base URL of an OPA server that serves policies/*.rego; without it the compiled policy runs in this process. */
  readonly opa_url?: string | undefined
  /** How long an OPA server may take for one batch. */
  readonly timeout_ms?: number | undefined
  /** Where the compiled policy and its manifest lie; policies/ of this repository by default. */
  readonly directory?: URL | undefined
}

export type Policy = {
  /** Digest of the policy's sources. An answer of any other revision counts as no answer. */
  readonly revision: string
  /** 'wasm' or 'server', for health and logs. */
  readonly source: 'wasm' | 'server'
  /** One verdict for each candidate, in the order of the facts, or no answer at all. Never throws. */
  judge(facts: readonly PolicyFacts[], limits: PolicyLimits, request_id: string): Promise<PolicyAnswer>
  /** Whether one controlled probe may be made under the caps and counters given; anything but a whole answer is no answer. Never throws. */
  judgeProbe(facts: ProbeFacts, request_id: string): Promise<ProbeAnswer>
}

/** What tools/policy-build.ts writes beside the compiled policy. */
export type PolicyManifest = {
  readonly policy_revision: string
  readonly entrypoints: readonly string[]
  readonly opa_version: string
  readonly sources: Readonly<Record<string, string>>
  readonly wasm_sha256: string
}

const POLICIES = new URL('../../policies/', import.meta.url)

/** Opens the policy. Throws at start when the compiled policy is not the one its manifest names; a server is only asked later. */
export async function openPolicy(config: PolicyConfig = {}): Promise<Policy> {
  const directory = config.directory ?? POLICIES
  const manifest = JSON.parse(await readFile(new URL('flowclaw.wasm.json', directory), 'utf8')) as PolicyManifest
  if (config.opa_url !== undefined) return policyOver(askServer(config.opa_url, config.timeout_ms), manifest.policy_revision, 'server')

  const wasm = new Uint8Array(await readFile(new URL('flowclaw.wasm', directory)))
  if (sha256Hex(wasm) !== manifest.wasm_sha256) throw new Error('policies/flowclaw.wasm is not the file its manifest names; run npm run policy:build')
  return policyOver(askWasm(wasm), manifest.policy_revision, 'wasm')
}

/** A policy over any way to ask; the seam where tests put faults. */
export function policyOver(ask: Ask, revision: string, source: Policy['source']): Policy {
  return {
    revision,
    source,
    async judge(facts, limits, request_id) {
      try {
        const answer = await ask(buildInput(facts, limits, request_id))
        return parseVerdicts(answer, { request_id, policy_revision: revision, facts })
      } catch (error) {
        return unavailable(error instanceof UnansweredError ? error.message : 'internal')
      }
    },
    async judgeProbe(facts, request_id) {
      try {
        return parseProbe(await ask(probeInput(facts, request_id), 'flowclaw/probe/result'), { request_id, policy_revision: revision })
      } catch (error) {
        return probeUnavailable(error)
      }
    },
  }
}
