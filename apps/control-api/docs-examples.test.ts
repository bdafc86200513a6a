/** The curl calls of docs/operations.md, sent as they stand there. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { newId } from '#database/index.ts'
import { openWorld, type World } from './testing/world.ts'

let world: World
before(async () => { world = await openWorld() })
after(() => world.close())

const DOC = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'operations.md'), 'utf8')
type Call = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string | undefined }

/** The curl commands of the text's sh blocks, quotes taken off and names replaced as a shell would; a body stands between <<END and END. */
function curlCalls(values: Readonly<Record<string, string>>): Call[] {
  const filled = (text: string): string => text.replaceAll(/\$([A-Z_]+)/g, (_, name: string) => { assert.ok(values[name] !== undefined, `$${name} is said nowhere`); return values[name] })
  const blocks = [...DOC.matchAll(/```sh\n([^]*?)```/g)].map(([, block]) => block!)
  return blocks.flatMap((block) => [...block.matchAll(/^(curl .*?)(?: -d @- <<END\n([^]*?)\nEND)?$/gm)]).map(([, command, body]) => {
    const words = [...command!.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => filled(quoted ?? bare!))
    const after = (flag: string): string[] => words.flatMap((word, i) => (words[i - 1] === flag ? [word] : []))
    const headers = Object.fromEntries(after('-H').map((header) => header.split(/: (.*)/s).slice(0, 2) as [string, string]))
    return { url: words.find((word) => word.startsWith('/api/'))!, headers, body: body === undefined ? undefined : filled(body) }
  })
}

// Guarantee: whoever copies the calls of the documentation, with a key and ids of their own, is answered as it says: a list, and a recommended route.
test('the curl calls of docs/operations.md are answered', async () => {
  const made = await (await world.as(world.a, 'platform_admin')).post('/api/api-keys', { label: 'Order book', role: 'desk_operator', scopes: ['route_session:read', 'route_session:create'], lasts_days: 1 })
  assert.equal(made.status, 201, made.text)
  const key = `Bearer ${made.json.secret}`
  const calls = curlCalls({ FLOWCLAW_URL: '', REQUEST_KEY: newId(), SUPPLIER_ID: world.a.suppliers.own, MERCHANT_ID: world.a.merchants.own })
  assert.ok(calls.length >= 2)
  const answers = await Promise.all(calls.map(async ({ url, headers, body }) => {
    assert.equal(headers['Authorization'], 'Bearer fck_…')
    return world.app.inject({ method: body === undefined ? 'GET' : 'POST', url, headers: { ...headers, Authorization: key }, ...(body === undefined ? {} : { payload: body }) })
  }))
  for (const answer of answers) assert.ok(answer.statusCode < 300, `${answer.statusCode} ${answer.body}`)
  assert.ok(answers.some((answer) => answer.json().state === 'recommended'))
})
