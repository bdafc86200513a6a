/** A column that holds one sealed value in each row: its name is part of every seal, so what was sealed for one column opens in no other. */
import type { TenantKeys } from './tenant-keys.ts'

export type SealedColumn<T> = {
  /** the value as bytes that open in this column of this row alone */
  seal(keys: TenantKeys, row: string, value: T): Buffer
  /** throws SealRefused where the bytes are not of this column and row, or were changed */
  open(keys: TenantKeys, row: string, sealed: Buffer): T
}

/** `T` is what JSON keeps as it is. */
export function sealedColumn<T>(table: string, column: string): SealedColumn<T> {
  const placeOf = (row: string) => ({ table, column, row })
  return {
    seal: (keys, row, value) => keys.seal(placeOf(row), JSON.stringify(value)),
    open: (keys, row, sealed) => JSON.parse(keys.open(placeOf(row), sealed)) as T,
  }
}
