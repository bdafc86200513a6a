import { test } from 'node:test'
import assert from 'node:assert/strict'
import { accountProblem, isSameAccount, isSameBic, type AccountDetails } from './account-number.ts'

const corporate: Omit<AccountDetails, 'account_number'> = { method: 'mainland_corporate_account', country: 'CN' }
const wallet = (network: AccountDetails['network']): Omit<AccountDetails, 'account_number'> => ({ method: 'token_wallet', country: 'CN', network })
const bank: Omit<AccountDetails, 'account_number'> = { method: 'bank_account', country: 'AE' }

// Guarantee: what banks, wallets and apps really write passes, with the spaces that people copy along.
test('accounts as they stand on invoices pass', () => {
  for (const [details, numbers] of [
    [corporate, ['7417 5582 0019 4821', '6222020200011234821', '7609-0401-8810-606']],
    [{ method: 'hong_kong_corporate_account', country: 'HK' }, ['024 381 566902']],
    [{ method: 'mobile_wallet_personal', country: 'CN' }, ['138 2200 7764', '+86 13822007764', 'chen_jianguo@sample.example', '陈建国的支付宝']],
    [bank, ['AE07 0331 2345 6789 0123 456', 'GB29 NWBK 6016 1331 9268 19', '0331234567']],
    [wallet('TRON'), ['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t']],
    [wallet('ETHEREUM'), ['0xdAC17F958D2ee523a2206206994597C13D831ec7']],
    [wallet('SOLANA'), ['Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB']],
  ] as const) for (const account_number of numbers) assert.equal(accountProblem({ ...details, account_number }), null, account_number)
})

// Guarantee: what cannot be an account names the field and why.
test('what cannot be an account is refused', () => {
  for (const [details, account_number, field, why] of [
    [corporate, '1', 'account_number', 'bad_account'],
    [corporate, 'see invoice', 'account_number', 'bad_account'],
    [corporate, '6222'.repeat(10), 'account_number', 'bad_account'],
    [{ ...corporate, country: 'NG' }, '6222020200011234821', 'country', 'wrong_country'],
    [bank, 'AE07 0331 2345 6789 0123 465', 'account_number', 'bad_iban'],
    [wallet(undefined), 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'network', 'no_network'],
    [wallet('TRON'), 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6', 'account_number', 'bad_address'],
    [wallet('ETHEREUM'), 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'account_number', 'bad_address'],
    [wallet('SOLANA'), '0xdAC17F958D2ee523a2206206994597C13D831ec7', 'account_number', 'bad_address'],
  ] as const) assert.deepEqual(accountProblem({ ...details, account_number }), { field, why }, account_number)
})

// Guarantee: the way an account is written does not make it another one, and what makes it somebody else's is never looked over.
test('the same account, written in two ways', () => {
  for (const [method, one, other, same] of [
    ['mainland_corporate_account', '6222 0244-4455 5566', '6222024444555566', true],
    ['bank_account', 'ae07 0331 2345 6789 0123 456', 'AE070331234567890123456', true],
    ['mobile_wallet_personal', '+86 138-2200 7764', '+8613822007764', true],
    ['mobile_wallet_personal', 'Chen@sample.example', 'chen@sample.example', true],
    ['mobile_wallet_personal', 'mary-wu@sample.example', 'marywu@sample.example', false],
    ['mobile_wallet_personal', 'mary wu', 'marywu', false],
    ['token_wallet', '0xdAC17F958D2ee523a2206206994597C13D831ec7', '0xdac17f958d2ee523a2206206994597c13d831ec7', false],
  ] as const) assert.equal(isSameAccount(method, one, other), same, `${one} ${other}`)
  for (const [one, other, same] of [['SAMPCNBJ', 'SAMPCNBJXXX', true], ['SAMPCNBJ', 'SAMPCNBJ100', false], [null, null, true], ['SAMPCNBJ', null, false], [null, 'SAMPCNBJ', false]] as const) assert.equal(isSameBic(one, other), same)
})
