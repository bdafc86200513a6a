// A company's first day, from the owner's command to its first route, on a FlowClaw of its own.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { totpOf } from '#platform/auth/totp.ts'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { assertSound, callApi, openAs, openPage, settle, type Watched } from './page.ts'

let app: RunningApp
let browser: Browser
before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]); assert.ok(app.folder, 'this test adds a company: it needs a FlowClaw of its own') })
after(async () => { await browser?.close(); await app?.stop(); rmSync(folder, { recursive: true, force: true }) })

const EMAIL = 'ada@first-day.example'
const PASSWORD = 'a long enough password of a founder'
const ROOT = join(import.meta.dirname, '..', '..', '..')
const DATA = join(ROOT, 'data')
const FILES = ['corridors.json', 'providers.json', 'estimates.json', 'rates.json', 'facts.md']
const folder = mkdtempSync(join(tmpdir(), 'flowclaw-data-'))
/** The browser prints a line for each refusal that is asked for on purpose. */
const forgive = ({ troubles }: Watched, line: RegExp) => { troubles.splice(0, troubles.length, ...troubles.filter((each) => !line.test(each))) }

/** The shipped data as somebody who captured it anew today would bring it: on a live market clock its own day is too old to route by. */
function filesOfToday(): string[] {
  const today = new Date().toISOString().slice(0, 10)
  return FILES.map((name) => {
    const file = join(folder, name)
    writeFileSync(file, readFileSync(join(DATA, name), 'utf8').replaceAll(/("as_of": *")[0-9-]{10}"/g, `$1${today}"`))
    return file
  })
}

/** `npm run tenant:create` beside the server that runs, as its owner types it; answers the link as path and fragment. */
async function createCompany(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'tools/tenant-create.ts'), '--name', 'First Day Desk', '--zone', 'Africa/Lagos', '--admin-email', EMAIL, '--admin-name', 'Ada Obi'], {
    cwd: ROOT, env: { ...process.env, PORT: new URL(app.url).port, FLOWCLAW_DATA_DIR: app.folder!, DATABASE_URL: '' },
  })
  const link = new URL(/https?:\S+#link=[\w-]{43}/.exec(stdout)![0])
  assert.equal(link.origin, app.url)
  return link.pathname + link.hash
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const bytesOf = (secret: string): Buffer =>
  Buffer.from([...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('').match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))

const LOOKS = [[360, 'dark'], [390, 'light'], [1440, 'light'], [1440, 'dark']] as const
/** The page at every width, light and dark; ends as wide as it began. */
async function assertSoundEverywhere(watched: Watched, what: string): Promise<void> {
  const { page } = watched
  const start = page.viewportSize()!
  for (const [width, theme] of LOOKS) {
    await page.emulateMedia({ colorScheme: theme })
    await page.setViewportSize({ width, height: 900 })
    // The page hears of the other theme by an event; what is measured must be painted in it.
    await page.waitForFunction((wanted) => document.documentElement.dataset['theme'] === wanted && document.getAnimations().length === 0, theme)
    await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))))
    await settle(page)
    await assertSound(watched, `${what} at ${width} px, ${theme}`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(start)
}

async function openQueue(page: Page): Promise<void> {
  await page.goto('/index.html#/')
  await page.reload()
  await page.getByRole('heading', { name: 'Queue' }).waitFor()
  await settle(page)
}

/** Presses the step's own link on the checklist. */
const follow = (page: Page, step: string) => page.getByRole('link', { name: new RegExp(`: ${step}$`) }).click()

/** Chooses the files on the page of corridor data, which shows at once what they would change. */
async function chooseFiles(page: Page, files: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Import files' }).click()
  await page.getByLabel('Choose files').setInputFiles([...files])
}

