/**
 * The built portals: three pages and their hashed assets. A hashed asset never changes, so it is cached for good; a page names the
 * assets of its build, so it is never cached. Files are read once: there are few of them and none is a user's.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Role } from '#contracts/roles.ts'
import { findActor } from '#platform/auth/index.ts'
import { readSessionToken } from './session-cookie.ts'
import type { AppDeps } from '#api/deps.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
  '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.json': 'application/json; charset=utf-8', '.webmanifest': 'application/manifest+json', '.txt': 'text/plain; charset=utf-8',
}
/** Written by the build for itself, not for browsers. */
const NOT_SERVED: ReadonlySet<string> = new Set(['/inputs.sha256'])
const HASHED = /^\/assets\//

type StaticFile = { readonly bytes: Buffer; readonly type: string; readonly etag: string; readonly cache: string }

/** Where each role works. */
export const HOME_OF: Readonly<Record<Role, '/index.html' | '/merchant.html' | '/agent.html'>> = {
  platform_admin: '/index.html', desk_operator: '/index.html', merchant_client: '/merchant.html', settlement_agent: '/agent.html',
}

/** Registers one route per built file; a path that is no file stays a 404. */
export async function servePortals(app: FastifyInstance, deps: Pick<AppDeps, 'config' | 'db'>): Promise<void> {
  const files = readFiles(deps.config.portalsDir)
  const merchantPage = files.get('/merchant.html')
  if (merchantPage !== undefined) files.set('/customer.html', merchantPage)
  for (const [path, file] of files) app.route({ method: ['GET', 'HEAD'], url: path, handler: async (request, reply) => sendFile(file, request, reply) })

  app.get('/', async (request, reply) => {
    const token = readSessionToken(deps.config.cookie, request.headers.cookie)
    const actor = token === null ? null : await findActor(deps.db, token)
    const home = actor === null ? '/index.html' : HOME_OF[actor.role]
    return reply.header('cache-control', 'no-store').redirect(home, 302)
  })
}

function sendFile(file: StaticFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('cache-control', file.cache).header('etag', file.etag).type(file.type)
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send()
  return reply.send(file.bytes)
}

function readFiles(dir: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>()
  if (!existsSync(dir)) return files
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const type = TYPES[extname(entry.name)]
    const url = `/${relative(dir, path).split(sep).join('/')}`
    if (type === undefined || NOT_SERVED.has(url)) continue
    const bytes = readFileSync(path)
    const cache = HASHED.test(url) ? 'public, max-age=31536000, immutable' : 'no-store'
    files.set(url, { bytes, type, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`, cache })
  }
  return files
}
