/**
 * A company in which everything that a SECURITY DEFINER function looks at stands in every state at once: live, ended, expired, revoked, used,
 * disabled, erased, and somebody else's. Beside it a twin with the very same ids (statement-mutants.ts), in which strangers are members too. And
 * the values that a parameter may have, by its name: a function that is written tomorrow is tried with them by itself.
 */
import { createHash } from 'node:crypto'
import type pg from 'pg'
import { describeTables, TWIN } from './scenarios.ts'
import { cloner } from './statement-mutants.ts'

export const OWN = 'aaaaaaaa-0000-4000-8000-00000000000a'
const id = (kind: string, n: number): string => `aaaaaaaa-${kind}-4000-8000-${String(n).padStart(12, '0')}`
/** 32 bytes that belong to a name, as a literal. */
const hash = (of: string): string => `'\\x${createHash('sha256').update(of).digest('hex')}'::bytea`
const text = (value: string): string => `'${value}'`

/** What a person or a program is in the company; null: no member of it. */
const PEOPLE = [
  'admin', 'second_admin', 'former_admin', 'disabled_admin', 'program_admin', 'operator', 'client', 'disabled_operator', 'former', 'erased', 'program', 'revoked_program', 'former_program', 'disabled_program', 'expired_program', 'orphan_program',
  'outsider', 'stranger', 'strange_admin',
] as const
type Person = (typeof PEOPLE)[number]
const user = (person: Person): string => text(id('1111', PEOPLE.indexOf(person)))
/** Of them these have nothing to do with the company. */
const STRANGERS: readonly Person[] = ['outsider', 'stranger', 'strange_admin']
const isProgram = (person: Person): boolean => person.includes('program')
export const STRANGER_IDS = `(${STRANGERS.map(user).join(', ')})`

type Link = { readonly name: string; readonly of?: Person; readonly email?: string; readonly by?: Person; readonly expires?: string; readonly used?: true; readonly revoked?: true }
const LINKS: readonly Link[] = [
  { name: 'invite', by: 'admin' }, { name: 'invite of the outsider', email: 'outsider@example.org', by: 'admin' }, { name: 'invite of the former', email: 'former@example.org', by: 'admin' },
  { name: 'invite of a member', email: 'operator@example.org', by: 'admin' }, { name: 'invite of a disabled account', email: 'disabled_admin@example.org', by: 'admin' },
  { name: 'first invite of all' }, { name: 'expired invite', by: 'admin', expires: '-1 second' }, { name: 'used invite', by: 'admin', used: true }, { name: 'revoked invite', by: 'admin', revoked: true },
  { name: 'invite by a former admin', by: 'former_admin' }, { name: 'invite by a disabled admin', by: 'disabled_admin' }, { name: 'invite by no admin', by: 'operator' }, { name: 'invite by a stranger', by: 'strange_admin' },
  { name: 'recovery of a member', of: 'operator', by: 'admin' }, { name: 'recovery of the former', of: 'former', by: 'admin' }, { name: 'recovery of a disabled account', of: 'disabled_operator', by: 'admin' },
  { name: 'recovery of a member who had another address', of: 'operator', email: 'outsider@example.org', by: 'admin' }, { name: 'recovery of a stranger', of: 'stranger', by: 'admin' },
]
type Key = { readonly of: Person; readonly by: Person; readonly expires?: string; readonly revoked?: true; readonly used?: string }
const KEYS: readonly Key[] = [
  { of: 'program', by: 'admin' }, { of: 'program_admin', by: 'admin', used: '10 seconds' }, { of: 'revoked_program', by: 'admin', revoked: true }, { of: 'former_program', by: 'admin', used: '2 minutes' },
  { of: 'disabled_program', by: 'admin' }, { of: 'operator', by: 'admin' }, { of: 'expired_program', by: 'admin', expires: '-1 second' }, { of: 'orphan_program', by: 'former_admin' }, { of: 'client', by: 'admin', expires: '-1 second' }, { of: 'second_admin', by: 'former_admin' }, { of: 'admin', by: 'disabled_admin' },
  { of: 'former', by: 'operator' }, { of: 'erased', by: 'program_admin' }, { of: 'disabled_operator', by: 'strange_admin' },
]
/** Sessions beside the live one that everybody has, with what is different in them. */
const SESSIONS: readonly (readonly [name: string, of: Person, tenant: string, change: Readonly<Record<string, string>>])[] = [
  ['expired', 'operator', OWN, { expires_at: "now() - interval '1 second'", last_seen_at: "now() - interval '5 minutes'" }], ['idle', 'operator', OWN, { last_seen_at: "now() - interval '31 minutes'" }],
  ['rested', 'operator', OWN, { last_seen_at: "now() - interval '10 minutes'", proved_at: "now() - interval '10 minutes'" }], ['elsewhere', 'operator', TWIN, {}], ['second', 'admin', OWN, {}],
]
const supplierRow = (tenant: string, n: number, held: boolean): Readonly<Record<string, string>> => ({
  tenant_id: text(tenant), id: text(id('7777', n)), merchant_id: text(id('2222', 1)), legal_name: text(`Supplier ${n}`), country: text('CN'), city: text('Yiwu'), method: text('mainland_corporate_account'), settlement_currency: text('CNY'), payee_type: text('company'),
  payee_is_contract_seller: 'true', accepts_other_settlement: 'false', account_masked: text(`masked ${n}`), bank_details_sealed: hash(`details ${n}`), details_state: text(held ? 'change_held' : 'confirmed'), details_version: String(n + 1),
})
/** Each supplier with its change, if it has one: what holds it, and what was decided. */
const CHANGES: readonly (readonly [state: string, held: boolean])[] = [['none', false], ['pending', true], ['confirmed', false], ['rejected', false], ['withdrawn', true]]
const REQUESTS: readonly (readonly [of: Person, kind: string, state: string])[] = [['former', 'correction', 'open'], ['former', 'erasure', 'open'], ['former', 'copy', 'done'], ['operator', 'copy', 'open'], ['erased', 'copy', 'open'], ['former_admin', 'copy', 'refused']]
const liveIn = (person: Person): string => (STRANGERS.includes(person) ? TWIN : OWN)
const CODES: readonly (readonly [name: string, of: Person, used: boolean])[] = [['code', 'admin', false], ['second code', 'admin', false], ['used code', 'admin', true], ['code of a stranger', 'strange_admin', false], ['code of the former', 'former', false]]

