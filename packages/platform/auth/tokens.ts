/** Session tokens: 256 random bits for the browser, their SHA-256 for the database. */
import { createHash, randomBytes } from 'node:crypto'

const TOKEN_BYTES = 32
const TOKEN = /^[A-Za-z0-9_-]{43}$/

export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url')
export const isToken = (text: string): boolean => TOKEN.test(text)
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()
