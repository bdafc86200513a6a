/** Stored files through the API: how they come in, who sees them, and that nobody gets bytes before a verdict. */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { newArtifact, newSession, uploadForm } from '#api/testing/calls.ts'
import { Form, JPEG, pdfOf, pngOf } from '#api/testing/forms.ts'
import { openWorld, type Answer, type Client, type World } from '#api/testing/world.ts'

let world: World
let merchant: Client
let desk: Client
let admin: Client
before(async () => {
  world = await openWorld()
  merchant = await world.as(world.a, 'merchant_client')
  desk = await world.as(world.a, 'desk_operator')
  admin = await world.as(world.a, 'platform_admin')
})
after(() => world.close())

const outcome = ({ status, json }: Answer) => [status, json?.code, json?.field]
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const send = (client: Client, fields: Record<string, string>, name: string, type: string, bytes: Buffer) =>
  client.post('/api/artifacts', new Form({ class: 'merchant', kind: 'PROFORMA_INVOICE', ...fields }, { name, type, bytes }))
/** Every file under the folder of this world. */
const onDisk = (): string[] => readdirSync(world.files, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()
const rowsOf = async (): Promise<number> => (await world.database.superuser.query<{ n: number }>('select count(*)::int as n from artifacts')).rows[0]!.n

// Guarantee: what comes in comes out, byte for byte and by its name, and only after a verdict; its SHA-256 is shown and no answer says where it lies.
test('a file waits for its verdict and is then handed out as it came', async () => {
  const bytes = pdfOf('Proforma 2026-0917')
  const made = await send(merchant, {}, 'Proforma 2026‑0917 深圳.pdf', 'application/pdf', bytes)
  assert.equal(made.status, 201, made.text)
  const { id } = made.json
  assert.deepEqual([made.json.state, made.json.sha256, made.json.size_bytes, made.json.preview], ['quarantined', sha256(bytes), bytes.length, 'pdf'])
  for (const path of ['content', 'preview']) assert.deepEqual(outcome(await desk.get(`/api/artifacts/${id}/${path}`)), [409, 'artifact_quarantined', undefined])
  await world.deps.artifacts.scanRound()
  const seen = await desk.get(`/api/artifacts/${id}`)
  assert.deepEqual([seen.json.state, seen.json.scanner], ['clean', 'form check 1, no virus scanner'])
  const got = await desk.get(`/api/artifacts/${id}/content`)
  assert.deepEqual([got.status, sha256(got.bytes)], [200, sha256(bytes)])
  const headers = got.headers as Record<string, string>
  assert.equal(headers['content-disposition'], "attachment; filename=\"Proforma 2026_0917 __.pdf\"; filename*=UTF-8''Proforma%202026%E2%80%910917%20%E6%B7%B1%E5%9C%B3.pdf")
  assert.deepEqual([headers['content-type'], headers['x-content-type-options'], headers['cache-control']], ['application/pdf', 'nosniff', 'no-store'])
  assert.match(headers['content-security-policy']!, /^default-src 'none'; sandbox;/)
  const { rows: [row] } = await world.database.superuser.query<{ storage_key: string }>('select storage_key from artifacts where id = $1', [id])
  for (const answer of [made, seen, got, await desk.get('/api/artifacts'), await merchant.get(`/api/artifacts/${id}`)]) {
    for (const secret of [row!.storage_key, row!.storage_key.split('/')[1]!, world.files, 'storage_key']) assert.ok(!answer.text.includes(secret) && !JSON.stringify(answer.headers).includes(secret))
  }
})

// Guarantee: the same request again is the same file once; the same key with other bytes is a mismatch, and neither leaves bytes behind.
test('a repeated upload stores once', async () => {
  const key = { 'idempotency-key': randomUUID() }
  const form = uploadForm()
  const before = [await rowsOf(), onDisk().length] as const
  const [first, again] = [await merchant.post('/api/artifacts', form, key), await merchant.post('/api/artifacts', form, key)]
  assert.deepEqual([first.status, again.status, again.json.id], [201, 201, first.json.id])
  assert.deepEqual(outcome(await merchant.post('/api/artifacts', uploadForm(), key)), [422, 'idempotency_mismatch', undefined])
  assert.deepEqual([await rowsOf(), onDisk().length], [before[0] + 1, before[1] + 1])
})

// Guarantee: nobody says in a form who or whose they are, where bytes lie or what they were found to be: an unknown field is refused by its name, and nothing is kept.
test('a raw file_path is refused, and so is every other field that an upload does not have', async () => {
  const before = [await rowsOf(), onDisk()]
  for (const name of ['file_path', 'path', 'url', 'storage_key', 'tenant_id', 'state', 'sha256', 'uploaded_by', 'keep_until', '__proto__', 'constructor']) {
    assert.deepEqual(outcome(await desk.post('/api/artifacts', uploadForm({ [name]: '/etc/passwd' }))), [400, 'unknown_field', `/${name}`], name)
  }
  const file = { name: 'x.pdf', type: 'application/pdf', bytes: pdfOf('x') }
  const twice = Buffer.concat([new Form({ class: 'desk', kind: 'quote' }).bytes.subarray(0, -28), new Form({ class: 'merchant' }, file).bytes])
  assert.deepEqual(outcome(await desk.ask('POST', '/api/artifacts', { body: twice, headers: { 'content-type': new Form({}).content_type } })), [400, 'duplicate_field', '/class'])
  assert.deepEqual(outcome(await desk.post('/api/artifacts', new Form({ class: 'desk', kind: 'quote' }))), [400, 'missing_field', '/file'])
  assert.deepEqual(outcome(await desk.post('/api/artifacts', new Form({ class: 'desk', kind: 'quote', file: '/etc/passwd' }))), [400, 'invalid_field', '/file'])
  assert.deepEqual(outcome(await desk.post('/api/artifacts', new Form({ class: 'desk' }, file))), [400, 'missing_field', '/kind'])
  for (const kind of ['', '../x', 'x y', 'x'.repeat(61)]) assert.deepEqual(outcome(await desk.post('/api/artifacts', new Form({ class: 'desk', kind }, file))), [400, 'invalid_field', '/kind'], kind)
  assert.deepEqual(outcome(await desk.post('/api/artifacts', new Form({ class: 'desk', kind: 'quote' }, { ...file, field: 'other' }))), [400, 'unknown_field', '/other'])
  assert.deepEqual(outcome(await desk.post('/api/artifacts', { class: 'desk', kind: 'quote', file_path: '/etc/passwd' })), [415, 'unsupported_media_type', undefined])
  assert.deepEqual(outcome(await desk.ask('POST', '/api/artifacts', { body: uploadForm().bytes, headers: { 'content-type': 'multipart/form-data' } })), [400, 'malformed_upload', undefined])
  assert.deepEqual(outcome(await desk.ask('POST', '/api/suppliers', { body: uploadForm() })), [415, 'unsupported_media_type', undefined])
  assert.deepEqual([await rowsOf(), onDisk()], before)
})

// Guarantee: attack 36: a name is a name. What of it could be a path, a header line or another name goes before it is kept, and it comes back in a header that it cannot end.
test('attack 36: file names with paths, NUL, line breaks and hidden characters', async () => {
  const names: readonly (readonly [string, string])[] = [
    ['../../../etc/passwd.pdf', 'passwd.pdf'], ['..\\..\\windows\\system32\\x.pdf', 'x.pdf'], ['a%0d%0aSet-Cookie: x=1.pdf', 'a Set-Cookie_ x=1.pdf'], ['\u202Efdp.exe\u202C.pdf', 'fdp.exe.pdf'],
    ['....pdf', 'pdf.pdf'], ['.pdf', 'pdf.pdf'], ['x"; filename="y.pdf', 'y.pdf'], [`${'長'.repeat(300)}.pdf`, `${'長'.repeat(116)}.pdf`], ['a\u200B\u00ADb.pdf', 'ab.pdf'], ['<script>.pdf', '_script_.pdf'],
  ]
  for (const [given, kept] of names) {
    const made = await send(desk, { merchant_id: world.a.merchants.own }, given, 'application/pdf', pdfOf(given.replaceAll(/[^ -~]/g, '')))
    if (made.status !== 201) { assert.deepEqual(outcome(made).slice(0, 1), [400], `${given}: ${made.text}`); continue }
    assert.equal(made.json.file_name, kept, given)
  }
  const raw = (name: string) => {
    const form = uploadForm()
    return desk.ask('POST', '/api/artifacts', { body: Buffer.from(form.bytes.toString('latin1').replace('proforma.pdf', name), 'latin1'), headers: { 'content-type': form.content_type } })
  }
  for (const name of ['a\0b.pdf', 'a\r\nX-Evil: 1\r\n.pdf', 'a\nb.pdf']) assert.deepEqual(outcome(await raw(name)), [400, 'malformed_upload', undefined], JSON.stringify(name))
})

// Guarantee: attack 36: name, declared type and content must say the same, and the content be no more than a document or picture; whatever is refused leaves no row and no bytes, and one audit row.
test('attack 36: polyglots, bombs and active content are refused and leave nothing', async () => {
  const zip = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.alloc(30), Buffer.from('PK\u0005\u0006', 'latin1'), Buffer.alloc(18)])
  const pdf = pdfOf('x')
  const cases: readonly (readonly [string, string, string, Buffer, string])[] = [
    ['an archive', 'x.zip', 'application/zip', zip, 'file_type_refused'], ['an archive as PDF', 'x.pdf', 'application/pdf', zip, 'file_type_refused'], ['a program', 'x.exe', 'application/octet-stream', Buffer.from('MZ'), 'file_type_refused'],
    ['HTML', 'x.html', 'text/html', Buffer.from('<html>'), 'file_type_refused'], ['SVG', 'x.svg', 'image/svg+xml', Buffer.from('<svg/>'), 'file_type_refused'], ['SVG as XML', 'x.xml', 'text/xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>'), 'file_content_refused'],
    ['no extension', 'x', 'application/pdf', pdf, 'file_type_refused'], ['two extensions', 'x.pdf.exe', 'application/pdf', pdf, 'file_type_refused'], ['PDF as PNG', 'x.png', 'image/png', pdf, 'file_type_refused'], ['PDF declared PNG', 'x.pdf', 'image/png', pdf, 'file_type_refused'],
    ['PNG as JPEG', 'x.jpg', 'image/jpeg', pngOf(4, 4), 'file_type_refused'], ['PDF and archive', 'x.pdf', 'application/pdf', Buffer.concat([pdf, zip]), 'file_content_refused'], ['picture and archive', 'x.jpg', 'image/jpeg', Buffer.concat([JPEG, zip]), 'file_content_refused'],
    ['picture and PDF', 'x.jpg', 'image/jpeg', Buffer.concat([JPEG.subarray(0, 20), Buffer.from('%PDF-1.7'), JPEG.subarray(20)]), 'file_content_refused'], ['picture with a tail', 'x.png', 'image/png', Buffer.concat([pngOf(4, 4), Buffer.from('<script>')]), 'file_content_refused'],
    ['a bomb of pixels', 'x.png', 'image/png', pngOf(60_000, 60_000), 'file_content_refused'], ['a cut picture', 'x.png', 'image/png', pngOf(4, 4).subarray(0, -4), 'file_content_refused'], ['a document type', 'x.xml', 'application/xml', Buffer.from('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), 'file_content_refused'],
    ['bytes as text', 'x.txt', 'text/plain', Buffer.from([0x61, 0, 0x62]), 'file_content_refused'], ['a PDF that runs', 'x.pdf', 'application/pdf', pdfOf('x', '/OpenAction << /S /JavaScript /JS (app.alert(1)) >>'), 'file_content_refused'],
    ['a PDF that runs, written otherwise', 'x.pdf', 'application/pdf', pdfOf('x', '/Names << /J#61vaScript 9 0 R >>'), 'file_content_refused'], ['a PDF with a file', 'x.pdf', 'application/pdf', pdfOf('x', '/Names << /EmbeddedFiles 9 0 R >>'), 'file_content_refused'],
  ]
  for (const [what, name, type, bytes, code] of cases) {
    const before = [await rowsOf(), onDisk()]
    const audit = (await world.auditRows(world.a)).length
    const answer = await send(desk, { merchant_id: world.a.merchants.own }, name, type, bytes)
    assert.deepEqual(outcome(answer), [400, code, '/file'], `${what}: ${answer.text}`)
    assert.deepEqual([await rowsOf(), onDisk()], before, what)
    assert.deepEqual((await world.auditRows(world.a)).slice(audit).map(({ action, facts }) => [action, (facts as { refused: string }).refused]), [['artifact.uploaded', code]], what)
  }
  for (const [name, type, bytes] of [['x.png', 'image/png', pngOf(3, 3)], ['x.jpg', 'image/jpeg', JPEG], ['x.csv', 'application/vnd.ms-excel', Buffer.from('a,b\r\n1,2\r\n')], ['x.xml', 'text/xml', Buffer.from('<?xml version="1.0"?><Document/>')], ['x.pdf', 'application/pdf', pdfOf('x', '/OpenAction [3 0 R /Fit]')]] as const) {
    const made = await send(desk, { merchant_id: world.a.merchants.own }, name, type, bytes)
    assert.equal(made.status, 201, `${name}: ${made.text}`)
  }
})

