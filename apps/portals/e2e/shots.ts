/**
 * npm run shots [-- WORD…]: every page and main state at 390 and 1440 px, light and dark, as shots/NAME-WIDTH-THEME.png. Words narrow it
 * by a part of the name. It ends with an error when a page sticks out sideways, cuts text or prints an error, because a picture may hide that.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchBrowser, startApp } from './app.ts'
import { consoleScenes } from './console-scenes.ts'
import { merchantScenes } from './merchant-scenes.ts'
import { layoutTroubles, openAs, settle, type Theme } from './page.ts'
import type { Scene } from './scenes.ts'
import { trackingScenes } from './tracking-scenes.ts'

const WIDTHS_PX = [390, 1440] as const
const THEMES: readonly Theme[] = ['light', 'dark']
/** Chromium draws no picture higher than this. */
const HIGHEST_PX = 12_000
const FOLDER = fileURLToPath(new URL('../../../shots/', import.meta.url))

const words = process.argv.slice(2)
const scenes: readonly Scene[] = [...merchantScenes, ...trackingScenes, ...consoleScenes].filter((scene) => words.length === 0 || words.some((word) => scene.name.includes(word)))
if (scenes.length === 0) {
  console.error(`No page is named like ${words.join(' ')}.`)
  process.exit(1)
}

mkdirSync(FOLDER, { recursive: true })
const app = await startApp()
const browser = await launchBrowser()
const found: string[] = []
try {
  for (const width of WIDTHS_PX) for (const theme of THEMES) for (const scene of scenes) {
    const name = `${scene.name}-${width}-${theme}`
    const watched = await openAs(browser, app.url, scene.account, scene.page, width, theme)
    try {
      await scene.go(watched.page)
      await settle(watched.page)
      for (const trouble of [...watched.troubles, ...await layoutTroubles(watched.page)]) found.push(`${name}: ${trouble}`)
      // No row or button is drawn as if a mouse were over it.
      await watched.page.mouse.move(0, 0)
      // The window grows to the page, so that a bar at the foot of the screen stands at the foot of the picture.
      const height = await watched.page.evaluate(() => document.documentElement.scrollHeight)
      await watched.page.setViewportSize({ width, height: Math.min(HIGHEST_PX, Math.max(width < 600 ? 844 : 900, height)) })
      await watched.page.screenshot({ path: join(FOLDER, `${name}.png`) })
    } catch (error) {
      found.push(`${name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
      await watched.page.screenshot({ path: join(FOLDER, `${name}.png`) })
    } finally {
      await watched.close()
    }
    console.log(`shots/${name}.png`)
  }
} finally {
  await browser.close()
  await app.stop()
}
if (found.length > 0) {
  console.error(found.join('\n'))
  process.exit(1)
}
