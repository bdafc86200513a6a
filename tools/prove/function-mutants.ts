/**
 * Each condition of each SECURITY DEFINER function of the catalog taken out, one at a time: does a call of it then answer or do something else?
 * These functions read across tenants by policy, so their own WHEREs carry the isolation; they are tried without row-level security, which saves
 * some of their writes as well. Every function is called with every combination of the values of function-world.ts, in every state of it.
 */
import type pg from 'pg'
import { contextText } from '#database/testing/isolation-probes.ts'
import { openTestDatabase, TEST_TENANT_KEY } from '#tools/testing/database.ts'
import { ARGUMENTS, AS_IT_IS, fillFunctionWorld, OWN, STATES, STRANGER_IDS, TWIN_OTHERWISE } from './function-world.ts'
import { predicatesOf, without, type Predicate } from './predicates.ts'

/** What was different: what it answered, rows of the company, or rows of somebody else. */
export type Noticed = 'answer' | 'own rows' | 'rows of others'
export type FunctionResult = {
  readonly functions: number
  readonly calls: number
  readonly mutants: number
  readonly noticed: Readonly<Record<Noticed, number>>
  /** of EQUIVALENT */
  readonly excused: number
  readonly survivors: readonly string[]
  /** sentences: functions that lean on row-level security, that look further than their company and are not named, or names that no longer hold */
  readonly leaning: readonly string[]
}

type Definer = { readonly name: string; readonly definition: string; readonly body: string; readonly parameters: readonly string[] }
type Mutant = { readonly definer: Definer; readonly condition: Predicate; readonly label: string }
type Trial = { readonly client: pg.PoolClient; readonly definer: Definer; readonly calls: readonly string[] }

/** Conditions that no call can tell from `true`, each with why. One that is noticed after all fails the run, so that the list only holds what it must. */
export const EQUIVALENT: Readonly<Record<string, string>> = {
  ...named('takes locks and nothing else: without it more rows wait, and what is done then asks again', [
    'change_member 1: m.tenant_id = tenant', "change_member 2: m.role = 'platform_admin'", 'change_member 3: m.ended_at is null', 'enrol_second_factor 1: id = account', 'prove_session 1: id = account', 'reset_second_factor 7: id = p_user_id',
    'use_link 1: l.tenant_id = fc.tid()', 'use_link 2: l.token_hash = p_token_hash', 'use_link 3: l.used_at is null', 'use_link 4: l.revoked_at is null',
  ]),
  'erase_member 21: note is not null': 'spares the writing of what is empty already',
  "live_member_of_address 2: u.kind = 'person'": 'a program has no address, by users_sign_in_by_kind',
  'second_factor_state 4: f.enrolled_at is not null': 'the only column that is shown of such a row is enrolled_at, which is null without it too',
}
/** Functions for which rows of another company rightly make a difference, or which change them; each with why. One that sees no such row must not stand here. */
export const LOOKS_FURTHER: Readonly<Record<string, string>> = {
  ...named('its first argument is the hash of a session token, which its holder alone has: it is about the account of that session, wherever that is a member', [
    'account_sessions', 'begin_second_factor', 'begun_second_factor', 'change_password', 'disable_second_factor', 'end_account_sessions', 'end_session', 'enrol_second_factor', 'live_session_user', 'prove_session',
    'own_account', 'own_sessions', 'renew_recovery_codes', 'second_factor_state', 'session_actor', 'session_detail', 'switch_tenant',
  ]),
  ...named('before sign-in there is no company: an address or a link is looked for in all', ['find_account', 'find_link']),
  ...named('is told the account, and the company where it needs one, by whoever has just read them: sign-in, or another function', ['may_have_keys', 'must_enrol', 'open_session', 'replace_password_hash', 'spend_factor']),
  ...named('does nothing to an account that is live in another company, and ends every session of one that is not', ['reset_second_factor', 'use_link']),
}

/** Columns of a clock that does not stand still in a transaction, and hashes over them. */
const UNSTEADY = "'{last_at, at, tokens, hash, proposed_at, decided_at}'::text[]"
const CALLS_AT_ONCE = 60

function named(why: string, labels: readonly string[]): Readonly<Record<string, string>> { return Object.fromEntries(labels.map((label) => [label, why])) }

