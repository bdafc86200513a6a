import type { DeskRouteSession } from '../../../api/types.ts'
import { Notice, StatusTag } from '../../../shared/ui/index.ts'

/** Whether nothing of this session can be real: it is played, or no more than playing is allowed. */
export const isSimulation = ({ execution_mode, mode_ceiling }: Pick<DeskRouteSession, 'execution_mode' | 'mode_ceiling'>): boolean => (execution_mode ?? mode_ceiling) === 'simulation'

/** The mark that stands in the title row of every screen of such a session. */
export const SimulationMark = ({ session }: { session: DeskRouteSession }) => (isSimulation(session) ? <StatusTag tone="waiting" size="small" icon="circle-dashed">Simulation — nothing real happens</StatusTag> : null)

/** The same on the sheet of an execution, where somebody might copy an account from. */
export const SimulationBanner = ({ session }: { session: DeskRouteSession }) => (isSimulation(session)
  ? <Notice tone="waiting" icon="circle-dashed" title="Simulation — nothing real happens">No bank and no provider is told anything. Do not pay by what stands here.</Notice> : null)
