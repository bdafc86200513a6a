/**
 * What the catalog must say of every table, view, function and role so that tenants stay apart. Nothing here knows a table that holds tenants'
 * rows by name: a new one is judged by the same rules, and each broken rule is a sentence that names what breaks it.
 */
import type pg from 'pg'

export type Query = Pick<pg.Client, 'query'>

/** Tables that hold no tenant's rows and that the serving roles may read: the same for everyone, changed by migrations alone. */
const OPEN_CONSTANTS = ['flowclaw_migrations', 'session_edges', 'step_edges']
/** The signing key of the tenant context: its owner made it, fc.tid() reads it, nobody else sees it. */
const SIGNING_KEY = 'fc.tenant_key'

const SIGNED = '(tenant_id = ( SELECT fc.tid() AS tid))'
const SIGNED_OR_SIGN_IN = `(${SIGNED} OR (( SELECT CURRENT_USER AS "current_user") = 'fc_auth'::name))`
const NAMED = "(tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)"

const SERVING = "('app_rt', 'app_worker')"
const DEFINERS = "('fc_auth', 'fc_definer')"
/** Schemas that FlowClaw or somebody after it made. */
const OURS = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'"
const HAS_TENANT = "exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)"

/** Tables that hold tenants' rows: what carries a tenant_id. With their schema, sorted. */
export async function tenantTables(client: Query): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OURS} and c.relkind in ('r', 'p') and ${HAS_TENANT} order by 1`)
  return rows.map(({ name }) => name)
}

/** Every other table, likewise. */
export async function otherTables(client: Query): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OURS} and c.relkind in ('r', 'p') and not ${HAS_TENANT} order by 1`)
  return rows.map(({ name }) => name)
}

