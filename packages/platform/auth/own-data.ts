/** The copy of what is held about a person, for whoever holds a live session of that person's account. */
import { readMyData, type Tx } from '#database/index.ts'
import type { MyData } from '#contracts/api/privacy.ts'
import { hashOf } from './tokens.ts'

/** Everything that is held about the actor; null where the session of this token is over. */
export const readOwnData = (tx: Tx, token: string, made_at: string): Promise<MyData | null> => readMyData(tx, { token_hash: hashOf(token), made_at })