// Guarantee: attack 36: a file over the limit is cut off while it comes in, whatever its sender said about it, and leaves no row and no bytes.
test('attack 36: a file that is too large', async () => {
  const before = [await rowsOf(), onDisk()]
  const { bytes_max } = world.deps.artifacts.limits
  assert.deepEqual(outcome(await send(desk, { merchant_id: world.a.merchants.own }, 'x.txt', 'text/plain', Buffer.alloc(bytes_max + 1, 'a'))), [413, 'file_too_large', '/file'])
  assert.deepEqual(outcome(await send(desk, { merchant_id: world.a.merchants.own }, 'x.txt', 'text/plain', Buffer.alloc(bytes_max * 3, 'a'))), [413, 'file_too_large', '/file'])
  assert.deepEqual(outcome(await send(desk, { merchant_id: world.a.merchants.own }, 'x.txt', 'text/plain', Buffer.alloc(0))), [400, 'invalid_field', '/file'])
  assert.deepEqual([await rowsOf(), onDisk()], before)
  assert.equal((await send(desk, { merchant_id: world.a.merchants.own }, 'x.txt', 'text/plain', Buffer.alloc(bytes_max, 'a'))).status, 201)
})

// Guarantee: a merchant sees its own files of the classes public and merchant; what is the desk's, restricted or another merchant's are the bytes of a file that does not exist, in every operation.
test('a class and a merchant decide who sees a file', async () => {
  const missing = await merchant.get(`/api/artifacts/${randomUUID()}`)
  const agent = await world.as(world.a, 'settlement_agent')
  for (const level of ['public', 'merchant', 'desk', 'restricted'] as const) {
    const own = await newArtifact(world, world.a, 'own', { class: level })
    const other = await newArtifact(world, world.a, 'other', { class: level })
    const shown = level === 'public' || level === 'merchant'
    for (const path of ['', '/content', '/preview']) {
      assert.equal((await desk.get(`/api/artifacts/${own.id}${path}`)).status, 200, `${level}${path}`)
      const answer = await merchant.get(`/api/artifacts/${own.id}${path}`)
      if (shown) assert.equal(answer.status, 200, `${level}${path}`)
      else assert.equal(answer.text, missing.text, `${level}${path}`)
      for (const hidden of [await merchant.get(`/api/artifacts/${other.id}${path}`), await agent.get(`/api/artifacts/${own.id}${path}`)]) assert.equal(hidden.text, missing.text)
    }
    const listed = (await merchant.get(`/api/artifacts?class=${level}&limit=100`)).json.items as { id: string }[]
    assert.equal(listed.some(({ id }) => id === own.id), shown)
    assert.ok(!listed.some(({ id }) => id === other.id))
  }
  for (const level of ['public', 'desk', 'restricted']) assert.deepEqual(outcome(await merchant.post('/api/artifacts', uploadForm({ class: level }))), [400, 'invalid_field', '/class'])
  assert.deepEqual(outcome(await merchant.post('/api/artifacts', uploadForm({ merchant_id: world.a.merchants.other }))), [400, 'invalid_field', '/merchant_id'])
  const session = await newSession(world, world.a, 'other')
  assert.deepEqual(outcome(await merchant.post('/api/artifacts', uploadForm({ session_id: session.id }))), [404, 'not_found', undefined])
  assert.deepEqual(outcome(await desk.post('/api/artifacts', uploadForm({ session_id: session.id, merchant_id: world.a.merchants.own }))), [400, 'invalid_field', '/merchant_id'])
  assert.deepEqual(outcome(await desk.post('/api/artifacts', uploadForm())), [400, 'missing_field', '/merchant_id'])
  const told = (await merchant.get('/api/artifacts?limit=100')).json.items as { scanner: unknown; uploaded_by: { side: string; name: string | null } }[]
  for (const { scanner, uploaded_by } of told) assert.deepEqual([scanner, uploaded_by.name], [null, uploaded_by.side === 'desk' ? null : 'Ada Obi'])
})

