import { formatDecimal, type MoneyValue } from '../money.ts'

/** An amount: ISO code first, all decimals, tabular numerals. The digits are never turned into a float. */
export function Money({ value, strong, className = '' }: { value: MoneyValue | null | undefined; strong?: boolean; className?: string }) {
  if (!value) return <span className={`text-muted ${className}`} aria-label="no amount">—</span>
  return <span className={`whitespace-nowrap tabular-nums ${strong ? 'font-semibold' : ''} ${className}`}>{value.currency}&nbsp;{formatDecimal(value.amount)}</span>
}
