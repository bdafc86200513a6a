import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { JPEG, pdfOf, pngOf } from '#api/testing/forms.ts'
import { checkForm, clamdAddress, createClamav, FILE_TYPES } from './index.ts'

const faultOf = (name: string, type: string, bytes: Buffer): string => {
  const checked = checkForm(name, type, bytes)
  return 'fault' in checked ? checked.fault : checked.media_type
}
const pdf = (extra: string): string => faultOf('x.pdf', 'application/pdf', pdfOf('x', extra))
const OBJECTS = '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode'
/** A PDF whose catalogue's rest lies in a compressed object stream. */
function packed(inside: string | Buffer, dictionary = OBJECTS, begins = '\nstream\n'): Buffer {
  const stream = deflateSync(inside)
  const plain = pdfOf('x').toString('latin1')
  const object = `9 0 obj\n<< ${dictionary} /Length ${stream.length} >>${begins}${stream.toString('latin1')}\nendstream\nendobj\n`
  return Buffer.from(plain.replace('xref\n', () => `${object}xref\n`), 'latin1')
}

// Guarantee: a PDF that runs, starts, sends or fetches something, or carries a file, is refused wherever that stands and however its name is written; one that opens at a page or holds links is not.
test('active content of a PDF is found, also inside object streams', () => {
  for (const active of ['/OpenAction << /S /JavaScript /JS (x) >>', '/AA << /O 7 0 R >>', '/Names << /J#61v#61Script 9 0 R >>', '/OpenAction << /S /Launch /F (cmd.exe) >>', '/A << /S /SubmitForm >>', '/A << /S /GoToR >>',
    '/OpenAction << /S /URI /URI (http://x.example) >>', '/OpenAction 77 0 R', '/AcroForm << /XFA 9 0 R >>', '/X << /Subtype /RichMedia >>', '/JS (app.alert)']) assert.equal(pdf(active), 'pdf_active', active)
  for (const attached of ['/Names << /EmbeddedFiles 9 0 R >>', '/X << /Type /EmbeddedFile >>', '/X << /Subtype /FileAttachment >>', '/Collection << >>']) assert.equal(pdf(attached), 'pdf_attachment', attached)
  assert.equal(pdf('/Encrypt 9 0 R'), 'pdf_encrypted')
  for (const plain of ['', '/OpenAction [3 0 R /XYZ null null 0]', '/OpenAction << /S /GoTo /D [3 0 R /Fit] >>', '/X << /S /URI /URI (https://bank.example) >>', '/Title (JavaScript for beginners)', '/JSomething 1', '/Lang (en) /AAA true']) assert.equal(pdf(plain), 'application/pdf', plain)
  assert.equal(faultOf('x.pdf', 'application/pdf', packed('7 0 << /S /JavaScript /JS (x) >>')), 'pdf_active')
  assert.equal(faultOf('x.pdf', 'application/pdf', packed('7 0 << /S /J#61vaScript >>')), 'pdf_active')
  assert.equal(faultOf('x.pdf', 'application/pdf', packed('7 0 << /Kind /Nothing >>')), 'application/pdf')
  assert.equal(faultOf('x.pdf', 'application/pdf', packed('7 0 << /S /JavaScript >>', '/Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]')), 'pdf_broken', 'what cannot be looked into is refused')
  assert.equal(faultOf('x.pdf', 'application/pdf', packed('7 0 x', '/Type /Obj#53tm /N 1 /First 4 /Filter /LZWDecode')), 'pdf_broken')
})

