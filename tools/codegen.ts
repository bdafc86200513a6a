/**
 * npm run codegen: what is written from something else. packages/database/schema.sql from a database that the migrations have just made, and the
 * portals' API types from apps/control-api/openapi.json. Tests fail while either is behind.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openTestDatabase } from './testing/database.ts'
import { dumpSchema } from './testing/schema-dump.ts'

const ROOT = join(import.meta.dirname, '..')

const made = await openTestDatabase()
try {
  writeFileSync(join(ROOT, 'packages', 'database', 'schema.sql'), await dumpSchema(made.superuser))
} finally {
  await made.close()
}

execFileSync(process.execPath, [join(ROOT, 'node_modules', 'openapi-typescript', 'bin', 'cli.js'), 'apps/control-api/openapi.json', '-o', 'apps/portals/api/schema.d.ts'], { cwd: ROOT, stdio: 'inherit' })
