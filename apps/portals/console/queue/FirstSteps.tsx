import type { Onboarding } from '../../api/types.ts'
import { useSession } from '../../shared/session/session.ts'
import { LinkButton, StatusTag } from '../../shared/ui/index.ts'
import { Card } from '../ui/parts.tsx'

type Step = Onboarding['steps'][number]

const WORDS: Readonly<Record<Step['name'], { readonly title: string; readonly text: string; readonly link: string }>> = {
  desk_operator: { title: 'Invite a Desk Operator', text: 'Somebody who works the queue, by a link that you hand over.', link: 'Members' },
  merchant: { title: 'Add a merchant', text: 'The importing business that a route is asked for.', link: 'Merchants' },
  corridor_data: { title: 'Import corridor data', text: 'Providers, prices, rules and calendars.', link: 'Corridor data' },
  supplier: { title: 'Save its supplier', text: 'Whom the merchant pays, and where.', link: 'Suppliers' },
  first_route: { title: 'Ask for the first route', text: 'In the merchant’s name, and with the reason.', link: 'New request' },
}

const ROLE: Readonly<Record<Step['roles'][number], string>> = { platform_admin: 'a Platform Admin', desk_operator: 'a Desk Operator', merchant_client: 'a Merchant Client', settlement_agent: 'a Settlement Agent' }
const who = (step: Step): string => step.roles.map((role) => ROLE[role]).join(' or ')

/** What a company that has not routed yet still needs. Each step is done when the data says so; this is gone with the first route. */
export function FirstSteps({ steps }: { steps: readonly Step[] }) {
  const role = useSession().role
  const done = steps.filter((step) => step.done).length
  const next = steps.find((step) => !step.done && step.waits_for.length === 0 && step.roles.includes(role))
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-2">
        <h2 id="first-steps" className="font-semibold">First steps</h2>
        <span className="text-12 text-muted tabular-nums" role="status">{done} of {steps.length} done</span>
      </div>
      <ol aria-labelledby="first-steps" className="divide-y divide-line">
        {steps.map((step) => {
          const { title, text, link } = WORDS[step.name]
          return (
            <li key={step.name} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-3 py-2.5">
              <span className="w-full shrink-0 sm:w-24"><State step={step} mine={step.roles.includes(role)} /></span>
              <div className="min-w-0 flex-1 basis-56">
                <p className="font-semibold">{title}</p>
                <p className="text-12 text-muted">{text} {step.waits_for.length > 0 && !step.done && `After: ${step.waits_for.map((each) => WORDS[each].title.toLowerCase()).join(', ')}. `}{step.done || step.roles.includes(role) ? `By ${who(step)}.` : `It is the turn of ${who(step)}.`}</p>
              </div>
              <LinkButton href={`#${step.page}`} kind={step === next ? 'filled' : 'outline'} className="max-md:min-h-11 max-md:w-full"><span>{link}<span className="sr-only">: {title}</span></span></LinkButton>
            </li>
          )
        })}
      </ol>
    </Card>
  )
}

function State({ step, mine }: { step: Step; mine: boolean }) {
  if (step.done) return <StatusTag tone="success" size="small">Done</StatusTag>
  return step.waits_for.length > 0 || !mine ? <StatusTag tone="waiting" size="small">Waits</StatusTag> : <StatusTag tone="attention" size="small">To do</StatusTag>
}
