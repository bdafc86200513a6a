import { encode } from 'uqr'

/** A QR code drawn in the page itself: what it says leaves the browser nowhere. Dark on white in every theme, as cameras want it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" className="size-48 max-w-full self-center rounded-lg">
      <rect width={size} height={size} fill="#ffffff" /><path d={path} fill="#000000" />
    </svg>
  )
}
