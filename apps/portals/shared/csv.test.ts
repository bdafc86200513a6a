import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvOf } from './csv.ts'

// Guarantee: no name that somebody saved is run as a formula by the spreadsheet of whoever opens the table, in half or full width, and no quote in it ends its cell.
test('a cell is text and nothing else', () => {
  for (const name of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1+1', '＋1', '－1', '＠SUM(A1)']) assert.equal(csvOf([[name]]), `\ufeff"'${name}"\r\n`)
  assert.equal(csvOf([['a "b", c', '佛山=1', '']]), '\ufeff"a ""b"", c","佛山=1",""\r\n')
})
