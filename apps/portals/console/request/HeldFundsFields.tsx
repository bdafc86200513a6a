import { Button, Field, IconButton, Input, Select } from '../../shared/ui/index.ts'
import { Card } from '../ui/parts.tsx'
import type { HeldFunds } from './request-draft.ts'

const CURRENCIES = ['USD', 'CNY', 'CNH', 'HKD', 'USDT', 'USDC', 'NGN', 'KES', 'GHS', 'ZAR', 'AED', 'EUR', 'GBP'].map((value) => ({ value, label: value }))
const COUNTRIES = ['NG', 'KE', 'GH', 'ZA', 'CN', 'HK', 'AE', 'US', 'GB'].map((value) => ({ value, label: value }))

/** Foreign money that the merchant says it has: a route may start there. FlowClaw holds none of it. */
export function HeldFundsFields({ held, onChange, country, error }: { held: readonly HeldFunds[]; onChange: (held: readonly HeldFunds[]) => void; country: string; error: string | null }) {
  const change = (index: number, part: Partial<HeldFunds>) => onChange(held.map((each, at) => (at === index ? { ...each, ...part } : each)))
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-2 px-3 py-1.5">
        <h2 className="font-semibold">Foreign money the merchant has <span className="font-normal text-muted">optional; a route may start from it</span></h2>
        <Button kind="quiet" icon="plus" className="ml-auto" disabledReason={held.length >= 10 ? 'Ten at most.' : null} onClick={() => onChange([...held, { currency: 'USD', country, amount: '' }])}>Add</Button>
      </div>
      {held.length > 0 && (
        <ul className="flex flex-col gap-2 border-t border-line p-3">
          {held.map((each, index) => (
            <li key={index} className="flex flex-wrap items-end gap-2">
              <Field label="Currency" className="w-28"><Select value={each.currency} options={CURRENCIES} onChange={(currency) => change(index, { currency })} /></Field>
              {each.currency !== 'USDT' && each.currency !== 'USDC' && <Field label="Held in" className="w-24"><Select value={each.country} options={COUNTRIES} onChange={(next) => change(index, { country: next })} /></Field>}
              <Field label="Amount" className="w-44"><Input inputMode="decimal" value={each.amount} onChange={(event) => change(index, { amount: event.target.value })} className="text-right tabular-nums" /></Field>
              <IconButton icon="x" label={`Remove ${each.currency}`} onClick={() => onChange(held.filter((_, at) => at !== index))} />
            </li>
          ))}
        </ul>
      )}
      {error && <p className="px-3 pb-2 text-danger">{error}</p>}
    </Card>
  )
}
