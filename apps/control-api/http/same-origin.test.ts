import { test } from 'node:test'
import assert from 'node:assert/strict'
import { isSameOrigin } from './same-origin.ts'

const own = new Set(['https://desk.example'])

// Guarantee: only a browser's own same-origin request, or a program that names exactly our origin, may change anything.
test('every combination of Sec-Fetch-Site and Origin', () => {
  const sites = ['same-origin', 'same-site', 'cross-site', 'none', 'Same-Origin', '', 'same-origin,cross-site', undefined]
  const origins = ['https://desk.example', 'http://desk.example', 'https://desk.example.evil.example', 'https://evildesk.example', 'https://desk.example:443', 'https://DESK.example', 'null', '', 'https://desk.example/', undefined]
  const passing: string[] = []
  for (const secFetchSite of sites) {
    for (const origin of origins) if (isSameOrigin({ secFetchSite, origin }, own)) passing.push(`${secFetchSite} | ${origin}`)
  }
  assert.deepEqual(passing, ['same-origin | https://desk.example', 'same-origin | undefined', 'undefined | https://desk.example'])
})
