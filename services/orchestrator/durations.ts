/** ISO 8601 durations of days, hours, minutes and seconds, as whole seconds. */

export const DAY_S = 86_400
export const HOUR_S = 3_600

/** Seconds of `P3D`, `PT12M48S`, `P1DT2H`. Throws on anything else: months and years have no fixed length. */
export function durationSeconds(text: string): number {
  const match = /^P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?$/.exec(text)
  if (!match || text === 'P' || text.endsWith('T')) throw new Error(`not a duration: ${JSON.stringify(text)}`)
  const [, d = '0', h = '0', m = '0', s = '0'] = match
  return Number(d) * DAY_S + Number(h) * HOUR_S + Number(m) * 60 + Number(s)
}