/** Each rule answers the sentences of what breaks it, as rows with one column `says`. */
const RULES: readonly string[] = [
  // Row-level security, on, and on for the owner too.
  `select format('table %s holds tenants'' rows and does not force row-level security', c.oid::regclass) as says
   from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OURS} and c.relkind in ('r', 'p') and ${HAS_TENANT} and not (c.relrowsecurity and c.relforcerowsecurity)`,
  `select format('table %s has %s restrictive policies of fc.protect where it needs one: permissive ones alone add up', c.oid::regclass, found.n) as says
   from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral (select count(*) as n from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polcmd = '*' and p.polroles = '{0}'
     and pg_get_expr(p.polqual, p.polrelid) in ($signed$${SIGNED}$signed$, $signed$${SIGNED_OR_SIGN_IN}$signed$) and pg_get_expr(p.polwithcheck, p.polrelid) = $signed$${SIGNED}$signed$) found
   where ${OURS} and c.relkind in ('r', 'p') and ${HAS_TENANT} and found.n <> 1`,
  `select format('table %s lacks the permissive policy of fc.protect: nobody sees a row of it', c.oid::regclass) as says
   from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OURS} and c.relkind in ('r', 'p') and ${HAS_TENANT}
     and not exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd = '*' and p.polroles = '{0}'
       and pg_get_expr(p.polqual, p.polrelid) = $named$${NAMED}$named$ and pg_get_expr(p.polwithcheck, p.polrelid) = $named$${NAMED}$named$)`,
  `select format('policy %I of table %s lets rows pass for every tenant', p.polname, p.polrelid::regclass) as says
   from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
   where ${OURS} and ${HAS_TENANT} and p.polpermissive
     and coalesce(nullif(pg_get_expr(p.polqual, p.polrelid), $named$${NAMED}$named$), nullif(pg_get_expr(p.polwithcheck, p.polrelid), $named$${NAMED}$named$)) is not null
     and not (p.polcmd = 'r' and p.polroles = array(select oid from pg_roles where rolname = 'fc_auth'))`,
  // Tables without a tenant: known constants, or closed to whoever serves.
  `select format('table %s has no tenant_id and %s may %s it', c.oid::regclass, r.rolname, lower(privilege)) as says
   from pg_class c join pg_namespace n on n.oid = c.relnamespace, pg_roles r, unnest(array['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) as privilege
   where ${OURS} and c.relkind in ('r', 'p') and not ${HAS_TENANT} and r.rolname in ${SERVING} and has_any_column_privilege(r.oid, c.oid, privilege)
     and not (privilege = 'SELECT' and c.oid::regclass::text = any (array['${OPEN_CONSTANTS.join("','")}']))`,
  `select format('table %s has no tenant_id, is no constant, and does not force row-level security with policies for fc_auth alone', c.oid::regclass) as says
   from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where ${OURS} and c.relkind in ('r', 'p') and not ${HAS_TENANT} and c.oid::regclass::text <> all (array['${[...OPEN_CONSTANTS, SIGNING_KEY].join("','")}'])
     and (not (c.relrowsecurity and c.relforcerowsecurity)
       or exists (select from pg_policy p where p.polrelid = c.oid and p.polroles <> array(select oid from pg_roles where rolname = 'fc_auth')))`,
  `select format('table %s is given to sign-in, which finds no row of it without a policy for fc_auth', c.oid::regclass) as says
   from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles r on r.rolname = 'fc_auth'
   where ${OURS} and c.relkind in ('r', 'p') and has_any_column_privilege(r.oid, c.oid, 'SELECT')
     and (not ${HAS_TENANT} or exists (select from pg_policy p where p.polrelid = c.oid and pg_get_expr(p.polqual, p.polrelid) = $signed$${SIGNED_OR_SIGN_IN}$signed$))
     and not exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polroles = array[r.oid])`,
  `select format('%s may read the key that signs the tenant context', g.grantee::regrole) as says from pg_class c, aclexplode(c.relacl) g
   where c.oid = to_regclass('${SIGNING_KEY}') and g.grantee <> c.relowner and g.grantee <> coalesce((select oid from pg_roles where rolname = 'fc_definer'), 0)`,
  // Grants that reach beyond rows, or everyone.
  `select format('%s may %s table %s', case when g.grantee = 0 then 'everyone' else g.grantee::regrole::text end, lower(g.privilege_type), c.oid::regclass) as says
   from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) g
   where ${OURS} and c.relkind in ('r', 'p', 'v', 'm', 'f') and (g.grantee = 0 or (g.grantee <> c.relowner and g.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')) or (g.is_grantable and g.grantee <> c.relowner))`,
  `select format('%s may %s column %s of table %s', case when g.grantee = 0 then 'everyone' else g.grantee::regrole::text end, lower(g.privilege_type), a.attname, c.oid::regclass) as says
   from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace, aclexplode(a.attacl) g
   where ${OURS} and (g.grantee = 0 or g.privilege_type = 'REFERENCES' or (g.is_grantable and g.grantee <> c.relowner))`,
  `select format('%s may create in schema %s', case when g.grantee = 0 then 'everyone' else g.grantee::regrole::text end, n.nspname) as says
   from pg_namespace n, aclexplode(n.nspacl) g left join pg_roles r on r.oid = g.grantee
   where ${OURS} and g.privilege_type = 'CREATE' and (g.grantee = 0 or r.rolname in ${SERVING} or r.rolname in ${DEFINERS})`,
  // Who owns.
  `select format('%s belongs to %s, whom row-level security does not hold', c.oid::regclass, r.rolname) as says
   from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles r on r.oid = c.relowner where ${OURS} and c.relkind in ('r', 'p', 'v', 'm', 'f') and (r.rolsuper or r.rolbypassrls)`,
  `select format('%s belongs to %s, which serves requests', c.oid::regclass, r.rolname) as says from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname in ${SERVING}`,
  `select format('role %s %s', r.rolname, broken.how) as says from pg_roles r, lateral (values
     (r.rolsuper, 'is a superuser'), (r.rolbypassrls, 'passes row-level security'), (r.rolcreaterole or r.rolcreatedb or r.rolreplication, 'may make roles or databases'),
     (r.rolinherit and r.rolname in ${SERVING}, 'inherits the rights of roles it is in'), (r.rolcanlogin and r.rolname in ${DEFINERS}, 'can sign in'),
     (exists (select from pg_auth_members m where m.member = r.oid), 'is a member of another role'),
     (exists (select from pg_proc f where f.proowner = r.oid) and r.rolname in ${SERVING}, 'owns a function')) as broken(is_so, how)
   where broken.is_so and (r.rolname in ${SERVING} or r.rolname in ${DEFINERS})`,
  // Functions that run with their owner's rights.
  `select format('function %s runs with the rights of %s, who is no definer role', p.oid::regprocedure, r.rolname) as says
   from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_roles r on r.oid = p.proowner where ${OURS} and p.prosecdef and r.rolname not in ${DEFINERS}`,
  `select format('function %s runs with its owner''s rights and has no fixed search_path from pg_catalog to pg_temp', p.oid::regprocedure) as says
   from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${OURS} and p.prosecdef
     and not exists (select from unnest(p.proconfig) as setting where setting ~ '^search_path=pg_catalog, (public, )?pg_temp$')`,
  `select format('everyone may execute function %s', p.oid::regprocedure) as says
   from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${OURS} and has_function_privilege('public', p.oid, 'execute')`,
  // Ways around a table.
  `select format('view %s does not run as its reader (security_invoker)', c.oid::regclass) as says
   from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OURS} and c.relkind = 'v' and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on'], false)`,
  `select format('materialised view or foreign table %s keeps rows beside row-level security', c.oid::regclass) as says
   from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OURS} and c.relkind in ('m', 'f')`,
  `select format('rule %I on %s rewrites what is asked of it', w.rulename, w.ev_class::regclass) as says
   from pg_rewrite w join pg_class c on c.oid = w.ev_class join pg_namespace n on n.oid = c.relnamespace where ${OURS} and w.rulename <> '_RETURN'`,
  // Oracles: what tells a tenant that another one has something.
  `select format('foreign key %I of table %s points at rows of %s without carrying tenant_id', k.conname, k.conrelid::regclass, k.confrelid::regclass) as says
   from pg_constraint k join pg_class c on c.oid = k.confrelid join pg_namespace n on n.oid = c.relnamespace where ${OURS} and k.contype = 'f' and ${HAS_TENANT}
     and not exists (select from unnest(k.conkey, k.confkey) as pair(here, there)
       join pg_attribute h on h.attrelid = k.conrelid and h.attnum = pair.here join pg_attribute t on t.attrelid = k.confrelid and t.attnum = pair.there
       where t.attname = 'tenant_id' and h.attname in ('tenant_id', 'of_tenant'))`,
  `select format('unique index %s of table %s does not begin with tenant_id: a refused key tells that another tenant has it', i.indexrelid::regclass, i.indrelid::regclass) as says
   from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace where ${OURS} and c.relkind in ('r', 'p') and (i.indisunique or i.indisexclusion) and ${HAS_TENANT}
     and not exists (select from pg_attribute a where a.attrelid = i.indrelid and a.attnum = i.indkey[0] and a.attname = 'tenant_id')`,
  // Records.
  `select format('table %s is a record of which only %s guard is on', t.tgrelid::regclass, string_agg(t.tgname, ', ')) as says
   from pg_trigger t where t.tgname in ('frozen_rows', 'frozen_table') and t.tgenabled = 'O' group by t.tgrelid having count(*) <> 2`,
  `select format('guard %I of table %s is switched off', t.tgname, t.tgrelid::regclass) as says from pg_trigger t where not t.tgisinternal and t.tgenabled <> 'O'`,
]

/** Every rule that the database breaks, as sentences, sorted; nothing where tenants are kept apart. */
export async function isolationViolations(client: Query): Promise<string[]> {
  const { rows } = await client.query<{ says: string }>(RULES.map((rule) => `(${rule})`).join('\nunion\n'))
  return rows.map(({ says }) => says).sort()
}