/** Every statement of it, for a superuser who passes over checks and foreign keys. */
function rows(): string[] {
  const insert = (table: string, values: Readonly<Record<string, string>>): string => `insert into ${table} (${Object.keys(values).join(', ')}) values (${Object.values(values).join(', ')})`
  const tenant_id = text(OWN)
  const member = (of: string, person: Person): Readonly<Record<string, string>> => ({
    tenant_id: text(of), user_id: user(person), role: text(/admin/.test(person) ? 'platform_admin' : person === 'client' ? 'merchant_client' : 'desk_operator'),
    merchant_id: person === 'client' ? text(id('2222', 1)) : 'null', display_name: text(`Member ${person}`),
    ended_at: /former|erased/.test(person) ? "now() - interval '1 day'" : 'null', erased_at: person === 'erased' ? "now() - interval '1 hour'" : 'null',
  })
  return [
    insert('tenants', { tenant_id, name: text('Own Company'), time_zone: text('UTC'), second_factor_of_admins: text('required') }),
    insert('tenants', { tenant_id: text(TWIN), name: text('Twin Company'), time_zone: text('UTC'), second_factor_of_admins: text('off') }),
    ...[1, 2].map((n) => insert('merchants', { tenant_id, id: text(id('2222', n)), name: text(`Merchant ${n}`), type: text('limited_company'), city: text('Lagos'), country: text('NG'), trade: text('toys'), trade_class: text('general') })),
    ...PEOPLE.map((person) => insert('users', { id: user(person), kind: text(isProgram(person) ? 'program' : 'person'), email: isProgram(person) ? 'null' : text(`${person}@example.org`), password_hash: isProgram(person) ? 'null' : text(`hash of ${/admin/.test(person) ? 'admins' : 'others'}`), disabled_at: person.startsWith('disabled') ? 'now()' : 'null' })),
    ...PEOPLE.filter((person) => !STRANGERS.includes(person)).map((person) => insert('memberships', member(OWN, person))),
    ...STRANGERS.filter((person) => person !== 'outsider').map((person) => insert('memberships', member(TWIN, person))),
    ...PEOPLE.map((person) => [`live ${person}`, person, liveIn(person), {}] as const).concat(SESSIONS as never).map(([name, of, tenant, change], n) =>
      insert('auth_sessions', { token_hash: hash(name), id: text(id('3333', n)), user_id: user(of), of_tenant: text(tenant), created_at: `now() - interval '${n} minutes'`, last_seen_at: `now() - interval '${n < PEOPLE.length ? 20 * n : 0} seconds'`, expires_at: `now() + interval '${n + 1} hours'`, ...change })),
    ...(['admin', 'former', 'strange_admin', 'operator', 'second_admin', 'disabled_admin'] as const).map((person) => insert('account_factors', {
      user_id: user(person), totp_secret: hash(`secret of ${person}`), last_step: '5', begun_at: person === 'second_admin' ? "now() - interval '16 minutes'" : 'now()', enrolled_at: ['operator', 'second_admin', 'disabled_admin'].includes(person) ? 'null' : 'now()',
    })),
    ...CODES.map(([name, of, used]) => insert('recovery_codes', { code_hash: hash(name), user_id: user(of), used_at: used ? 'now()' : 'null' })),
    ...LINKS.map(({ name, of, email, by, expires = '1 day', used, revoked }, n) => insert('account_links', {
      tenant_id, id: text(id('4444', n)), token_hash: hash(name), purpose: text(of === undefined ? 'invite' : 'recovery'), email: text(email ?? `${of ?? `invited${n}`}@example.org`),
      role: of === undefined ? text('desk_operator') : 'null', display_name: of === undefined ? text(`Invited ${n}`) : 'null', user_id: of === undefined ? 'null' : user(of), made_by: by === undefined ? 'null' : user(by),
      expires_at: `now() + interval '${expires}'`, used_at: used ? 'now()' : 'null', used_by: used ? user('former') : 'null', revoked_at: revoked ? 'now()' : 'null',
    })),
    ...KEYS.flatMap(({ of, by, expires = '1 day', revoked, used }, n) => [
      insert('api_keys', { tenant_id, id: text(id('5555', n)), user_id: user(of), label: text(`Key ${n}`), prefix: text('abcdefgh'), scopes: "'{a:b}'", created_at: "now() - interval '2 days'", created_by: user(by), expires_at: `now() + interval '${expires}'`, revoked_at: revoked ? 'now()' : 'null', revoked_by: revoked ? user('admin') : 'null' }),
      insert('api_key_secrets', { key_id: text(id('5555', n)), of_tenant: tenant_id, secret_hash: hash(`key of ${of}`), last_used_at: used === undefined ? 'null' : `now() - interval '${used}'` }),
    ]),
    ...([['device', '1 day', 3, 'now()'], ['worn device', '1 day', 5, 'now()'], ['rested device', '1 day', 1, "now() - interval '2 hours'"], ['old device', '91 days', 3, "now() - interval '2 days'"]] as const).flatMap(([name, age, tries, tried]) => [
      // As fc.device_row binds them: to the password and the second factor of an account.
      ...(['admin', 'former', 'operator'] as const).map((person) => insert('known_devices', { key: `sha256(${hash(name)} || convert_to('hash of ${person === 'admin' ? 'admins' : 'others'}', 'UTF8') || ${person === 'operator' ? "''::bytea" : hash(`secret of ${person}`)})`, last_at: `now() - interval '${age}'` })),
      insert('login_throttle', { key: hash(name), tries: String(tries), last_at: tried }),
      insert('rate_buckets', { key: hash(name), per_s: '1', burst: '5', wanted: '1', granted: '0', tokens: '0', at: name === 'old device' ? tried : "now() + interval '1 hour'" }),
    ]),
    ...CHANGES.flatMap(([state, held], n) => [
      insert('suppliers', supplierRow(OWN, n, held)),
      ...(state === 'none' ? [] : [insert('bank_detail_changes', {
        tenant_id, id: text(id('8888', n)), supplier_id: text(id('7777', n)), state: text(state), received_by: text('email'), details_sealed: hash(`proposed ${n}`), account_masked: text(`proposed ${n}`), replaced_account_masked: text(`masked ${n}`), proposed_by: user('operator'),
      })]),
    ]),
    ...REQUESTS.map(([of, kind, state], n) => insert('privacy_requests', { tenant_id, id: text(id('9999', n)), user_id: user(of), kind: text(kind), note: text(`Note ${n}`), state: text(state) })),
    // What the twin holds alone: a supplier, a key with a secret, and an audit chain of its own.
    insert('suppliers', supplierRow(TWIN, 50, false)),
    insert('api_keys', { tenant_id: text(TWIN), id: text(id('5555', 50)), user_id: user('strange_admin'), label: text('Key of the twin'), prefix: text('abcdefgh'), scopes: "'{a:b}'", created_by: user('strange_admin'), expires_at: "now() + interval '1 day'" }),
    insert('api_key_secrets', { key_id: text(id('5555', 50)), of_tenant: text(TWIN), secret_hash: hash('key of the twin') }),
    ...[TWIN, OWN].map((tenant) => insert('audit_heads', { tenant_id: text(tenant), seq: tenant === OWN ? '7' : '70', hash: hash(`head of ${tenant}`) })),
  ]
}

