/** Made-up proofs of a simulated step: right ones, and now and then one that does not match. */
import { createHash } from 'node:crypto'
import { sha256Hex } from '#contracts/canonical-json.ts'
import { minorDigits, type Money } from '#contracts/money.ts'
import type { Hop } from '#contracts/routing.ts'
import { floorScaled, fromDecimal, minorToDecimal } from '#orchestrator/rational.ts'
import type { Chance } from './chance.ts'
import type { SimulatedProof } from './events.ts'

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** A reference of the form that the kind has. A transaction hash has the form of its network and is the digest of a text that says it is simulated. */
function referenceOf(kind: string, network: string | null, place: string): string {
  if (kind !== 'transaction_hash') return `SIM-${kind.toUpperCase().replaceAll('_', '-').slice(0, 12)}-${sha256Hex(place).slice(0, 8).toUpperCase()}`
  const bytes = createHash('sha512').update(`simulated, no transaction of any chain: ${place}`).digest()
  if (network === 'SOLANA') return [...bytes, ...bytes.subarray(0, 24)].map((byte) => BASE58[byte % 58]!).join('')
  const hex = bytes.toString('hex').slice(0, 64)
  return network === 'TRON' ? hex : `0x${hex}`
}

/** One minor unit up or two digits changed over: mistakes that people make. */
function wrongAmount({ amount, currency }: Money, chance: Chance): Money {
  const digits = minorDigits(currency)
  const minor = floorScaled(fromDecimal(amount), digits)
  const swapped = minor.toString().replace(/^(\d)(\d)/, '$2$1')
  const off = chance.happens(0.5) && !swapped.startsWith('0') && swapped !== minor.toString() ? BigInt(swapped) : minor + 1n
  return { amount: minorToDecimal(off, digits), currency }
}

/** The proof that matches the step. `place` is unique in the simulation, and so is the reference. */
export const proofFor = (kind: string, hop: Hop, amount: Money, at: string, place: string): SimulatedProof =>
  ({ kind, amount, at, payee: hop.provider_name, reference: referenceOf(kind, hop.network, place), differs: [] })

/** The same with one field that does not match. */
export function mistaken(proof: SimulatedProof, chance: Chance): SimulatedProof {
  switch (chance.pick(['amount', 'currency', 'payee', 'reference'] as const)) {
    case 'amount': return { ...proof, amount: wrongAmount(proof.amount, chance), differs: ['amount'] }
    case 'currency': return { ...proof, amount: { ...proof.amount, currency: proof.amount.currency === 'USD' ? 'EUR' : 'USD' }, differs: ['currency'] }
    case 'payee': return { ...proof, payee: `${proof.payee} (another)`, differs: ['payee'] }
    case 'reference': return { ...proof, reference: `${proof.reference.slice(0, -1)}${proof.reference.endsWith('0') ? '1' : '0'}`, differs: ['reference'] }
  }
}