/** Looks at every function, or at every `nth` condition of them all. Throws where a function has a parameter that nothing is known of. */
export async function killFunctionMutants({ nth = 1, only, leak, say = () => undefined }: {
  readonly nth?: number; /** these functions alone, by name */ readonly only?: readonly string[]; /** SQL that changes a function before it begins, to see that it is found */ readonly leak?: string; readonly say?: (line: string) => void
} = {}): Promise<FunctionResult> {
  const test_db = await openTestDatabase()
  const client = await test_db.superuser.connect()
  try {
    if (leak !== undefined) await client.query(leak)
    await fillFunctionWorld(client)
    await client.query(WATCH)
    const definers = (await definersOf(client)).filter(({ name }) => only?.includes(name) ?? true)
    const all = definers.flatMap((definer) => predicatesOf(definer.body).map((condition, n): Mutant => ({ definer, condition, label: `${definer.name} ${n + 1}: ${condition.text.replace(/\s+/g, ' ')}` })))
    const chosen = all.filter((_, i) => i % nth === 0)
    const noticed: Record<Noticed, number> = { answer: 0, 'own rows': 0, 'rows of others': 0 }
    const [survivors, leaning]: [string[], string[]] = [[], []]
    let [calls, excused] = [0, 0]
    for (const definer of definers) {
      const mutants = chosen.filter((each) => each.definer === definer)
      const trial: Trial = { client, definer, calls: callsOf(definer) }
      calls += trial.calls.length
      const result = await lookAt(trial, mutants, nth === 1)
      leaning.push(...result.leaning)
      for (const { label } of mutants) {
        const by = result.noticed.get(label)
        if (by !== undefined) noticed[by]++
        if (by === undefined && Object.hasOwn(EQUIVALENT, label)) excused++
        if (by === undefined && !Object.hasOwn(EQUIVALENT, label)) survivors.push(`${label} (put rows into tools/prove/function-world.ts that tell whether it holds, or take it away)`)
        if (by !== undefined && Object.hasOwn(EQUIVALENT, label)) leaning.push(`${label} is named as without effect, and has one: take it off the list`)
      }
      say(`functions: ${definer.name}, ${trial.calls.length} calls, ${survivors.length} conditions survive so far`)
    }
    for (const label of Object.keys(EQUIVALENT)) if (only === undefined && !all.some((each) => each.label === label)) leaning.push(`${label} is named as without effect, and is not there: take it off the list`)
    return { functions: definers.length, calls, mutants: chosen.length, noticed, excused, survivors, leaning }
  } finally {
    client.release()
    await test_db.close()
  }
}

/** In one transaction, so that now() stands still, and undone. With `whole`, the function as it is is held against row-level security too. */
async function lookAt(trial: Trial, mutants: readonly Mutant[], whole: boolean): Promise<{ noticed: Map<string, Noticed>; leaning: string[] }> {
  const { client, definer } = trial
  const noticed = new Map<string, Noticed>()
  const leaning: string[] = []
  let [further, works] = [false, false]
  let first: string[] | null = null
  await client.query('begin')
  try {
    for (const state of Object.keys(STATES)) {
      const left = mutants.filter(({ label }) => !noticed.has(label))
      // Every function is asked in the two states that tell whether it keeps to its company, whatever part of the conditions is looked at.
      if (!whole && left.length === 0 && state !== AS_IT_IS && state !== TWIN_OTHERWISE) break
      await client.query(`savepoint state; set local session_replication_role = 'replica'; ${STATES[state]!}; set local session_replication_role = 'origin'; set local fc.tenant = '${contextText(OWN, Math.floor(Date.now() / 1000) + 3600, Buffer.from(TEST_TENANT_KEY, 'base64url'))}'`)
      const guarded = whole ? await outcomes(trial) : null
      await client.query(await withoutRowSecurity(client))
      const bare = await outcomes(trial)
      const other = guarded === null ? -1 : bare.findIndex((one, i) => one !== guarded[i])
      if (other >= 0) leaning.push(`fc.${definer.name} leans on row-level security (${state}): ${trial.calls[other]}`)
      const own = bare.map((one) => { const { answer, own: mine } = partsOf(one); return `${answer} ${mine}` })
      if (state === AS_IT_IS) first = own
      // Whoever serves one company answers and does the same, whatever stands in another, and changes nothing there.
      const seen = state === TWIN_OTHERWISE && first !== null ? own.findIndex((one, i) => one !== first![i]) : -1
      const reached = Math.max(seen, bare.findIndex((one) => partsOf(one).others !== ''))
      if (reached >= 0 && !further && !Object.hasOwn(LOOKS_FURTHER, definer.name)) leaning.push(`fc.${definer.name} looks at or changes rows of another company (${state}): ${trial.calls[reached]} (say in LOOKS_FURTHER of tools/prove/function-mutants.ts why it may)`)
      further ||= reached >= 0
      if (bare.some((one) => !one.startsWith('error '))) works = true
      for (const { label, condition } of left) {
        await client.query('savepoint mutant')
        await client.query(definer.definition.replace(definer.body, () => without(definer.body, condition)))
        const by = await firstDifference(trial, bare)
        if (by !== null) noticed.set(label, by)
        await client.query('rollback to savepoint mutant')
      }
      await client.query('rollback to savepoint state')
    }
  } finally {
    await client.query('rollback')
  }
  if (whole && !further && Object.hasOwn(LOOKS_FURTHER, definer.name)) leaning.push(`fc.${definer.name} is named as one that looks further than its company, and does not: take it off the list`)
  if (whole && !works) leaning.push(`every call of fc.${definer.name} fails, which proves nothing of it: give its parameters other values in tools/prove/function-world.ts`)
  return { noticed, leaning }
}