/** Fills the database of the client, a superuser's. */
export async function fillFunctionWorld(client: pg.PoolClient): Promise<void> {
  await client.query("set session_replication_role = 'replica'")
  const { rows: checks } = await client.query<{ sql: string }>("select format('alter table %s drop constraint %I', conrelid::regclass, conname) as sql from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace and conrelid <> 0")
  for (const { sql } of checks) await client.query(sql)
  await client.query(rows().join(';\n'))
  await cloner(client, await describeTables(client), OWN)()
  await client.query("set session_replication_role = 'origin'")
}

export const AS_IT_IS = 'as it is'
/** All is alike but what the twin holds. */
export const TWIN_OTHERWISE = 'the twin the other way round'
/** What may be otherwise around a call, by name. */
export const STATES: Readonly<Record<string, string>> = {
  [AS_IT_IS]: 'select 1',
  [TWIN_OTHERWISE]: `
    update memberships set ended_at = case when ended_at is null then now() end, erased_at = null, role = case role when 'platform_admin' then 'desk_operator' else 'platform_admin' end, merchant_id = null where tenant_id = '${TWIN}';
    update api_keys set revoked_at = case when revoked_at is null then now() end where tenant_id = '${TWIN}'; update account_links set used_at = null, revoked_at = case when revoked_at is null then now() end where tenant_id = '${TWIN}';
    update suppliers set details_state = case details_state when 'confirmed' then 'change_held' else 'confirmed' end, details_version = 50 where tenant_id = '${TWIN}';
    update bank_detail_changes set state = case state when 'pending' then 'rejected' else 'pending' end where tenant_id = '${TWIN}';
    update tenants set second_factor_of_admins = 'required' where tenant_id = '${TWIN}'`,
  'nobody of the company elsewhere': `delete from memberships where tenant_id = '${TWIN}' and user_id not in ${STRANGER_IDS}`,
  'one admin left': `update memberships set ended_at = now() where tenant_id = '${OWN}' and user_id = ${user('second_admin')}; update memberships set ended_at = now() where tenant_id = '${OWN}' and user_id = ${user('program_admin')}`,
  'one person left': `update memberships set ended_at = now() where tenant_id = '${OWN}' and user_id = ${user('second_admin')}`,
  'no chain yet': `delete from audit_heads where tenant_id = '${OWN}'`,
}

