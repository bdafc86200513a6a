import { Dialog } from '@base-ui/react/dialog'
import { useEffect, useId, useState, type KeyboardEvent } from 'react'
import { Icon, IconButton, type IconName } from '../../shared/ui/index.ts'
import { useGo } from '../go.ts'
import { to } from '../paths.ts'
import { useCorridors, useProviders, useSessionSearch } from '../queries.ts'
import { Key } from '../ui/parts.tsx'
import { nameOf } from '../words.ts'

type Target = { readonly key: string; readonly href: string; readonly icon: IconName; readonly label: string; readonly detail: string }

const PAGES: readonly Target[] = [
  { key: 'page-queue', href: to.queue(), icon: 'inbox', label: 'Queue', detail: 'Page' },
  { key: 'page-sessions', href: to.sessions(), icon: 'route', label: 'Route sessions', detail: 'Page' },
  { key: 'page-request', href: to.newRequest(), icon: 'plus', label: 'New route request', detail: 'Page' },
  { key: 'page-providers', href: to.providers(), icon: 'bank', label: 'Providers', detail: 'Page' },
  { key: 'page-corridors', href: to.corridors(), icon: 'globe', label: 'Corridors', detail: 'Page' },
  { key: 'page-fees', href: to.deskFees(), icon: 'tag-cost', label: 'Desk fees', detail: 'Page' },
  { key: 'page-approval-rules', href: to.approvalRules(), icon: 'check-circle', label: 'Approval rules', detail: 'Page' },
  { key: 'page-audit', href: to.audit(), icon: 'list', label: 'Audit', detail: 'Page' },
]

/** Ctrl K: a few letters of anything, and there. */
export function JumpBox() {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      event.preventDefault()
      setOpen(true)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button
        type="button" onClick={() => setOpen(true)}
        className="hidden h-8 w-80 min-w-0 items-center gap-2 rounded-md border border-control px-2.5 text-muted hover:bg-sunken lg:flex"
      >
        <Icon name="search" size={16} /><span className="flex-1 text-left">Search or jump to…</span><Key>Ctrl K</Key>
      </button>
      <IconButton icon="search" label="Search or jump to" className="ml-auto lg:hidden" onClick={() => setOpen(true)} />
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
          <Dialog.Popup className="fixed top-[10dvh] left-1/2 z-50 flex max-h-[75dvh] w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line bg-surface text-text shadow-pop outline-none">
            <Dialog.Title className="sr-only">Search or jump to</Dialog.Title>
            <Results onDone={() => setOpen(false)} />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  )
}

function Results({ onDone }: { onDone: () => void }) {
  const go = useGo()
  const id = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const q = text.trim().toLowerCase()
  const sessions = useSessionSearch(q).data?.items ?? []
  const providers = useProviders().data ?? []
  const corridors = useCorridors().data ?? []
  const fits = (...words: string[]) => words.some((word) => word.toLowerCase().includes(q))
  const found: readonly Target[] = [
    ...sessions.map((row): Target => ({ key: row.id, href: to.session(row.id), icon: 'route', label: `${row.reference} ${row.description}`, detail: row.merchant_name })),
    ...PAGES.filter((page) => fits(page.label)),
    ...(q === '' ? [] : providers.filter((each) => fits(each.name, each.id)).slice(0, 6).map((each): Target => ({ key: each.id, href: to.provider(each.id), icon: 'bank', label: nameOf(each.name), detail: 'Provider' }))),
    ...(q === '' ? [] : corridors.filter((each) => fits(each.name, each.id)).map((each): Target => ({ key: each.id, href: to.corridor(each.id), icon: 'globe', label: each.name, detail: 'Corridor' }))),
  ]
  const current = Math.min(at, found.length - 1)
  const choose = (target: Target | undefined) => { if (target) { onDone(); go(target.href) } }
  const onKey = (event: KeyboardEvent) => {
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (move !== 0 && found.length > 0) { event.preventDefault(); setAt((current + move + found.length) % found.length) }
    if (event.key === 'Enter') { event.preventDefault(); choose(found[current]) }
  }
  return (
    <>
      <div className="flex items-center gap-2 border-b border-line px-3">
        <Icon name="search" size={18} className="text-muted" />
        <input
          autoFocus value={text} onChange={(event) => { setText(event.target.value); setAt(0) }} onKeyDown={onKey} placeholder="Reference, merchant, supplier, provider, page"
          role="combobox" aria-expanded="true" aria-controls={`${id}-list`} aria-activedescendant={found.length > 0 ? `${id}-${current}` : undefined} aria-label="Search or jump to"
          className="h-12 min-w-0 flex-1 bg-transparent text-15 outline-none focus-visible:outline-none"
        />
        <Key>Esc</Key>
      </div>
      <ul id={`${id}-list`} role="listbox" aria-label="Found" className="overflow-y-auto p-1">
        {found.map((target, index) => (
          <li
            key={target.key} id={`${id}-${index}`} role="option" aria-selected={index === current} onClick={() => choose(target)} onMouseMove={() => setAt(index)}
            className="flex min-h-9 cursor-pointer items-center gap-3 rounded-md px-3 py-1 aria-selected:bg-tint"
          >
            <Icon name={target.icon} size={18} className="text-muted" /><span className="min-w-0 flex-1">{target.label}</span><span className="text-12 text-muted">{target.detail}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p role="status" className="px-4 pb-4 text-muted">Nothing has these letters.</p>}
    </>
  )
}
