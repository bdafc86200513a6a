/**
 * The moments of a change at which a process may die and the outcome differs. Each is named where it stands in transactions.ts; a repository
 * rule finds every wait of a write that has none, and a test kills a server at each, in every mutating operation.
 */
export const CRASH_POINTS = [
  /** the transaction is open and its key is ours; nothing is written */
  'claimed',
  /** the operation's own statements are answered; its audit row is not sent */
  'worked',
  /** answer, outbox row and audit row are sent, COMMIT is not */
  'before_commit',
  /** COMMIT is on its way; whether it happened, this process would learn next */
  'commit_sent',
  /** all of it is stored, and nobody has been told */
  'committed',
  /** the transaction of a refusal is rolled back; its audit row comes next, in a transaction of its own */
  'undone',
] as const

export type CrashPoint = (typeof CRASH_POINTS)[number]
