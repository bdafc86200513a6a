/** How long until a provider's cut-off. Pure. */

export type Left = { readonly text: string; readonly tone: 'info' | 'attention' | 'danger' }

const SOON_MIN = 24 * 60
const URGENT_MIN = 60

/** "2 d 4 h", "17 h 00 min", "4 min 09 s"; how urgent it is; and that it is over. `at` is an instant, `now_ms` the market clock. */
export function untilCutOff(at: string, now_ms: number): Left {
  const left_s = Math.floor((Date.parse(at) - now_ms) / 1_000)
  if (left_s <= 0) return { text: 'Past the cut-off', tone: 'danger' }
  const minutes = Math.floor(left_s / 60)
  const [hours, days] = [Math.floor(minutes / 60), Math.floor(minutes / 1_440)]
  const two = (value: number): string => String(value).padStart(2, '0')
  const text = days >= 2 ? `${days} d ${hours % 24} h` : minutes >= 10 ? `${hours > 0 ? `${hours} h ` : ''}${hours > 0 ? two(minutes % 60) : minutes} min` : `${minutes} min ${two(left_s % 60)} s`
  return { text: `${text} to cut-off`, tone: minutes < URGENT_MIN ? 'danger' : minutes < SOON_MIN ? 'attention' : 'info' }
}