// Guarantee: each reading of a restricted file's content is on record before its first byte; of no other file.
test('reading a restricted file leaves its audit row', async () => {
  for (const [level, rows] of [['restricted', 2], ['desk', 0]] as const) {
    const { id } = await newArtifact(world, world.a, 'own', { class: level })
    const before = (await world.auditRows(world.a)).length
    for (const path of ['content', 'preview', '']) await desk.get(`/api/artifacts/${id}/${path}`)
    const written = (await world.auditRows(world.a)).slice(before)
    assert.deepEqual(written.map(({ action, user_id }) => [action, user_id]), Array.from({ length: rows }, () => ['artifact.read', world.a.users.desk_operator]), level)
  }
})

// Guarantee: a file is never edited: another one takes its place, once, and both say so; of many at once one does.
test('a file is replaced once', async () => {
  const old = (await merchant.post('/api/artifacts', uploadForm())).json
  const answers = await Promise.all(Array.from({ length: 4 }, () => merchant.post('/api/artifacts', uploadForm({ supersedes: old.id }))))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409])
  for (const { status, json } of answers) if (status !== 201) assert.equal(json.code, 'artifact_superseded')
  const made = answers.find(({ status }) => status === 201)!.json
  assert.deepEqual([made.supersedes, (await merchant.get(`/api/artifacts/${old.id}`)).json.superseded_by], [old.id, made.id])
  assert.deepEqual(outcome(await merchant.post('/api/artifacts', uploadForm({ supersedes: made.id, kind: 'COMMERCIAL_INVOICE' }))), [400, 'invalid_field', '/supersedes'])
  const of_desk = await newArtifact(world, world.a, 'own')
  assert.deepEqual(outcome(await merchant.post('/api/artifacts', uploadForm({ supersedes: of_desk.id }))), [400, 'invalid_field', '/supersedes'])
  for (const id of [(await newArtifact(world, world.a, 'own', { class: 'desk' })).id, (await newArtifact(world, world.a, 'other')).id, randomUUID()]) {
    assert.deepEqual(outcome(await merchant.post('/api/artifacts', uploadForm({ supersedes: id }))), [404, 'not_found', undefined])
  }
  await assert.rejects(world.database.superuser.query("update artifacts set state = 'quarantined', scanned_at = null, scanner = null where id = $1", [of_desk.id]), /an artifact is judged once/)
})

