import { createContext, useContext } from 'react'
import type { Target } from './target.ts'

export const ProvenanceContext = createContext<(target: Target) => void>(() => undefined)
/** Opens the drawer that says where a number comes from. */
export const useProvenance = (): ((target: Target) => void) => useContext(ProvenanceContext)
