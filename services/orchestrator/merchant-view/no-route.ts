/** No route: why, what would make one possible, and a message that the merchant can send to the supplier as it stands. */
import type { Flag, Opening, PaymentIntent } from '#contracts/routing.ts'
import type { MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { dayWord, dayWordZh } from './words.ts'

type Warning = MerchantRouteSession['warnings'][number]
type Message = NonNullable<MerchantRouteSession['message_to_supplier']>

const PERSONAL: ReadonlySet<string> = new Set(['personal_bank_account', 'mobile_wallet_personal'])

/** Why there is no route, in the merchant's words; at most three, worst first. */
export function whyNot(intent: PaymentIntent, flags: readonly Flag[]): Warning[] {
  const { method, payee_type } = intent.supplier_settlement
  const goods = intent.purpose === 'goods'
  const reasons: Warning[] = []
  const say = (title: string, text: string): void => { reasons.push({ tone: 'danger', title, text }) }
  if (method === 'mobile_wallet_personal' && goods) say('A wallet is for family and salary.', 'A business may not use it to pay for goods.')
  if (intent.funding === 'mobile_money' && goods) say('Mobile money is for persons.', 'A business may not use it to pay for goods abroad.')
  if (method === 'token_wallet') say('A supplier may not be paid in digital dollars.', 'Its bank has no record of the payment, and in China it is forbidden.')
  if (method === 'trade_agent') say('The import form names the supplier.', 'A bank may not pay an agent on it.')
  if (payee_type !== 'company' || PERSONAL.has(method)) say('The account belongs to a person.', 'Banks send money for goods to companies only.')
  if (PERSONAL.has(method)) say('The money can be frozen.', 'Payments from others to a private account get blocked, and your goods wait.')
  if (has(flags, 'split_payment_pattern')) say('One invoice, several accounts.', 'That is a sign of fraud. Ask your supplier for one account in its own name.')
  if (has(flags, 'no_structuring')) say('The amount is over a legal limit.', 'It is not allowed to split a payment to stay under it.')
  if (has(flags, 'below_minimum')) say('The amount is small.', 'The ways that are allowed start at a larger amount.')
  if (has(flags, 'limit_exceeded') || has(flags, 'insufficient_liquidity')) say('The amount is large.', 'The ways that are allowed cannot carry it.')
  if (reasons.length === 0 && intent.hard_deadline) say(`Nothing lawful arrives by ${dayWord(intent.needed_by)}.`, 'You said that it must not be later.')
  if (reasons.length === 0) say('No allowed way was found.', 'Every way was looked at, and each one is stopped by a rule or a limit. The desk can see them all.')
  return reasons.slice(0, 3)
}

const has = (flags: readonly Flag[], family: string): boolean => flags.some((flag) => flag.code.split(':', 1)[0] === family)

/** What would make it possible: first what the engine found by lifting reasons, cheapest first, then what always helps here. */
export function whatWouldHelp(intent: PaymentIntent, openings: readonly Opening[]): string[] {
  const { method, payee_type } = intent.supplier_settlement
  const help = openings.map((opening) => opening.merchant_sentence).filter((sentence) => sentence !== null)
  if (PERSONAL.has(method) || payee_type !== 'company' || method === 'token_wallet') {
    if (help.length === 0) help.push('Ask the supplier for a company account, in the company’s Chinese name, with its business licence.')
    help.push('No company? Ask for an export company. It must sell to you on its own invoice and be paid on its own account.')
  }
  if (intent.hard_deadline) help.push(`Ask the supplier whether it may arrive later than ${dayWord(intent.needed_by)}.`)
  help.push('Ask the desk. It sees every way that was looked at, and why each was stopped.')
  return [...new Set(help)].slice(0, 5)
}

const COMPANY_ACCOUNT: Message = {
  zh: '您好！我们只能付款到贵公司的对公账户。请发给我们：公司中文全称、营业执照、开户银行、对公账号、形式发票。谢谢！',
  meaning: 'We can pay only your company’s own account. Please send your company’s Chinese name, business licence, bank, account number and proforma invoice.',
}
const ONE_ACCOUNT: Message = {
  zh: '您好！一张发票我们只能付款到一个账户。请发给我们贵公司名下的一个对公账户和账号。谢谢！',
  meaning: 'We can pay one invoice to one account only. Please send us one account in your company’s own name.',
}

/** A message in Chinese with its meaning; null where the supplier can do nothing about it, or does not read Chinese. */
export function messageToSupplier(intent: PaymentIntent): Message | null {
  const { method, payee_type, country, account_count } = intent.supplier_settlement
  if (!['CN', 'HK'].includes(country)) return null
  if (account_count > 1) return ONE_ACCOUNT
  if (PERSONAL.has(method) || payee_type !== 'company' || method === 'token_wallet' || method === 'trade_agent') return COMPANY_ACCOUNT
  if (!intent.hard_deadline) return null
  return {
    zh: `您好！按银行手续，货款无法在${dayWordZh(intent.needed_by)}前到账。请问可以晚几天收款吗？谢谢！`,
    meaning: `The bank procedure does not let the money arrive by ${dayWord(intent.needed_by)}. May it arrive some days later?`,
  }
}