// Guarantee: an object stream is looked into however its beginning is written, also one that only some readers take for one, or the file is refused.
test('no object stream goes by unseen', () => {
  const active = '7 0 << /S /JavaScript /JS (x) >>'
  const of = (dictionary: string, begins: string, inside = active): string => faultOf('x.pdf', 'application/pdf', packed(inside, dictionary, begins))
  for (const begins of ['\nstream\n', `${' '.repeat(20)}stream\r\n`, ' %x\nstream\n', '\nstream\r', '\0stream\n']) {
    assert.equal(of(OBJECTS, begins), 'pdf_active', JSON.stringify(begins))
    assert.equal(of('/N 1 /First 4 /Filter /FlateDecode', begins), 'pdf_active', 'without its type')
    assert.equal(of(OBJECTS, begins, '7 0 << /Kind /Nothing >>'), 'application/pdf', JSON.stringify(begins))
  }
  for (const hidden of [`${OBJECTS} ${' '.repeat(5_000)}`, `/N 1 /F#69rst 4 /Filter /FlateDecode ${' '.repeat(5_000)}`, '/N 1 /First%x\n4 /Filter 9 0 R']) assert.equal(of(hidden, '\nstream\n'), 'pdf_broken', hidden.slice(0, 60))
  assert.equal(pdf('/Outlines << /First 5 0 R /Last 5 0 R /Count 1 >>'), 'application/pdf')
})

// Guarantee: however often a file says the same again, the check ends within moments: it holds up no other request.
test('a PDF of repetitions is given up on', () => {
  for (const [again, times, end] of [['>>stream\n', 2_000_000, ''], ['/OpenAction 9 0 R\n', 500_000, '9 0 obj [3 0 R]\nendobj\n'], ['/First%', 2_000_000, ''], [`/First${' '.repeat(50)}`, 300_000, '']] as const) {
    const started = performance.now()
    faultOf('x.pdf', 'application/pdf', Buffer.from(pdfOf('x').toString('latin1').replace('xref\n', () => `${again.repeat(times)}${end}xref\n`), 'latin1'))
    assert.ok(performance.now() - started < 5_000, again)
  }
})

// Guarantee: what unpacks to far more than it is, is given up on within its budget and in a moment.
test('attack 36: a bomb inside a PDF', () => {
  const started = performance.now()
  assert.equal(faultOf('x.pdf', 'application/pdf', packed(Buffer.alloc(200 * 1024 * 1024, 0x20))), 'pdf_broken')
  assert.ok(performance.now() - started < 5_000)
})

// Guarantee: of all pairs of a name and a content, only those of one kind pass; and a file of any kind with an archive behind it never does.
test('a name goes with its own content alone', () => {
  const contents: Readonly<Record<string, Buffer>> = {
    'application/pdf': pdfOf('x'), 'image/png': pngOf(3, 3), 'image/jpeg': JPEG, 'text/plain': Buffer.from('plain text\n'), 'text/csv': Buffer.from('a,b\n'), 'application/xml': Buffer.from('<?xml version="1.0"?><a/>'),
    'image/webp': Buffer.concat([Buffer.from('RIFF'), Buffer.from([34, 0, 0, 0]), Buffer.from('WEBPVP8X'), Buffer.from([10, 0, 0, 0, 0, 0, 0, 0, 63, 0, 0, 63, 0, 0]), Buffer.alloc(12)]),
  }
  const archive = Buffer.concat([Buffer.from('PK\u0005\u0006', 'latin1'), Buffer.alloc(18)])
  const text = new Set(['text/plain', 'text/csv', 'application/xml'])
  for (const { media_type, extensions, declared } of FILE_TYPES) for (const [kind, bytes] of Object.entries(contents)) {
    const passes = kind === media_type || ((media_type === 'text/plain' || media_type === 'text/csv') && text.has(kind))
    const got = faultOf(`x.${extensions[0]}`, declared[0], bytes)
    assert.equal(got === media_type, passes, `${kind} as ${media_type}: ${got}`)
    if (passes) assert.notEqual(faultOf(`x.${extensions[0]}`, declared[0], Buffer.concat([bytes, archive])), media_type, `${kind} with an archive`)
  }
})

