/** In which mode a session is executed: decided here, from the ceiling and what the desk wishes. Pure. */
import { EXECUTION_MODES } from '#contracts/api/route-sessions.ts'

export type ExecutionMode = (typeof EXECUTION_MODES)[number]

const width = (mode: ExecutionMode): number => EXECUTION_MODES.indexOf(mode)

/** The narrower of two modes, in the order of EXECUTION_MODES. */
export const lower = (a: ExecutionMode, b: ExecutionMode): ExecutionMode => (width(a) <= width(b) ? a : b)

/** The mode of an execution. A wish can only narrow: nobody widens what readiness allows. */
export const modeOf = (ceiling: ExecutionMode, wish: ExecutionMode | undefined): ExecutionMode => (wish === undefined ? ceiling : lower(ceiling, wish))

/** Whether anything outside FlowClaw may follow from it. */
export const isLive = (mode: ExecutionMode): boolean => mode !== 'simulation'
