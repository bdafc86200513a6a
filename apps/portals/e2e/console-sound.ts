/** Every scene of the console in one width and theme, as tests. Two files call it, so that neither runs for long. */
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser, startApp, type RunningApp } from './app.ts'
import { consoleScenes } from './console-scenes.ts'
import { assertSound, openAs, settle, type Theme } from './page.ts'

/** One test a scene: no axe violation, no console error, no CSP violation, nothing that sticks out or is cut. */
export function testEveryScene(width: number, theme: Theme): void {
  let app: RunningApp
  let browser: Browser
  before(async () => { [app, browser] = await Promise.all([startApp(), launchBrowser()]) })
  after(async () => { await browser?.close(); await app?.stop() })
  for (const scene of consoleScenes) {
    test(`${scene.name} is sound at ${width} px, ${theme}`, async () => {
      const watched = await openAs(browser, app.url, scene.account, scene.page, width, theme)
      await scene.go(watched.page)
      await settle(watched.page)
      await assertSound(watched, scene.name)
      await watched.close()
    })
  }
}
