import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../api/types.ts'
import { StatusTag, type IconName, type Tone } from '../shared/ui/index.ts'

type State = MerchantRouteSession['state']

const looks: Readonly<Record<State, { tone: Tone; icon: IconName }>> = {
  'Finding a route': { tone: 'info', icon: 'search' },
  'Your turn': { tone: 'attention', icon: 'pencil' },
  'With the desk': { tone: 'waiting', icon: 'clock' },
  'On its way': { tone: 'progress', icon: 'send' },
  Done: { tone: 'success', icon: 'check-circle' },
  Stopped: { tone: 'danger', icon: 'stopped' },
}

/** The six plain states a merchant sees. */
export const MERCHANT_STATES = Object.keys(looks) as State[]
export const StateTag = ({ state }: { state: State }) => <StatusTag tone={looks[state].tone} icon={looks[state].icon}>{state}</StatusTag>

/** A white card with a line around it. */
export const Card = ({ children, className = '' }: { children: ReactNode; className?: string }) => (
  <section className={`rounded-xl border border-line bg-surface ${className}`}>{children}</section>
)

/** A name as the invoice has it: the Chinese one leads where there is one. */
export function SupplierName({ legal_name, legal_name_zh, className = '' }: { legal_name: string; legal_name_zh: string | null; className?: string }) {
  return legal_name_zh ? <span lang="zh-Hans" className={className}>{legal_name_zh}</span> : <span className={className}>{legal_name}</span>
}

/** Steps with their numbers on a line. */
export function NumberedSteps({ steps }: { steps: readonly { title: ReactNode; text?: ReactNode; end?: ReactNode }[] }) {
  return (
    <ol className="isolate flex flex-col">
      {steps.map((step, index) => (
        <li key={index} className="relative flex gap-4 pb-5 last:pb-0">
          {index < steps.length - 1 && <span aria-hidden="true" className="absolute top-7 bottom-0 left-[13px] -z-10 w-0.5 bg-accent" />}
          <span className="inline-flex size-7 shrink-0 items-center justify-center rounded-full bg-accent text-13 font-semibold text-on-accent">{index + 1}</span>
          <span className="flex min-w-0 flex-1 flex-col gap-0.5 lg:flex-row lg:gap-6">
            <span className="min-w-0 flex-1"><span className="block font-semibold">{step.title}</span>{step.text && <span className="block text-13 text-muted">{step.text}</span>}</span>
            {step.end && <span className="text-13 text-muted lg:max-w-64 lg:text-right">{step.end}</span>}
          </span>
        </li>
      ))}
    </ol>
  )
}

/** The heading of a page, which takes the focus when the page opens. */
export function PageTitle({ children, hint }: { children: ReactNode; hint?: ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <h1 className="text-28 font-bold">{children}</h1>
      {hint && <p className="text-muted">{hint}</p>}
    </div>
  )
}

/**
 * The bar with a page's one filled button: at the foot of the screen on a phone, above the privacy question while that is open;
 * in the flow on a desktop. It must be the last child of a flex column, so that it sticks for the whole of it.
 */
export const ActionBar = ({ children, className = '' }: { children: ReactNode; className?: string }) => (
  <div className={`sticky bottom-(--banner-h) z-10 -mx-4 -mb-8 border-t border-line bg-surface px-4 py-3 lg:static lg:mx-0 lg:mb-0 ${className || 'lg:border-0 lg:bg-transparent lg:p-0'}`}>{children}</div>
)

/** Who acts next and by when, in words. */
export function useNextWords(): (next: MerchantRouteSession['next']) => string {
  const { t } = useTranslation()
  return (next) => (next.who === 'merchant' ? t('you_act_next') : next.who === 'desk' ? t('desk_acts_next') : next.who === 'others' ? t('others_act_next', { whom: next.whom }) : t('nobody_acts'))
}
