/**
 * A multipart form (RFC 7578) read as it comes, and strictly: what a lenient reader passes over, two readers pass over differently. No preamble, no
 * parameter that nobody named, no part without a name, no header but the two that a browser sends, nothing behind the end.
 */
export class MultipartError extends Error {}

export type Part = {
  readonly name: string
  /** null where it is a plain field */
  readonly file_name: string | null
  /** as the sender declared it; null where it did not */
  readonly media_type: string | null
  /** must be read to its end before the next part is asked for */
  readonly body: AsyncIterable<Buffer>
}

const HEADERS_MAX = 2_048
const CRLF = Buffer.from('\r\n')
const HEADERS_END = Buffer.from('\r\n\r\n')
const BOUNDARY = /^multipart\/form-data\s*;\s*boundary=(?:"([0-9A-Za-z'()+_,./:=?-]{1,70})"|([0-9A-Za-z'+_.-]{1,70}))\s*$/i

/** The boundary of a content type, or null where it is no multipart form. */
export function boundaryOf(content_type: string): string | null {
  const match = BOUNDARY.exec(content_type)
  return match === null ? null : (match[1] ?? match[2]!)
}

/** The parts in their order. Throws MultipartError where the form is not one, or ends before its end. */
export async function* readParts(source: AsyncIterable<Buffer>, boundary: string): AsyncGenerator<Part> {
  const input = createReader(source)
  const first = Buffer.from(`--${boundary}\r\n`)
  const between = Buffer.from(`\r\n--${boundary}`)
  if (!(await input.take(first.length)).equals(first)) throw new MultipartError('no boundary at the start')
  for (;;) {
    const headers = await input.until(HEADERS_END, HEADERS_MAX)
    const body = input.stream(between)
    yield { ...headersOf(headers), body }
    for await (const _rest of body) throw new MultipartError('a part was not read')
    const next = await input.take(2)
    if (next.equals(CRLF)) continue
    if (next.toString('latin1') !== '--') throw new MultipartError('a boundary that goes on')
    // Some senders end with a line's end; nothing else may follow.
    const rest = await input.rest(2)
    if (rest.length !== 0 && !rest.equals(CRLF)) throw new MultipartError('more after the end')
    return
  }
}

/** The two headers that a browser sends of a part. */
function headersOf(bytes: Buffer): Omit<Part, 'body'> {
  const text = bytes.toString('utf8')
  if (text.includes('\uFFFD')) throw new MultipartError('headers that are no UTF-8')
  let disposition: string | null = null
  let media_type: string | null = null
  for (const line of text.split('\r\n')) {
    const header = /^([A-Za-z-]{1,40}):[ \t]*([^\r\n\0]*?)[ \t]*$/.exec(line)
    const name = header?.[1]!.toLowerCase()
    if (name === 'content-disposition' && disposition === null) disposition = header![2]!
    else if (name === 'content-type' && media_type === null) media_type = header![2]!
    // How long a sender says that a part is, is nothing to go by; some send it all the same.
    else if (name !== 'content-length') throw new MultipartError('a header that no part has')
  }
  const match = /^form-data; name="((?:[^"\\]|\\.){1,100})"(?:; filename="((?:[^"\\]|\\.){0,1000})")?$/i.exec(disposition ?? '')
  if (match === null) throw new MultipartError('a part without a name')
  const plain = (quoted: string): string => quoted.replaceAll(/\\(["\\])/g, '$1').replaceAll('%22', '"').replaceAll(/%0[dD]|%0[aA]/g, ' ')
  return { name: plain(match[1]!), file_name: match[2] === undefined ? null : plain(match[2]), media_type }
}

/** Bytes of a source by count, up to a mark, or as a stream up to a mark. */
function createReader(source: AsyncIterable<Buffer>) {
  const chunks = source[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)
  /** False at the end of the source. */
  async function more(): Promise<boolean> {
    const next = await chunks.next()
    if (next.done === true) return false
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value])
    return true
  }
  const cut = (): never => { throw new MultipartError('it ends before its end') }
  return {
    async take(count: number): Promise<Buffer> {
      while (held.length < count) if (!(await more())) cut()
      const taken = held.subarray(0, count)
      held = held.subarray(count)
      return taken
    },
    /** What stands before the mark, which is taken too. */
    async until(mark: Buffer, bytes_max: number): Promise<Buffer> {
      for (;;) {
        const at = held.indexOf(mark)
        if (at > bytes_max || (at === -1 && held.length > bytes_max + mark.length)) throw new MultipartError('headers without an end')
        if (at !== -1) {
          const taken = held.subarray(0, at)
          held = held.subarray(at + mark.length)
          return taken
        }
        if (!(await more())) cut()
      }
    },
    async* stream(mark: Buffer): AsyncGenerator<Buffer> {
      for (;;) {
        const at = held.indexOf(mark)
        if (at !== -1) {
          const last = held.subarray(0, at)
          held = held.subarray(at + mark.length)
          if (last.length > 0) yield last
          return
        }
        // The mark may begin in the last bytes of what is there.
        const sure = held.length - mark.length + 1
        if (sure > 0) {
          const part = held.subarray(0, sure)
          held = held.subarray(sure)
          yield part
        }
        if (!(await more())) cut()
      }
    },
    /** What is left, up to so many bytes and one. */
    async rest(bytes_max: number): Promise<Buffer> {
      while (held.length <= bytes_max) if (!(await more())) break
      return held
    },
  }
}
