/** What names a step in a URL. */
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'

export const StepParams = Type.Object({ id: Uuid, position: Type.Integer({ minimum: 1, maximum: 60 }) }, closed)
