/**
 * The conditions of a function's body, and the body without one of them: each conjunct of a WHERE or ON, a USING, and each branch of a CASE inside of one.
 * A scanner and no parser: it knows parentheses, CASE, comments and strings, which is what tells where a condition ends.
 */

/** Where it stands in the body, and what stands there once it is taken out. */
export type Predicate = { readonly from: number; readonly to: number; readonly text: string; readonly without: string }

type Frame = { readonly kind: 'paren' | 'case' | 'body'; /** inside a WHERE or ON */ inside: boolean; /** where the condition that is being read began */ open: number | null; between: boolean }

const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|[a-z_]\w*(?:\s*\.\s*\w+)*|[();,]/gi
const ENDS: ReadonlySet<string> = new Set(['order', 'limit', 'offset', 'returning', 'for', 'group', 'having', 'join', 'left', 'right', 'full', 'inner', 'cross', 'union', 'except', 'intersect', 'then', 'loop', 'do', 'fetch', 'window', 'into', 'as', ';', ','])
const COMPARES = /[=<>~]|\b(?:is|in|any|exists|not|between|like)\b/i

export function predicatesOf(body: string): Predicate[] {
  const found: Predicate[] = []
  const stack: Frame[] = [{ kind: 'body', inside: false, open: null, between: false }]
  const top = (): Frame => stack.at(-1)!
  const close = (to: number): void => {
    const { open } = top()
    top().open = null
    if (open === null) return
    const text = body.slice(open, to).replace(/\s*(?:--[^\n]*\s*)*$/, '')
    const lead = /^\s*/.exec(text)![0].length
    // What compares nothing is the value of a branch or the literal of a simple CASE.
    if (text.trim() !== '' && (top().kind !== 'case' || COMPARES.test(text))) found.push({ from: open + lead, to: open + text.length, text: text.trim(), without: 'true' })
  }
  for (let match = TOKEN.exec(body); match !== null; match = TOKEN.exec(body)) {
    const [token] = match
    const at = match.index
    const after = at + token.length
    const word = token.toLowerCase()
    const rest = body.slice(after)
    if (word === '(') stack.push({ kind: 'paren', inside: false, open: null, between: false })
    else if (word === ')') { close(at); stack.pop() } else if (word === 'case') {
      // Its branches are conditions only where the whole of it is one.
      stack.push({ kind: 'case', inside: top().open !== null, open: null, between: false })
    } else if (word === 'end' && top().kind === 'case') { close(at); stack.pop() } else if (top().kind === 'case' && (word === 'when' || word === 'then' || word === 'else')) {
      close(at)
      if (top().inside) top().open = after
    } else if (word === 'on' && /^\s*conflict\b/i.test(rest)) close(at)
    else if (word === 'where' || word === 'on') { close(at); Object.assign(top(), { inside: true, open: after }) } else if (word === 'using' && /^\s*\(/.test(rest)) {
      const to = body.indexOf(')', after) + 1
      found.push({ from: at, to, text: body.slice(at, to), without: 'on true' })
    } else if (word === 'between') top().between = true
    else if (word === 'and' && top().between) top().between = false
    else if (word === 'and' && top().inside) { close(at); top().open = after } else if (ENDS.has(word) && top().kind !== 'case') { close(at); top().inside = false }
  }
  close(body.length)
  return found.sort((a, b) => a.from - b.from)
}

export const without = (body: string, { from, to, without: instead }: Predicate): string => body.slice(0, from) + instead + body.slice(to)
