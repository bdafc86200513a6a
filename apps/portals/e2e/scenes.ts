import type { Page } from 'playwright-core'
import type { Account } from './page.ts'

/** One page or state worth looking at: who is signed in, on which page, and how to get there. Names are the files' names in shots/. */
export type Scene = {
  readonly name: string
  readonly account: Account | null
  /** the page that the account signs in on, e.g. /merchant.html */
  readonly page: string
  readonly go: (page: Page) => Promise<void>
}
