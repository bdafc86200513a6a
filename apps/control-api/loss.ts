/** Whether somebody may say that a payment failed or came back. What it used up, papers and the invoice, is free for another payment from then on. */
import type { Actor } from '#contracts/roles.ts'
import { hasConfirmedPayment, type StoredRouteSession, type Tx } from '#database/index.ts'
import { ownWhereFourEyes } from '#execution/four-eyes.ts'

/** Why not, or null: it is the own session where four eyes are asked for, or it was this person who confirmed that the supplier was paid. */
export async function whyNotLost(tx: Tx, actor: Actor, session: StoredRouteSession): Promise<'not_ones_own' | 'second_person_for_loss' | null> {
  return ownWhereFourEyes(actor, session) ?? ((await hasConfirmedPayment(tx, session.id)) ? 'second_person_for_loss' : null)
}