// Guarantee: what an admin removes is gone from the disk, its row stays with the reason, and it is never opened again.
test('a removed file is gone and its row stays', async () => {
  const { id } = await newArtifact(world, world.a, 'own')
  const before = onDisk().length
  assert.equal((await desk.post(`/api/artifacts/${id}/remove`, { reason: 'wrong_file' })).status, 404)
  const removed = await admin.post(`/api/artifacts/${id}/remove`, { reason: 'wrong_file' })
  assert.deepEqual([removed.status, removed.json.state, removed.json.removed_because], [200, 'removed', 'wrong_file'])
  assert.equal(onDisk().length, before - 1)
  assert.deepEqual(outcome(await desk.get(`/api/artifacts/${id}/content`)), [410, 'artifact_removed', undefined])
  assert.deepEqual(outcome(await admin.post(`/api/artifacts/${id}/remove`, { reason: 'wrong_file' })), [410, 'artifact_removed', undefined])
  const waiting = (await desk.post('/api/artifacts', uploadForm({ merchant_id: world.a.merchants.own }))).json
  assert.equal((await admin.post(`/api/artifacts/${waiting.id}/remove`, { reason: 'contains_too_much' })).json.state, 'removed')
})

// Guarantee: a merchant's list is filtered by what it asks for, page by page, and no page holds what another one had.
test('lists are filtered and paged', async () => {
  const session = await newSession(world, world.a, 'own')
  const ids: string[] = []
  for (let n = 0; n < 3; n++) ids.unshift((await merchant.post('/api/artifacts', uploadForm({ session_id: session.id }, `page ${n}`))).json.id)
  const first = (await merchant.get(`/api/artifacts?session_id=${session.id}&limit=2`)).json
  const second = (await merchant.get(`/api/artifacts?session_id=${session.id}&limit=2&cursor=${first.next_cursor}`)).json
  assert.deepEqual([...first.items, ...second.items].map(({ id }: { id: string }) => id), ids)
  assert.equal(second.next_cursor, null)
  assert.equal((await merchant.get(`/api/artifacts?q=${first.items[0].sha256.slice(0, 12)}`)).json.items[0].id, ids[0])
  assert.equal((await merchant.get(`/api/artifacts?session_id=${session.id}&state=clean`)).json.items.length, 0)
  assert.deepEqual(outcome(await merchant.get('/api/artifacts?cursor=x')), [400, 'invalid_cursor', '/cursor'])
})
