/** A photo of a phone has ten times the pixels that a paper needs to be read, and its network is slow: it is drawn smaller before it is sent. */

/** Enough to read an A4 page by. */
const SIDE_MAX_PX = 2_200
const QUALITY = 0.82
/** What is smaller than this goes as it is. */
const WORTH_IT_BYTES = 900 * 1024

/** Whether this is a phone or tablet: nothing but a finger points. */
export const isTouch = (): boolean => matchMedia('(pointer: coarse)').matches

/** The same photo with fewer pixels, as JPEG, upright and without where it was taken; or the file itself where that would not help. */
export async function smallerPhoto(file: File): Promise<File> {
  if (!/^image\/(?:jpeg|png|webp)$/.test(file.type) || file.size < WORTH_IT_BYTES || !isTouch()) return file
  let picture: ImageBitmap
  // What the browser cannot draw, the server looks at.
  try { picture = await createImageBitmap(file, { imageOrientation: 'from-image' }) } catch { return file }
  const scale = Math.min(1, SIDE_MAX_PX / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  const blob = await new Promise<Blob | null>((resolve) => { canvas.toBlob(resolve, 'image/jpeg', QUALITY) })
  if (blob === null || blob.size >= file.size) return file
  return new File([blob], `${file.name.replace(/\.[^.]*$/, '')}.jpg`, { type: 'image/jpeg', lastModified: file.lastModified })
}
