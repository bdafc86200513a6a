/** Passwords: argon2id, a few at a time, so that sign-ins cannot take the machine's memory from everything else. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'

const PARAMETERS = { memory_KiB: 64 * 1024, passes: 3, parallelism: 1, tag_bytes: 32, salt_bytes: 16 } as const
const AT_ONCE_MAX = 4
export const PASSWORD_CHARACTERS_MIN = 15
export const PASSWORD_BYTES_MAX = 1024

/** Too many hashes at this moment: the caller answers 503 and the client comes back. */
export class TooBusy extends Error {}

let running = 0

type Parameters = { readonly memory_KiB: number; readonly passes: number; readonly parallelism: number }

async function hash(password: string, salt: Buffer, p: Parameters): Promise<Buffer> {
  if (running >= AT_ONCE_MAX) throw new TooBusy()
  running += 1
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      argon2('argon2id', {
        message: Buffer.from(password, 'utf8'), nonce: salt, parallelism: p.parallelism, tagLength: PARAMETERS.tag_bytes, memory: p.memory_KiB, passes: p.passes,
      }, (cause, tag) => (cause === null ? resolve(tag) : reject(cause)))
    })
  } finally {
    running -= 1
  }
}

/** What is wrong with a new password, or null. Length is what counts; nobody is told to add a digit. */
export function passwordProblem(password: string): 'too_short' | 'too_long' | null {
  if (Buffer.byteLength(password, 'utf8') > PASSWORD_BYTES_MAX) return 'too_long'
  return [...password].length < PASSWORD_CHARACTERS_MIN ? 'too_short' : null
}

const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

/** The stored form of a new password, parameters included. Throws on a password that passwordProblem refuses, and TooBusy. */
export async function hashPassword(password: string): Promise<string> {
  const problem = passwordProblem(password)
  if (problem !== null) throw new Error(`password ${problem}`)
  const salt = randomBytes(PARAMETERS.salt_bytes)
  const tag = await hash(password, salt, PARAMETERS)
  return `$argon2id$v=19$m=${PARAMETERS.memory_KiB},t=${PARAMETERS.passes},p=${PARAMETERS.parallelism}$${text(salt)}$${text(tag)}`
}

const STORED = /^\$argon2id\$v=19\$m=([0-9]{1,8}),t=([0-9]{1,3}),p=([0-9]{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/
/** Nobody's hash: verified against for an unknown account, so that it takes as long as a known one. */
const NOBODYS = `$argon2id$v=19$m=${PARAMETERS.memory_KiB},t=${PARAMETERS.passes},p=${PARAMETERS.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`

/** Whether the password is right, and whether its hash should be made anew. Null stands for an account that does not exist. Throws TooBusy. */
export async function verifyPassword(stored: string | null, password: string): Promise<{ readonly right: boolean; readonly outdated: boolean }> {
  const parts = STORED.exec(stored ?? NOBODYS)
  if (parts === null) throw new Error('a stored password hash is not readable')
  const [memory_KiB, passes, parallelism] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  const offered = Buffer.byteLength(password, 'utf8') > PASSWORD_BYTES_MAX ? '' : password
  const tag = await hash(offered, Buffer.from(parts[4]!, 'base64'), { memory_KiB, passes, parallelism })
  const right = timingSafeEqual(tag, Buffer.from(parts[5]!, 'base64')) && stored !== null && offered === password
  return { right, outdated: memory_KiB !== PARAMETERS.memory_KiB || passes !== PARAMETERS.passes || parallelism !== PARAMETERS.parallelism }
}
