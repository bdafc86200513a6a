import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ENTRY = fileURLToPath(new URL('./entry.cjs', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'flowclaw-entry-'))
after(() => rmSync(directory, { recursive: true }))

// On Node 20 the launcher must stay as the parent; without execve a newer Node takes that way too.
const noExecve = join(directory, 'no-execve.cjs')
writeFileSync(noExecve, 'delete process.execve')
const script = join(directory, 'script.mjs')
writeFileSync(script, `
  if (process.argv[2] === 'exit') process.exit(Number(process.argv[3]))
  if (process.argv[2] === 'print') { console.log(JSON.stringify(process.argv.slice(3))); process.exit(0) }
  process.on('SIGINT', () => process.exit(41))
  process.on('SIGTERM', () => process.exit(42))
  setInterval(() => {}, 1000)
  console.log(process.pid)
`)

/** A zombie that nobody has waited for yet is dead. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const chunk of child.stdout!) return String(chunk).trim()
  throw new Error('the script printed nothing')
}

const exitCode = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.on('exit', (code) => resolve(code)))

for (const [way, flags] of [['in place of itself', []], ['as a child', ['-r', noExecve]]] as const) {
  test(`the script gets its arguments and gives its exit code, run ${way}`, () => {
    const printed = spawnSync(process.execPath, [...flags, ENTRY, script, 'print', '--x', 'a b', ''], { encoding: 'utf8' })
    assert.deepEqual(JSON.parse(printed.stdout), ['--x', 'a b', ''])
    assert.equal(printed.status, 0)
    assert.equal(spawnSync(process.execPath, [...flags, ENTRY, script, 'exit', '7']).status, 7)
  })

  for (const [signal, code] of [['SIGINT', 41], ['SIGTERM', 42]] as const) {
    test(`${signal} reaches the script, and its answer is the exit code, run ${way}`, async () => {
      const launcher = spawn(process.execPath, [...flags, ENTRY, script], { stdio: ['ignore', 'pipe', 'inherit'] })
      const pid = Number(await firstLine(launcher))
      const ended = exitCode(launcher)
      launcher.kill(signal)
      assert.equal(await ended, code)
      assert.equal(isAlive(pid), false)
    })
  }
}

test('a launcher that is killed outright takes its script with it', async () => {
  const launcher = spawn(process.execPath, ['-r', noExecve, ENTRY, script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = Number(await firstLine(launcher))
  assert.notEqual(pid, launcher.pid)
  launcher.kill('SIGKILL')
  for (let attempt = 0; attempt < 100 && isAlive(pid); attempt++) await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(isAlive(pid), false)
})

test('a program of an installed package runs by --bin', () => {
  const result = spawnSync(process.execPath, [ENTRY, '--bin', 'tsc', '--version'], { encoding: 'utf8' })
  assert.match(result.stdout, /^Version 5\./)
})

test('a script or program that does not exist is said in one sentence', () => {
  for (const args of [['tools/nothing.ts'], ['--bin', 'nothing'], []]) {
    const result = spawnSync(process.execPath, [ENTRY, ...args], { encoding: 'utf8' })
    assert.equal(result.status, 1)
    assert.match(result.stderr, /^(There is no|No installed package|usage:)[^\n]*\n$/)
  }
})
