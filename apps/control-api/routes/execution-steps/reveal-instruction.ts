import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { RevealedInstruction, RevealInstructionBody } from '#contracts/api/execution.ts'
import { isScreenedOut, readSealedPayeeOfStep, withTenantRead } from '#database/index.ts'
import { openAccountMetadata, openBankDetails } from '#platform/keys/index.ts'
import { problems } from '#api/http/operation.ts'
import { reveal } from '#api/http/reveal.ts'
import { actorOf, deny } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'
import { StepParams } from './params.ts'

/**
 * POST …/instruction/reveal: the whole account number that a step is paid to, once, for a reason that the audit keeps. Only of a session that is executed: before
 * that there is nothing to pay.
 */
export const revealInstruction = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/steps/:position/instruction/reveal', {
    config: { permission: 'payment_instruction:reveal', audit: 'payment_instruction.revealed', idempotent: false, stepUp: true },
    schema: { operationId: 'revealInstruction', summary: 'Show the whole account of a payment instruction', tags: ['execution'], params: StepParams, body: RevealInstructionBody, response: { 200: RevealedInstruction, ...problems } },
  }, async (request) => {
    const { id, position } = request.params
    // Whom a screening found is paid by nobody, and so his account is shown to nobody.
    if (await withTenantRead(deps.db, actorOf(request), (tx) => isScreenedOut(tx, id))) return deny(deps, request, { code: 'screening_open' })
    return reveal(deps, request, {
      entity: 'route_session', id, reason: request.body.reason, facts: { step: position },
      read: (tx) => readSealedPayeeOfStep(tx, id, position),
      open: (keys, row) => {
        if (row.of === 'supplier') return { ...openBankDetails(keys, row.supplier_id, row.sealed) }
        return { account_number: row.account_id === null || row.sealed === null ? null : openAccountMetadata(keys, row.account_id, row.sealed).account_reference, cnaps: null }
      },
    })
  })
}
