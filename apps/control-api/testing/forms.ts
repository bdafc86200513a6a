/** Forms that carry a file, as a browser sends them; and small files that are what they say. */
import { deflateSync, crc32 } from 'node:zlib'

const BOUNDARY = '----flowclaw-test-form'

/** The body of a request that is no JSON. */
export class Form {
  readonly content_type = `multipart/form-data; boundary=${BOUNDARY}`
  readonly bytes: Buffer
  /** as documentation shows it: the fields, and the file by its name */
  readonly shown: Readonly<Record<string, string>>
  constructor(fields: Readonly<Record<string, string | undefined>>, file?: { readonly name: string; readonly type: string; readonly bytes: Buffer; readonly field?: string }) {
    const parts: Buffer[] = Object.entries(fields).filter(([, value]) => value !== undefined).map(([name, value]) => Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`))
    if (file !== undefined) parts.push(Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${file.field ?? 'file'}"; filename="${file.name}"\r\nContent-Type: ${file.type}\r\n\r\n`), file.bytes, Buffer.from('\r\n'))
    this.shown = { ...(JSON.parse(JSON.stringify(fields)) as Record<string, string>), ...(file === undefined ? {} : { file: file.name }) }
    this.bytes = Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)])
  }
}

/** A body as bytes, with its content type. */
export const bodyBytes = (body: unknown): { readonly payload: string | Buffer; readonly content_type: string } =>
  (body instanceof Form ? { payload: body.bytes, content_type: body.content_type }
    : { payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body), content_type: 'application/json' })

/** One page that says this text; `extra` stands in its catalogue. */
export function pdfOf(text: string, extra = ''): Buffer {
  const stream = `BT /F1 24 Tf 72 720 Td (${text.replaceAll(/[()\\]/g, '')}) Tj ET`
  const objects = [`<< /Type /Catalog /Pages 2 0 R ${extra} >>`, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>', `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>']
  let body = '%PDF-1.7\n'
  const offsets = objects.map((object, i) => {
    const at = body.length
    body += `${i + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  return Buffer.from(`${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`, 'latin1')
}

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A grey picture. */
export function pngOf(width: number, height: number, rows = Math.min(height, 512)): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(rows * (Math.min(width, 512) + 1), 0x80))), chunk('IEND', Buffer.alloc(0))])
}

/** The smallest baseline JPEG that decoders take: one grey block. */
export const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b080001000101011100ffc4001f0000010501010101010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f00fbd3ffd9', 'hex')
