/** Which papers a route goes through, as they are counted. Pure. */
import type { Candidate } from '#contracts/routing.ts'

/** The papers that the legs of a route go through, and those that its corridor asks for before the payment. */
export const documentsUsed = (candidate: Candidate | null): string[] => (candidate === null ? [] : [...new Set([
  ...candidate.hops.flatMap((hop) => hop.documents_required), ...candidate.documents.filter(({ stage }) => stage === 'before_payment').map(({ code }) => code),
])].sort())
