/** Reads the corridor data from a folder (data/ by default) and validates it whole. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Dataset, parseDataset } from '#orchestrator/dataset.ts'

export const DATA_FOLDER = join(import.meta.dirname, '..', 'data')

/** Throws DatasetError naming file, record and field of everything wrong. */
export function readDataset(folder: string = DATA_FOLDER): Dataset {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
  return parseDataset({ corridors: read('corridors'), providers: read('providers'), estimates: read('estimates'), rates: read('rates') })
}
