/**
 * The schema as text, read from the catalog: tables with columns, constraints, indexes, policies, grants, triggers, and functions. The
 * embedded server brings no pg_dump, and this text is the same on PostgreSQL 15 to 18.
 */
import type pg from 'pg'

type Query = Pick<pg.Pool, 'query'>

const SCHEMAS = "('public', 'fc')"

/** Everything FlowClaw made in this database, sorted, without what differs between servers. */
export async function dumpSchema(client: Query): Promise<string> {
  const parts = ['-- Written by `npm run codegen`; a test holds it against the migrations. Not run by anything.']
  const { rows: tables } = await client.query<{ oid: number; name: string; kind: string; forced: boolean }>(
    `select c.oid, c.oid::regclass::text as name, c.relkind as kind, c.relrowsecurity and c.relforcerowsecurity as forced
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ${SCHEMAS} and c.relkind in ('r', 'p', 'v', 'm') order by n.nspname desc, c.relname collate "C"`)
  for (const table of tables) parts.push(await dumpTable(client, table))
  const { rows: functions } = await client.query<{ text: string }>(
    `select pg_get_functiondef(p.oid) || '-- owner ' || case when r.rolname like 'fc\\_%' then r.rolname else 'migrator' end
       || ', execute ' || coalesce((select string_agg(grantee, ', ' order by grantee) from (select case when a.grantee = 0 then 'public' else a.grantee::regrole::text end as grantee
         from aclexplode(p.proacl) a where a.grantee = 0 or a.grantee::regrole::text in ('app_rt', 'app_worker', 'fc_definer', 'fc_auth')) g), 'owner alone') as text
     from pg_proc p join pg_roles r on r.oid = p.proowner where p.pronamespace = 'fc'::regnamespace order by p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"`)
  for (const { text } of functions) parts.push(text)
  return `${parts.join('\n\n')}\n`
}

async function dumpTable(client: Query, table: { readonly oid: number; readonly name: string; readonly forced: boolean }): Promise<string> {
  const list = async (sql: string): Promise<string[]> => (await client.query<{ text: string }>(sql, [table.oid])).rows.map((row) => row.text)
  const columns = await list(`select '  ' || quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
      || case when a.attnotnull then ' not null' else '' end
      || case when a.attidentity = 'a' then ' generated always as identity' when a.attgenerated = 's' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored'
         when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end
      || coalesce(' -- ' || col_description(a.attrelid, a.attnum), '') as text
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`)
  // 18 lists not-null constraints here too; they stand at their columns.
  const constraints = await list(`select '  constraint ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid) as text from pg_constraint where conrelid = $1 and contype <> 'n' order by conname collate "C"`)
  const indexes = await list(`select pg_get_indexdef(i.indexrelid) as text from pg_index i where i.indrelid = $1 and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.conrelid = $1) order by 1`)
  const policies = await list(`select 'policy ' || polname || case when polpermissive then ' permissive' else ' restrictive' end || ' for '
      || case polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' else 'delete' end
      || ' to ' || case when polroles = '{0}' then 'public' else (select string_agg(r::regrole::text, ', ' order by r::regrole::text) from unnest(polroles) r) end
      || coalesce(' using ' || pg_get_expr(polqual, polrelid), '') || coalesce(' with check ' || pg_get_expr(polwithcheck, polrelid), '') as text from pg_policy where polrelid = $1 order by polname collate "C"`)
  const triggers = await list('select pg_get_triggerdef(oid) as text from pg_trigger where tgrelid = $1 and not tgisinternal order by tgname')
  const grants = await list(`select 'grant ' || string_agg(distinct lower(privilege_type), ', ' order by lower(privilege_type)) || ' to ' || grantee::regrole::text as text
    from pg_class c, aclexplode(c.relacl) where c.oid = $1 and grantee <> 0 and grantee::regrole::text in ('app_rt', 'app_worker', 'fc_definer', 'fc_auth') group by grantee order by 1`)
  const columnGrants = await list(`select 'grant ' || lower(x.privilege_type) || ' (' || string_agg(a.attname, ', ' order by a.attnum) || ') to ' || x.grantee::regrole::text as text
    from pg_attribute a, aclexplode(a.attacl) x where a.attrelid = $1 group by x.privilege_type, x.grantee order by 1`)
  return [`table ${table.name}${table.forced ? ' (row-level security forced)' : ''}`, ...columns, ...constraints, ...indexes, ...policies, ...triggers, ...grants, ...columnGrants].join('\n')
}
