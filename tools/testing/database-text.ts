/** Every row of every table as text, as a dump would hold it, with what is readable inside of byte columns beside it. */
import type pg from 'pg'

export async function textOfDatabase(superuser: pg.Pool): Promise<string> {
  const { rows: tables } = await superuser.query<{ name: string }>(
    "select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'm', 'p') and n.nspname !~ '^(pg_|information_schema)' order by 1")
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await superuser.query<{ text: string; [column: string]: unknown }>(`select t::text as "text", t.* from ${name} t`)
    for (const { text, ...row } of rows) {
      texts.push(text)
      for (const value of Object.values(row)) if (Buffer.isBuffer(value)) texts.push(value.toString('latin1'))
    }
  }
  return texts.join('\n')
}
