/** The secrets by which providers sign their quotes. */
import { randomBytes } from 'node:crypto'
import { sealedColumn } from './sealed-column.ts'

const SECRET = sealedColumn<string>('quote_sources', 'secret_sealed')

/** 32 random bytes in base64url, under a name that scanners of secrets can be told of. */
export const newQuoteSecret = (): string => `fcq_${randomBytes(32).toString('base64url')}`
export const sealQuoteSecret = SECRET.seal
/** Throws SealRefused where the bytes are not this source's. */
export const openQuoteSecret = SECRET.open
