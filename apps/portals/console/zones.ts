/** The zone in which a country's dates are read. */
const ZONES: Readonly<Record<string, string>> = {
  NG: 'Africa/Lagos', KE: 'Africa/Nairobi', GH: 'Africa/Accra', ZA: 'Africa/Johannesburg', CN: 'Asia/Shanghai', HK: 'Asia/Hong_Kong', AE: 'Asia/Dubai',
  US: 'America/New_York', GB: 'Europe/London',
}
export const zoneOf = (country: string): string => ZONES[country] ?? 'UTC'
/** The zone at the far end of a corridor such as "ng-cn". */
export const destinationZone = (corridor_id: string): string => zoneOf(corridor_id.split('-').at(-1)!.toUpperCase())
