import { useState } from 'react'
import { useSession } from '../../shared/session/session.ts'
import { Button, RadioGroup, RadioSegment } from '../../shared/ui/index.ts'
import { to } from '../paths.ts'
import { Card, linkLook } from '../ui/parts.tsx'

type Tour = 'desk' | 'admin'
type Step = { readonly title: string; readonly text: string; readonly href: string; readonly link: string }

const STEPS: Readonly<Record<Tour, readonly Step[]>> = {
  desk: [
    { title: 'Take the top row', text: 'Rows marked ACTION say why and what, soonest first. Press j, k and Enter.', href: to.queue({ view: 'needs_me' }), link: 'What needs me' },
    { title: 'Read the facts', text: 'Every lane, flag and refusal shows its number. Press a number to see where it comes from.', href: to.sessions(), link: 'Open a session' },
    { title: 'Ask why not', text: 'Every candidate that lost or was refused, each reason, and what would change it.', href: to.sessions(), link: 'Route sessions' },
    { title: 'Request for a merchant', text: 'When a merchant calls, ask in its name and say why.', href: to.newRequest(), link: 'New request' },
  ],
  admin: [
    { title: 'Know the providers', text: 'Posture, licence, limits and prices, and which numbers have no public source.', href: to.providers(), link: 'Providers' },
    { title: 'Read the corridors', text: 'Allowed pairs, rules with their sources, papers, checklist and mode ceiling.', href: to.corridors(), link: 'Corridors' },
    { title: 'Set the desk’s fee', text: 'A rule for each merchant and corridor, inside the all-in price that a merchant sees.', href: to.deskFees(), link: 'Desk fees' },
    { title: 'Check a decision', text: 'Open any session, then Decision record: a replay must give the same digest.', href: to.sessions(), link: 'Route sessions' },
  ],
}

const place = 'flowclaw.console.start_here'
const dismissedBefore = (): boolean => { try { return localStorage.getItem(place) === 'dismissed' } catch { return false } }

/** The walkthrough for a first day: one tab for each of the console's two roles. Dismissed once, it stays away in this browser. */
export function StartHere() {
  const role = useSession().role
  const [dismissed, setDismissed] = useState(dismissedBefore)
  const [tour, setTour] = useState<Tour>(role === 'platform_admin' ? 'admin' : 'desk')
  if (dismissed) return null
  const dismiss = () => {
    setDismissed(true)
    try { localStorage.setItem(place, 'dismissed') } catch { /* blocked storage: it comes back with the next page load */ }
  }
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-3 border-b border-line px-3 py-1.5">
        <h2 id="start-here" className="font-semibold">Start here</h2>
        <RadioGroup value={tour} onChange={setTour} labelledBy="start-here" className="flex gap-1">
          <RadioSegment value="desk" className="min-h-7">Desk Operator</RadioSegment>
          <RadioSegment value="admin" className="min-h-7">Platform Admin</RadioSegment>
        </RadioGroup>
        <Button kind="quiet" className="ml-auto" onClick={dismiss}>Dismiss</Button>
      </div>
      <ol className="grid gap-x-4 gap-y-2 p-3 md:grid-cols-2 xl:grid-cols-4">
        {STEPS[tour].map((step, index) => (
          <li key={step.title} className="flex gap-2.5 xl:border-l xl:border-line xl:pl-3 xl:first:border-l-0 xl:first:pl-0">
            <span aria-hidden="true" className="text-muted tabular-nums">{index + 1}</span>
            <div className="min-w-0"><p className="font-semibold">{step.title}</p><p className="text-12 text-muted">{step.text} <a href={step.href} className={linkLook}>{step.link}</a></p></div>
          </li>
        ))}
      </ol>
    </Card>
  )
}
