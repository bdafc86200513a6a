/**
 * What people may write. Every text that a request carries is one line that can be seen: without control characters, which forge lines in
 * logs and exports, without characters that turn the direction of what stands beside them or hide, and never blank.
 */
import Type from 'typebox'

/** Joiners are kept: some scripts cannot be written without them. */
const ONE_LINE = '(?:[\\u200C\\u200D]|[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])*'
const HAS_VISIBLE = '(?=[^]*(?!\\p{Default_Ignorable_Code_Point})[\\p{L}\\p{N}\\p{P}\\p{S}])'

/** A JSON Schema pattern; read with the `u` flag, as JSON Schema says. */
export const VISIBLE_TEXT_PATTERN = `^${HAS_VISIBLE}${ONE_LINE}$`

/** One visible line of at most so many characters. */
export const visibleText = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: VISIBLE_TEXT_PATTERN })

/** One visible line that a person wrote to people: a reason, a comment, a description. Marked, so that no log shows it (platform/redaction). */
export const note = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: VISIBLE_TEXT_PATTERN, 'x-note': true })

const LINE = new RegExp(`^${ONE_LINE}$`, 'u')
/** True for text of a query or path that holds nothing hidden; it may be blank where its own schema lets it. */
export const isOneLine = (text: string): boolean => LINE.test(text)

/** An identifier that people copy from paper, so that two ways of typing it are one: full-width letters, joiners and outer spaces do not count. */
export const sameOnPaper = (identifier: string): string => identifier.normalize('NFKC').replaceAll(/\p{Cf}/gu, '').replaceAll(/\s+/g, ' ').trim()
