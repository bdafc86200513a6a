/** Reads the corridor data from a folder (data/ by default) and validates it whole. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MARKET_DATA_FILES } from '#contracts/api/market-data.ts'
import type { MarketDataTexts } from '#governance/index.ts'
import { type Dataset, type DatasetFiles, parseDataset } from '#orchestrator/dataset.ts'

export const DATA_FOLDER = join(import.meta.dirname, '..', 'data')

/** The five files of an import as texts. Throws an error that names the one that cannot be read. */
export function readTexts(folder: string): MarketDataTexts {
  return Object.fromEntries(MARKET_DATA_FILES.map((name) => {
    try {
      return [name, readFileSync(join(folder, name), 'utf8')]
    } catch (cause) {
      throw new Error(`${name}: ${(cause as Error).message}`, { cause })
    }
  })) as MarketDataTexts
}

/** The four files as they are. Throws an error that names the file that cannot be read or is no JSON. */
export function readFiles(folder: string): DatasetFiles {
  const read = (name: string): unknown => {
    try {
      return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
    } catch (cause) {
      throw new Error(`${name}.json: ${(cause as Error).message}`, { cause })
    }
  }
  return { corridors: read('corridors'), providers: read('providers'), estimates: read('estimates'), rates: read('rates') }
}

/** Throws DatasetError naming file, record and field of everything wrong. */
export const readDataset = (folder: string = DATA_FOLDER): Dataset => parseDataset(readFiles(folder))