// Guarantee: whatever bytes come, the check ends with a verdict and throws nothing; a picture cut anywhere is refused.
test('no bytes break the check', () => {
  const types = FILE_TYPES.map(({ extensions, declared }) => [extensions[0], declared[0]] as const)
  const heads = ['', '%PDF-1.7\n', '\u0089PNG\r\n\u001a\n', '\u00ff\u00d8\u00ff\u00c0', 'RIFF\u0010\u0000\u0000\u0000WEBPVP8L']
  fc.assert(fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...types), (head, tail, [extension, declared]) => {
    checkForm(`x.${extension}`, declared, Buffer.concat([Buffer.from(head, 'latin1'), tail]))
  }), { numRuns: 2_000 })
  for (const [name, type, bytes] of [['x.png', 'image/png', pngOf(5, 5)], ['x.jpg', 'image/jpeg', JPEG], ['x.pdf', 'application/pdf', pdfOf('x')]] as const) {
    for (let cut = 1; cut < bytes.length - 2; cut++) assert.ok(faultOf(name, type, bytes.subarray(0, cut)) !== type, `${name} cut at ${cut}`)
  }
})

type Talk = (socket: Socket) => void
/** A scripted daemon. */
async function daemon(talk: Talk): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => { sockets.add(socket); socket.on('error', () => undefined); talk(socket) }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: async () => { for (const socket of sockets) socket.destroy(); server.close(); await once(server, 'close') } }
}

// Guarantee: only the daemon's own words are a verdict: silence, a drip, an error, HTML, too much, a cut line or a closed door leave the file without one, in bounded time.
test('whatever is not a verdict of clamd is none', async () => {
  const faults: Readonly<Record<string, Talk>> = {
    'hangs': () => undefined, 'closes': (socket) => socket.destroy(), 'says nothing': (socket) => { socket.on('data', () => socket.end()) }, 'HTML': (socket) => { socket.on('data', () => socket.end('<html>stream: OK</html>')) },
    'says OK of something else': (socket) => { socket.on('data', () => socket.end('OK\0')) }, 'says OK and more': (socket) => { socket.on('data', () => socket.end('stream: OK\nstream: X FOUND\0')) }, 'an error': (socket) => { socket.on('data', () => socket.end('stream: lstat() failed. ERROR\0')) },
    'goes on for ever': (socket) => { socket.on('data', () => socket.write('x'.repeat(5_000))) }, 'drips': (socket) => { const timer = setInterval(() => socket.write('s'), 20); socket.on('close', () => clearInterval(timer)) },
    // A verdict from a daemon that does not say what it is would be kept under no name.
    'OK without a version': (socket) => { socket.on('data', (bytes) => socket.end(bytes.toString('latin1').startsWith('zVERSION') ? '' : 'stream: OK\0')) },
  }
  for (const [name, talk] of Object.entries(faults)) {
    const { port, close } = await daemon(talk)
    const started = performance.now()
    assert.deepEqual(await createClamav({ host: '127.0.0.1', port }, 300).scan(Buffer.alloc(200_000, 'x')), { verdict: 'unavailable', why: 'scanner_unavailable' }, name)
    assert.ok(performance.now() - started < 2_000, name)
    await close()
  }
  const { port, close } = await daemon((socket) => { socket.on('data', () => socket.end('INSTREAM size limit exceeded. ERROR\0')) })
  assert.deepEqual(await createClamav({ host: '127.0.0.1', port }, 300).scan(Buffer.from('x')), { verdict: 'unavailable', why: 'scanner_size_limit' })
  await close()
  assert.deepEqual(await createClamav({ host: '127.0.0.1', port }, 300).scan(Buffer.from('x')), { verdict: 'unavailable', why: 'scanner_unavailable' }, 'nobody listens')
})

// Guarantee: the address of the scanner is a socket or a host with a port and nothing else.
test('addresses of clamd', () => {
  assert.deepEqual(clamdAddress('unix:/run/clamav/clamd.ctl'), { path: '/run/clamav/clamd.ctl' })
  assert.deepEqual(clamdAddress('tcp:127.0.0.1:3310'), { host: '127.0.0.1', port: 3310 })
  assert.deepEqual(clamdAddress('tcp:[::1]:3310'), { host: '::1', port: 3310 })
  for (const wrong of ['', '/run/x', 'unix:x', 'tcp:host', 'tcp:host:0', 'tcp:host:70000', 'http://host:1', 'tcp:a b:1']) assert.equal(clamdAddress(wrong), null, wrong)
})
