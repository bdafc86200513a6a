/** The state machines stand in code, in the database and in ARCHITECTURE.md, and are one. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { drawing, FIRST_SESSION_STATES, FIRST_STEP_STATES, SESSION_EDGES, STEP_EDGES, STEP_STATES } from '#contracts/state-machines.ts'
import { SESSION_STATES } from '#contracts/api/route-sessions.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'

let test_db: TestDatabase
before(async () => { test_db = await openTestDatabase() })
after(async () => test_db.close())

// Guarantee: the database allows exactly the moves that the data names, for sessions and for steps.
test('the edges of the database are those of the data', async () => {
  for (const [table, edges] of [['session_edges', SESSION_EDGES], ['step_edges', STEP_EDGES]] as const) {
    const { rows } = await test_db.superuser.query<{ from_state: string; to_state: string }>(`select from_state, to_state from ${table}`)
    assert.deepEqual(rows.map((row) => `${row.from_state} → ${row.to_state}`).sort(), edges.map(({ from, to }) => `${from} → ${to}`).sort(), table)
  }
})

// Guarantee: ARCHITECTURE.md draws both machines from the data, and every state is reached from a first one.
test('ARCHITECTURE.md draws the machines as they are', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'ARCHITECTURE.md'), 'utf8')
  for (const text of [drawing(SESSION_EDGES, FIRST_SESSION_STATES), drawing(STEP_EDGES, FIRST_STEP_STATES)]) assert.ok(page.includes(`\`\`\`mermaid\n${text}\n\`\`\``), `ARCHITECTURE.md lacks:\n${text}`)
  for (const [states, edges, first] of [[SESSION_STATES, SESSION_EDGES, FIRST_SESSION_STATES], [STEP_STATES, STEP_EDGES, FIRST_STEP_STATES]] as const) {
    const reached = new Set<string>(first)
    for (let before = -1; before !== reached.size;) {
      before = reached.size
      for (const { from, to } of edges) if (reached.has(from)) reached.add(to)
    }
    assert.deepEqual([...states].filter((state) => !reached.has(state)), [])
  }
})
