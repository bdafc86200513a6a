/**
 * For how long a file is kept, by what it is. Records of payments are kept for as long as the longest of the laws that a corridor's source country
 * names (seven years); what a person showed of itself for a check goes sooner. A kind that is not here is a paper of the corridor data: seven years.
 */
const YEAR = 365
const SEVEN_YEARS = 7 * YEAR + 2

const DAYS_BY_KIND: Readonly<Record<string, number>> = {
  quote: 2 * YEAR,
  report: 2 * YEAR,
  message: 2 * YEAR,
  screening: 5 * YEAR + 1,
}

/** Days from the upload on. */
export const keepDaysOf = (kind: string): number => (Object.hasOwn(DAYS_BY_KIND, kind) ? DAYS_BY_KIND[kind]! : SEVEN_YEARS)