async function definersOf(client: pg.PoolClient): Promise<Definer[]> {
  const { rows } = await client.query<Definer>(`select p.proname as name, pg_get_functiondef(p.oid) as definition, p.prosrc as body,
    coalesce((select array_agg(a.name::text order by a.n) from unnest(p.proargnames) with ordinality as a(name, n) where p.proargmodes is null or p.proargmodes[a.n] in ('i', 'b')), '{}') as parameters
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype and n.nspname not in ('pg_catalog', 'information_schema', 'prove') order by p.oid::regprocedure::text`)
  return rows
}

/** A call for each combination of the values that its parameters may have. */
function callsOf({ name, parameters }: Definer): string[] {
  let lists: string[][] = [[]]
  for (const parameter of parameters) {
    const values = ARGUMENTS[`${name}.${parameter}`] ?? ARGUMENTS[parameter]
    if (values === undefined) throw new Error(`fc.${name} has a parameter ${parameter} that its conditions cannot be tried without: say in ARGUMENTS of tools/prove/function-world.ts which values it may have, and put rows there that tell its conditions apart`)
    lists = lists.flatMap((list) => values.map((value) => [...list, value]))
  }
  return lists.map((list) => `select coalesce(jsonb_agg(to_jsonb(r)), '[]')::text from fc.${name}(${list.join(', ')}) as r`)
}

/** Writes down each row that changes, and tries calls: each by itself, undone after it was looked at. */
const WATCH = `
create schema prove;
create table prove.changes (own boolean, line text);
create function prove.note_change() returns trigger security definer set search_path = pg_catalog, pg_temp language plpgsql as $note$
declare
  gone jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - ${UNSTEADY} end;
  come jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - ${UNSTEADY} end;
  one jsonb := coalesce(gone, come);
begin
  if gone is distinct from come then
    insert into prove.changes values (coalesce(coalesce(one ->> 'tenant_id', one ->> 'of_tenant') = '${OWN}', coalesce(one ->> 'user_id', one ->> 'id') not in ${STRANGER_IDS}, true), concat(tg_table_name, ' ', gone, ' -> ', come));
  end if;
  return null;
end $note$;
do $all$ begin
  execute (select string_agg(format('create trigger zz_prove after insert or update or delete on %s for each row execute function prove.note_change()', oid::regclass), '; ') from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p'));
end $all$;
create function prove.try_all(calls text[]) returns text[] language plpgsql as $try$
declare
  call text;
  answer text;
  said text[] := '{}';
begin
  foreach call in array calls loop
    begin
      execute call into answer;
      raise exception using errcode = 'FC999', message = (select concat(answer, E'\\n', string_agg(line, ', ' order by line) filter (where own), E'\\n', string_agg(line, ', ' order by line) filter (where not own)) from prove.changes);
    exception when others then
      said := said || case when sqlstate = 'FC999' then sqlerrm else 'error ' || sqlstate end;
    end;
  end loop;
  return said;
end $try$`

const withoutRowSecurity = async (client: pg.PoolClient): Promise<string> =>
  (await client.query<{ sql: string }>("select coalesce(string_agg(format('alter table %s disable row level security', oid::regclass), '; '), 'select 1') as sql from pg_class where relrowsecurity")).rows[0]!.sql

/** What came of these calls, each in three lines: the answer, the rows of the company that changed, the rows of others. */
async function tryAll({ client }: Trial, calls: readonly string[]): Promise<string[]> {
  const { rows: [row] } = await client.query<{ said: string[] }>('select prove.try_all($1) as said', [calls])
  // Of a wait only its size: its length is that of a clock.
  return row!.said.map((said) => said.replace(/"wait_ms": [1-9]\d*/g, '"wait_ms": 1').replace(/^\[([1-9]\d{5,})\]/, (_, ms: string) => `[${Math.round(Number(ms) / 1e7)}]`))
}
const partsOf = (said: string): { answer: string; own: string; others: string } => {
  const [answer = '', own = '', others = ''] = said.split('\n')
  return { answer, own, others }
}

async function outcomes(trial: Trial): Promise<string[]> {
  const said: string[] = []
  for (let i = 0; i < trial.calls.length; i += CALLS_AT_ONCE) said.push(...await tryAll(trial, trial.calls.slice(i, i + CALLS_AT_ONCE)))
  return said
}

/** In what the function as it now is first does otherwise; null where it does all the same. */
async function firstDifference(trial: Trial, before: readonly string[]): Promise<Noticed | null> {
  for (let i = 0; i < trial.calls.length; i += CALLS_AT_ONCE) {
    const said = await tryAll(trial, trial.calls.slice(i, i + CALLS_AT_ONCE))
    const other = said.findIndex((one, n) => one !== before[i + n])
    if (other < 0) continue
    const [was, is] = [partsOf(before[i + other]!), partsOf(said[other]!)]
    return was.others !== is.others ? 'rows of others' : was.own !== is.own ? 'own rows' : 'answer'
  }
  return null
}
