/** Whether a picture's own structure holds from its first byte to its last, and its size is one that a browser can draw. Nothing is decoded. */
import { crc32 } from 'node:zlib'

export type ImageFault = 'image_broken' | 'image_too_large'

const SIDE_MAX = 16_384
/** More than any phone's camera makes. */
const PIXELS_MAX = 120_000_000

const sized = (width: number, height: number): ImageFault | null =>
  width === 0 || height === 0 ? 'image_broken' : width > SIDE_MAX || height > SIDE_MAX || width * height > PIXELS_MAX ? 'image_too_large' : null

/** Chunks with right check sums, the header first, the end last and nothing behind it. */
export function pngFault(bytes: Buffer): ImageFault | null {
  let size: ImageFault | null = 'image_broken'
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at)
    const end = at + 12 + length
    if (end > bytes.length || crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return 'image_broken'
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (at === 8) {
      if (type !== 'IHDR' || length !== 13) return 'image_broken'
      size = sized(bytes.readUInt32BE(16), bytes.readUInt32BE(20))
      if (size !== null) return size
    }
    if (type === 'IEND') return end === bytes.length ? size : 'image_broken'
    at = end
  }
  return 'image_broken'
}

/** Frame headers that say how large it is: baseline, progressive and the others that browsers draw. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** Segments up to the picture itself, one of which says its size, and an end. Phones write more pictures behind the first, so what follows the end is not looked at here. */
export function jpegFault(bytes: Buffer): ImageFault | null {
  let size: ImageFault | null | undefined
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) return 'image_broken'
    const marker = bytes[at + 1]!
    // A marker may be padded with any number of 0xff.
    if (marker === 0xff) { at++; continue }
    const length = bytes.readUInt16BE(at + 2)
    if (length < 2 || at + 2 + length > bytes.length) return 'image_broken'
    if (isFrame(marker)) {
      if (length < 8) return 'image_broken'
      size = sized(bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5))
    }
    if (marker === 0xda) return size === undefined || bytes.indexOf(Buffer.from([0xff, 0xd9]), at) === -1 ? 'image_broken' : size
    at += 2 + length
  }
  return 'image_broken'
}

const u24 = (bytes: Buffer, at: number): number => bytes.readUIntLE(at, 3)

/** A RIFF of exactly the file's length whose first chunk says the size. */
export function webpFault(bytes: Buffer): ImageFault | null {
  if (bytes.length < 30 || bytes.readUInt32LE(4) + 8 !== bytes.length) return 'image_broken'
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8X': return sized(u24(bytes, 24) + 1, u24(bytes, 27) + 1)
    case 'VP8 ': return sized(bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff)
    case 'VP8L': {
      const packed = bytes.readUInt32LE(21)
      return sized((packed & 0x3fff) + 1, ((packed >>> 14) & 0x3fff) + 1)
    }
    default: return 'image_broken'
  }
}