const SESSION_TOKENS = [...PEOPLE.map((person) => `live ${person}`), ...SESSIONS.map(([name]) => name)].map(hash)
const LINK_TOKENS = LINKS.map(({ name }) => hash(name))
const ANYBODY = [...PEOPLE.map(user), text(id('1111', 99))]
/** One of each kind, where many parameters multiply. */
const SOME = (['admin', 'second_admin', 'former', 'operator', 'disabled_operator', 'disabled_admin', 'outsider', 'stranger', 'strange_admin'] as const).map(user)
const RULERS = (['admin', 'former_admin', 'program_admin', 'operator', 'strange_admin'] as const).map(user)
const HASHES = [text('hash of admins'), text('hash of others')]
const FRESH_ID = text(id('6666', 1))
const bytes = (...names: string[]): string => `array[${names.map(hash).join(', ')}]::bytea[]`
const DEVICES = [bytes('device', 'new device'), bytes('old device', 'new device'), bytes('rested device', 'new device'), bytes('new device', 'newer device')]

/** Values of a parameter by its name, or by `function.name` where it means another thing there; each an expression of SQL. */
export const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  p_token_hash: [...SESSION_TOKENS, ...LINK_TOKENS, hash('nobody')], 'use_link.p_token_hash': LINK_TOKENS, 'open_session.p_token_hash': [hash('next')], 'prove_session.p_token_hash': SESSION_TOKENS, p_secret_hash: [...KEYS.map(({ of }) => hash(`key of ${of}`)), hash('key of the twin'), hash('no key')], p_next_token_hash: [hash('next')], p_next_id: [FRESH_ID], p_replaces: ['null', hash('second'), hash('live client')],
  p_user_id: ANYBODY, 'open_session.p_user_id': SOME, p_by: RULERS, p_account_id: [...SOME, FRESH_ID], p_tenant: [text(OWN), text(TWIN)], p_tenant_id: [text(OWN), text(TWIN)],
  p_id: [...KEYS.map((_, n) => text(id('5555', n))), text(id('5555', 50)), FRESH_ID], 'create_account.p_id': [FRESH_ID], 'create_api_key.p_id': [FRESH_ID], 'create_api_key.p_user_id': [FRESH_ID], 'create_api_key.p_by': [user('admin')], 'open_session.p_id': [FRESH_ID],
  p_role: ['null', text('desk_operator'), text('platform_admin')], 'create_api_key.p_role': [text('desk_operator')], p_merchant_id: ['null'], p_label: [text('Label')], p_prefix: [text('hgfedcba')], p_scopes: ["'{a:b}'::text[]"],
  p_supplier: [...CHANGES.map((_, n) => text(id('7777', n))), text(id('7777', 50)), FRESH_ID], 'propose_bank_details.p_id': [FRESH_ID], 'propose_bank_details.p_by': [user('operator')], p_received_by: [text('email')], p_sealed: [hash('sealed')], p_masked: [text('masked')], p_cnaps_masked: ['null'],
  p_bank_name: ['null'], p_bic: ['null'], ...Object.fromEntries(['confirm', 'reject'].flatMap((verb) => [
    [`${verb}_bank_details.p_id`, [...CHANGES.map((_, n) => text(id('8888', n))), FRESH_ID]], [`${verb}_bank_details.p_by`, [user('operator'), user('admin')]],
  ])), p_over: [text('phone_call')], p_with: [text('Mr Wu')], p_replaced: [hash('replaced')], p_because: [text('supplier_denies_it')],
  p_lasts: ["interval '1 hour'"], p_live_max: Array.from({ length: 2 * KEYS.length + 2 }, (_, n) => String(n)),
  p_email: [...PEOPLE.map((person) => text(`${person}@example.org`)), text('New@example.org')], p_name: [text('Own Company'), text(' TWIN company'), text('None')],
  p_password_hash: [text('next hash')], p_new_hash: [text('next hash')], p_new: [text('next hash')], p_old: HASHES, p_verified: HASHES, 'use_link.p_verified': ['null', ...HASHES],
  p_secret: ['operator', 'admin', 'second_admin', 'nobody'].map((of) => hash(`secret of ${of}`)), p_step: ['5', '6'], p_code_hash: ['null', ...['code', 'used code', 'code of a stranger'].map(hash)], p_code_hashes: [bytes('new code', 'newer code')],
  p_payload: [`convert_to('{"user_id": "${FRESH_ID.slice(1, -1)}", "transition_seq": 1, "action": "a", "entity": "e", "entity_id": "${FRESH_ID.slice(1, -1)}"}', 'UTF8')`],
  keys: DEVICES, forget: DEVICES, give_back: DEVICES, known: ['null', hash('device'), hash('new device')], p_key: [hash('device'), hash('old device'), hash('new device')],
  free: ['array[2, 2]'], base_ms: ['array[100000000, 100000000]'], cap_ms: ['array[1900000000, 1900000000]'],
  p_keys: DEVICES, p_per_s: ['array[1, 1]::float8[]'], p_bursts: ['array[5, 5]'], p_wanted: ['array[1, 1]'], p_forget: ['true', 'false'],
}
