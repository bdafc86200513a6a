import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { boundaryOf, MultipartError, readParts } from './multipart.ts'

const B = 'Xb0undary'
type Read = { readonly name: string; readonly file_name: string | null; readonly media_type: string | null; readonly bytes: string }
/** The parts of the bytes, given in pieces that end at these places. */
async function read(bytes: Buffer, cuts: readonly number[] = []): Promise<Read[]> {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b)
  const found: Read[] = []
  const pieces = async function* () { for (let i = 1; i < places.length; i++) yield bytes.subarray(places[i - 1], places[i]) }
  for await (const { body, ...part } of readParts(pieces(), B)) {
    const parts: Buffer[] = []
    for await (const chunk of body) parts.push(chunk)
    found.push({ ...part, bytes: Buffer.concat(parts).toString('latin1') })
  }
  return found
}
const part = (headers: string, bytes: string): string => `--${B}\r\n${headers}\r\n\r\n${bytes}\r\n`
const form = (...parts: readonly string[]): Buffer => Buffer.from(`${parts.join('')}--${B}--\r\n`, 'latin1')
const field = (name: string, value: string): string => part(`Content-Disposition: form-data; name="${name}"`, value)
const file = (bytes: string): string => part('Content-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf', bytes)

// Guarantee: however a form is cut on its way, the same parts with the same bytes come out, also where the content looks almost like a boundary.
test('a form is read the same in any pieces', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom('\r\n--', `\r\n--${B.slice(0, 5)}`, '\r\n', '\r', '-', 'x', '\u0000', `--${B}`, '\r\n\r\n'), { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 30 }), async (pieces, cuts) => {
    const content = pieces.join('')
    // That would be the end of the part.
    fc.pre(!content.includes(`\r\n--${B}`))
    const got = await read(form(field('class', 'desk'), file(content)), cuts)
    assert.deepEqual(got, [{ name: 'class', file_name: null, media_type: null, bytes: 'desk' }, { name: 'file', file_name: 'a.pdf', media_type: 'application/pdf', bytes: content }])
  }), { numRuns: 1_000 })
})

// Guarantee: what is not exactly a form is refused whole: nothing before, between or behind its parts is passed over, and it must come to its end.
test('a form that is not one is refused', async () => {
  const good = form(field('class', 'desk'), file('bytes'))
  for (let cut = 0; cut < good.length - 2; cut++) await assert.rejects(read(good.subarray(0, cut)), MultipartError, `cut at ${cut}`)
  const wrong: Readonly<Record<string, Buffer>> = {
    'a preamble': Buffer.concat([Buffer.from('hello\r\n'), good]), 'more behind the end': Buffer.concat([good, Buffer.from('x')]), 'another form behind it': Buffer.concat([good, good]), 'bare line feeds': Buffer.from(good.toString('latin1').replaceAll('\r\n', '\n')),
    'another boundary': Buffer.from(good.toString('latin1').replaceAll(B, 'other')), 'a part without a name': form(part('Content-Disposition: form-data', 'x')), 'no disposition': form(part('Content-Type: text/plain', 'x')), 'an attachment': form(part('Content-Disposition: attachment; name="file"', 'x')),
    'two dispositions': form(part('Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"', 'x')), 'a name twice': form(part('Content-Disposition: form-data; name="a"; name="b"', 'x')), 'filename*': form(part("Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''a.pdf", 'x')),
    'another header': form(part('Content-Disposition: form-data; name="a"\r\nX-Evil: 1', 'x')), 'a folded header': form(part('Content-Disposition: form-data;\r\n name="a"', 'x')), 'transfer encoding': form(part('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64', 'eA==')),
    'endless headers': form(part(`Content-Disposition: form-data; name="${'a'.repeat(5_000)}"`, 'x')), 'no UTF-8': form(part('Content-Disposition: form-data; name="a\u00ff"', 'x')), 'a boundary that goes on': Buffer.from(good.toString('latin1').replace(`--${B}--`, `--${B}more--`)),
  }
  for (const [name, bytes] of Object.entries(wrong)) await assert.rejects(read(bytes), MultipartError, name)
})

// Guarantee: a boundary is what RFC 2046 lets one be, said once, of a form.
test('boundaries', () => {
  assert.equal(boundaryOf('multipart/form-data; boundary=abc'), 'abc')
  assert.equal(boundaryOf('Multipart/Form-Data;boundary="a b"'.replace(' ', '')), 'ab')
  for (const wrong of ['multipart/form-data', 'multipart/mixed; boundary=a', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=a; boundary=b', `multipart/form-data; boundary=${'a'.repeat(71)}`, 'multipart/form-data; boundary=a\r\nb', 'multipart/form-data; charset=utf-8; boundary=a']) assert.equal(boundaryOf(wrong), null, wrong)
})
