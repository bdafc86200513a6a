import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { DraftPaymentBody } from '#contracts/api/execution.ts'
import { isScreenedOut, readSealedPaymentOfStep, readSteps, withTenantRead } from '#database/index.ts'
import { pain001, type Pain001Instruction } from '#execution/index.ts'
import { openAccountMetadata, openBankDetails } from '#platform/keys/index.ts'
import { contentDisposition } from '#platform/storage/index.ts'
import { instructionFor } from '#api/step-instruction.ts'
import { problems } from '#api/http/operation.ts'
import { reveal } from '#api/http/reveal.ts'
import { FILE_CSP } from '#api/http/secure-headers.ts'
import { actorOf, deny } from '#api/http/signed-in.ts'
import { ProblemError, type ProblemExtra } from '#api/problems.ts'
import { readSessionToShow } from '#api/read-session.ts'
import { standingCandidate } from '#api/standing-offer.ts'
import type { AppDeps } from '#api/deps.ts'
import { StepParams } from './params.ts'

const File = Type.String({ description: 'ISO 20022 pain.001, to be saved and uploaded at the bank', 'x-media-type': 'application/xml' })
const IBAN = /^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/
const accountOf = (text: string): Pain001Instruction['debtor']['account'] => (IBAN.test(text) ? { iban: text } : { other: text })

/** Thrown out of the transaction, so that the row of a file that was not made is not written. */
class DraftRefused extends Error {
  readonly extra: ProblemExtra
  constructor(extra: ProblemExtra) {
    super('draft refused')
    this.extra = extra
  }
}

/**
 * POST …/steps/:position/draft: a bank step of a real execution as the payment file that its bank takes. It holds the whole account numbers, so it is recorded like
 * a reveal, leaves once for each call and is kept nowhere.
 */
export const draftPaymentFile = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/steps/:position/draft', {
    config: { permission: 'payment_instruction:reveal', audit: 'payment_file.drafted', idempotent: false, stepUp: true },
    schema: { operationId: 'draftPaymentFile', summary: 'The step as a payment file', tags: ['execution'], params: StepParams, body: DraftPaymentBody, response: { 200: File, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    const { id, position } = request.params
    const { reason, version = 'pain.001.001.09', characters = 'swift' } = request.body
    const shown = await seen(deps, request, id)
    const [steps, stopped] = await withTenantRead(deps.db, actor, (tx) => Promise.all([readSteps(tx, id), isScreenedOut(tx, id)]))
    if (stopped) return deny(deps, request, { code: 'screening_open' })
    const step = steps.find((one) => one.position === position)
    const { session, market_clock } = shown
    const candidate = standingCandidate(session, shown.decided)
    if (step === undefined || candidate === null) return deny(deps, request, { code: 'not_found' })
    if (session.execution_mode === 'simulation') return deny(deps, request, { code: 'mode_not_available', detail: 'Of a simulation nothing is paid.' })
    if (step.kind !== 'instruct_bank' || !step.to_supplier) return deny(deps, request, { code: 'draft_refused', field: '/kind' })
    // What was handed to a bank, or may have been, is not handed out to be paid again.
    if (step.state !== 'ready' && step.state !== 'in_progress') return deny(deps, request, { code: 'wrong_step_state' })
    if (step.provider_account_id === null) return deny(deps, request, { code: 'draft_refused', field: '/debtor/account', detail: 'The account that the leg runs on is not one of those on file.' })
    const instruction = instructionFor(shown, candidate, step, null)
    try {
      const xml = await reveal(deps, request, {
        entity: 'route_session', id, reason, facts: { step: position },
        read: (tx) => readSealedPaymentOfStep(tx, id, position),
        open: (keys, row) => {
          const [payee, from] = [openBankDetails(keys, row.supplier_id, row.payee_sealed), openAccountMetadata(keys, row.account_id, row.account_sealed)]
          const file = pain001({
            version, characters, message_id: step.reference, created_at: market_clock, requested_on: market_clock.slice(0, 10), initiating_party: session.merchant.name,
            debtor: { name: from.account_holder ?? session.merchant.name, account: accountOf(from.account_reference), bic: null },
            creditor: {
              legal_name: session.supplier.legal_name, legal_name_zh: characters === 'unicode' ? session.supplier.legal_name_zh : null, account: accountOf(payee.account_number),
              bic: session.supplier.bic, cnaps: payee.cnaps, city: session.supplier.city, country: session.supplier.country,
            },
            amount: instruction.money, charges: instruction.charges ?? 'OUR', purpose: instruction.purpose_code, category_purpose: 'SUPP', reference: step.reference, invoice_number: session.invoice_number,
          })
          if (!file.ok) throw new DraftRefused({ field: `/${file.error.field.replaceAll('.', '/')}` })
          return file.value
        },
      })
      return await reply.type('application/xml; charset=utf-8').header('content-disposition', contentDisposition('attachment', `${step.reference}.xml`)).header('content-security-policy', FILE_CSP).send(xml)
    } catch (cause) {
      if (cause instanceof DraftRefused) return deny(deps, request, { code: 'draft_refused', ...cause.extra })
      throw cause
    }
  })
}

/** The session where the actor may see it; what may not be seen is refused like what is not there, with its audit row. */
async function seen(deps: AppDeps, request: Parameters<typeof deny>[1], id: string) {
  try {
    return await readSessionToShow(deps, actorOf(request), id)
  } catch (cause) {
    if (cause instanceof ProblemError && cause.code === 'not_found') return deny(deps, request, { code: 'not_found' })
    throw cause
  }
}