async function askForRoute(page: Page, invoice: string): Promise<string> {
  await page.getByRole('combobox', { name: 'Merchant' }).click()
  await page.getByRole('option', { name: /Onitsha Shoes Ltd/ }).click()
  await page.getByRole('combobox', { name: 'Supplier' }).click()
  await page.getByRole('option', { name: /温州/ }).click()
  await page.getByLabel('Why the desk asks').fill('first call of the merchant')
  await page.getByLabel('Amount', { exact: true }).fill('185000')
  await page.getByLabel('Needed by').fill(await page.evaluate(() => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)))
  await page.getByLabel('Description').fill('shoes')
  await page.getByLabel('Invoice number').fill(invoice)
  await page.getByRole('button', { name: 'Find a route' }).click()
  await page.waitForURL(/#\/sessions\//)
  await page.getByRole('heading', { name: 'Desk Decision' }).waitFor()
  const id = /sessions\/([0-9a-f-]{36})/.exec(page.url())![1]!
  return (await callApi<{ state: string }>(page, 'GET', `/api/route-sessions/${id}`)).body.state
}

// Guarantee: after tenant:create everything of a company's first day is done in the browser, by the checklist: password, second factor, a member, a merchant, corridor data, a supplier, a first route; a step is done when the data says so, old prices say what clears them, and the checklist goes with the first recommended route.
test('from one link to the first route', async () => {
  const link = await createCompany()
  const watched = await openPage(browser, app.url, 1440)
  const { page } = watched
  await page.goto(link)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Accept the invitation' }).click()
  await page.getByRole('heading', { name: /^Sign in to/ }).waitFor()
  await page.getByLabel('Email').fill(EMAIL)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Set up an authenticator' }).click()
  await page.getByRole('img', { name: 'QR code for the authenticator' }).waitFor()
  const secret = bytesOf((await page.getByText('Or type this in:').locator('span').innerText()).replaceAll(/\s/g, ''))
  await page.getByLabel('Code', { exact: true }).fill(totpOf(secret, Math.floor((await page.evaluate(() => Date.now())) / 30_000)))
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('0 of 5 done').waitFor()
  await assertSoundEverywhere(watched, 'the first steps')

  await follow(page, 'Invite a Desk Operator')
  await page.getByRole('button', { name: 'Invite a member' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Email').fill('dayo@first-day.example')
  await dialog.getByLabel('Name').fill('Dayo Balogun')
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  const shown = new URL(await page.getByRole('dialog', { name: 'Copy the link now' }).getByLabel('Link').inputValue())
  await page.getByRole('button', { name: 'I have handed it over' }).click()
  const desk = await openPage(browser, app.url, 390)
  await desk.page.goto(shown.pathname + shown.hash)
  await desk.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await desk.page.getByRole('button', { name: 'Accept the invitation' }).click()
  await desk.page.getByRole('heading', { name: /^Sign in to/ }).waitFor()
  await desk.page.getByLabel('Email').fill('dayo@first-day.example')
  await desk.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await desk.page.keyboard.press('Enter')
  await desk.page.getByText('1 of 5 done').waitFor()
  await settle(desk.page)
  await desk.page.getByText('It is the turn of a Platform Admin.').first().waitFor()
  await assertSound(desk, 'the first steps of a Desk Operator')

  await openQueue(page)
  await follow(page, 'Add a merchant')
  await page.getByRole('button', { name: 'Add a merchant' }).click()
  await dialog.getByLabel('Name').fill('Onitsha Shoes Ltd')
  await dialog.getByLabel('City').fill('Onitsha')
  await dialog.getByLabel('Trades in').fill('shoes')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })

  await openQueue(page)
  await follow(page, 'Import corridor data')
  await page.getByText('There is no corridor data yet').waitFor()
  await assertSoundEverywhere(watched, 'no corridor data')
  await desk.page.goto('/index.html#/data')
  await desk.page.getByText('A Platform Admin imports corridor data.').first().waitFor()
  assert.ok(await desk.page.getByRole('button', { name: 'Import files' }).isDisabled())
  await chooseFiles(page, FILES.map((name) => join(DATA, name)))
  await page.getByText(/too old for any route/).waitFor()
  await assertSoundEverywhere(watched, 'what old files would change')
  await page.getByRole('button', { name: 'Import as revision 1' }).click()
  await page.getByText('Imported as revision 1').waitFor()

  await openQueue(page)
  await page.getByText('3 of 5 done').waitFor()
  await follow(page, 'Save its supplier')
  await page.getByRole('button', { name: 'Add a supplier' }).click()
  await dialog.getByLabel('Legal name in Chinese').fill('温州示范鞋业有限公司')
  await dialog.getByLabel('City').fill('Wenzhou')
  await dialog.getByLabel('Account number').fill('6222021111222233')
  await dialog.getByRole('button', { name: 'Save the supplier' }).click()
  await page.getByRole('heading', { name: 'Where it is paid' }).waitFor()

  await openQueue(page)
  await page.getByText('4 of 5 done').waitFor()
  await assertSoundEverywhere(watched, 'the first steps, four done')
  await follow(page, 'Ask for the first route')
  assert.equal(await askForRoute(page, 'FIRST-1'), 'no_route')
  await page.getByText(/^The prices of .* too old$/).waitFor()
  await assertSoundEverywhere(watched, 'no route for old prices')
  await page.getByRole('link', { name: 'Corridor data', exact: true }).last().click()
  await chooseFiles(page, [...filesOfToday().slice(0, 4)])
  await page.getByText('facts.md, not chosen').waitFor()
  await page.getByLabel('Choose files').setInputFiles(join(folder, 'facts.md'))
  await page.getByRole('button', { name: 'Import as revision 2' }).click()
  await page.getByText('Imported as revision 2').waitFor()
  await page.getByRole('button', { name: 'Close' }).click()
  await assertSoundEverywhere(watched, 'the imports')
  await openQueue(page)
  await page.getByText('4 of 5 done').waitFor()
  await follow(page, 'Ask for the first route')
  assert.equal(await askForRoute(page, 'FIRST-2'), 'recommended')
  await openQueue(page)
  assert.equal(await page.getByRole('heading', { name: 'First steps' }).count(), 0)
  await page.getByText('温州示范鞋业有限公司').first().waitFor()
  await desk.close()
  await watched.close()
})

