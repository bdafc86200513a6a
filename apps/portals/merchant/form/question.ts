import type { RefObject } from 'react'
import type { CorridorRow, Supplier } from '../../api/types.ts'
import type { Draft } from '../draft.ts'
import { PLACES } from '../../shared/places.ts'

/** What each question is given. */
export type QuestionProps = {
  readonly draft: Draft
  readonly change: (change: Partial<Draft>) => void
  readonly supplier: Supplier | undefined
  readonly corridor: CorridorRow | undefined
  readonly suppliers: readonly Supplier[]
  /** field → message key */
  readonly errors: Readonly<Record<string, string>>
  readonly heading: RefObject<HTMLHeadingElement | null>
}

/** The corridor that leads to a supplier's country; a supplier's bank in Hong Kong is reached through the China corridor. */
export const corridorFor = (supplier: Supplier, corridors: readonly CorridorRow[]): CorridorRow | undefined =>
  corridors.find((corridor) => corridor.destination_country === (PLACES[supplier.country]?.corridor_country ?? supplier.country))