// Guarantee: files that are not corridor data are named by file, record and field; the data in force again is said to be nothing new, one file of all five does as well, nothing is imported by looking, and where a demo market went on its clock is one way back.
test('files that are wrong, and files that are not new', async () => {
  const watched = await openAs(browser, app.url, 'admin', '/index.html', 390)
  const { page } = watched
  await page.goto('/index.html#/data')
  await page.getByRole('heading', { name: 'Imports' }).waitFor()
  const [first, ...rest] = FILES.map((name) => join(DATA, name))
  const wrong = join(folder, 'corridors.json')
  writeFileSync(wrong, readFileSync(first!, 'utf8').replace('"depth": "full"', '"depth": "deep"'))
  await chooseFiles(page, [wrong, ...rest])
  await page.getByRole('region', { name: 'What is wrong' }).getByText('ng-cn').first().waitFor()
  forgive(watched, /400 .*\/api\/market-data\/imports\/preview$/)
  await assertSoundEverywhere(watched, 'wrong files')
  const other = join(folder, 'notes.json')
  writeFileSync(other, '{"notes.txt":"none of ours"}')
  await page.getByLabel('Choose files').setInputFiles(other)
  await page.getByText('notes.json is none of the five files and no bundle of them.').waitFor()
  const bundle = join(folder, 'bundle.json')
  writeFileSync(bundle, JSON.stringify(Object.fromEntries(FILES.map((name) => [name, readFileSync(join(DATA, name), 'utf8')]))))
  await page.getByLabel('Choose files').setInputFiles(bundle)
  await page.getByText('Nothing new', { exact: true }).waitFor()
  await assertSoundEverywhere(watched, 'nothing new')
  const moveClock = async (day: string) => {
    await page.getByRole('dialog').getByLabel('Day').fill(day)
    await page.getByRole('dialog').getByLabel('Reason').fill('to see it age')
    await page.getByRole('button', { name: 'Move the clock' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  await page.getByText('All prices are fresh by the market clock').first().waitFor()
  await page.getByRole('button', { name: 'Demo market of 29 September 2026' }).click()
  await moveClock('2026-11-24')
  await page.getByText(/too old for any route/).first().waitFor()
  await assertSoundEverywhere(watched, 'a demo market that went on')
  await page.getByRole('button', { name: 'Move the market clock', exact: true }).click()
  await moveClock('2026-09-29')
  await page.getByText('All prices are fresh by the market clock').first().waitFor()
  await watched.close()
})
