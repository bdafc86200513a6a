import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import type { DeskRouteSession, MerchantAsk } from '../../api/types.ts'
import { SentFile } from '../../shared/desk-work/SentFile.tsx'
import { useCan } from '../../shared/session/session.ts'
import { inOrder, messagesKey, useMessages, useSeen, useSendMessage } from '../../shared/desk-work/queries.ts'
import { Button, DateTime, ErrorNotice, Field, Input, Skeleton, StatusTag } from '../../shared/ui/index.ts'
import { useKeys } from '../keys.ts'
import { sessionsKey } from '../queries.ts'
import { Card, Key } from '../ui/parts.tsx'
import { AskDialog } from './AskDialog.tsx'

const ASKABLE: ReadonlySet<string> = new Set(['accepted', 'approved', 'awaiting_merchant'])

/** What desk and merchant wrote to each other, what is asked and still open, and how far the merchant has read. */
export function MessagesPanel({ session }: { session: DeskRouteSession }) {
  const { id } = session
  const can = useCan()
  const list = useMessages(id)
  const send = useSendMessage(id)
  const [text, setText] = useState('')
  const [asking, setAsking] = useState(false)
  const box = useRef<HTMLFormElement>(null)
  const pages = list.data?.pages ?? []
  useSeen(id, 'desk', pages[0])
  const askDenied = can('ask:write') ?? (ASKABLE.has(session.state) ? null : 'Only an accepted route has something to ask the merchant.')
  useKeys({ m: () => box.current?.querySelector('input')?.focus(), q: () => { if (askDenied === null) setAsking(true) } })
  const messages = inOrder(pages)
  const readTo = pages[0]?.seen.merchant
  const open = session.asks.filter(({ state }) => state === 'open')
  const withdrawn = new Set(session.asks.filter(({ state }) => state === 'withdrawn').map((each) => each.id))
  const say = () => { if (text.trim() !== '') send.mutate(text.trim(), { onSuccess: () => setText('') }) }
  return (
    <Card className="shrink-0">
      <div className="flex min-h-10 flex-wrap items-center gap-2 border-b border-line px-3 py-1">
        <h2 className="font-semibold">Messages with the merchant</h2>
        <span className="text-12 text-muted"><Key>m</Key> write <Key>q</Key> ask</span>
        <Button className="ml-auto" icon="document" disabledReason={askDenied} onClick={() => setAsking(true)}>Ask the merchant</Button>
      </div>
      {open.length > 0 && <ul aria-label="Open questions" className="divide-y divide-line border-b border-line">{open.map((ask) => <OpenAsk key={ask.id} session_id={id} ask={ask} />)}</ul>}
      {list.isPending && <div className="p-3"><Skeleton lines={2} label="Loading the messages" /></div>}
      <ErrorNotice error={list.error} className="m-3" />
      {list.data && messages.length === 0 && <p className="px-3 py-4 text-muted">Nothing was written yet. What you write here the merchant reads as from the desk.</p>}
      {list.hasNextPage && <div className="p-2 text-center"><Button kind="quiet" busy={list.isFetchingNextPage} onClick={() => { void list.fetchNextPage() }}>Earlier messages</Button></div>}
      {messages.length > 0 && (
        <ol aria-label="Messages" className="flex flex-col gap-3 p-3">
          {messages.map((each) => (
            <li key={each.id} className={`flex max-w-[85%] flex-col gap-0.5 ${each.from === 'desk' ? 'items-end self-end' : 'items-start self-start'}`}>
              <span className="text-12 text-muted">{each.who}{each.from === 'merchant' && `, ${session.merchant.name}`} · <WallTime at={each.at} /></span>
              <p className={`rounded-lg px-3 py-1.5 wrap-anywhere ${each.from === 'desk' ? 'bg-tint' : 'bg-sunken'}`}>
                {each.text}
                {each.file && <SentFile file={each.file} checking="being checked" refused="not kept" />}
              </p>
              {each.ask_id !== null && each.from === 'desk' && <span className="text-12 text-muted">{withdrawn.has(each.ask_id) ? 'Asked, then taken back' : 'Asked'}</span>}
              {each.from === 'desk' && readTo && each.seq <= readTo.through_seq && <span className="text-12 text-muted">Seen by the merchant</span>}
            </li>
          ))}
        </ol>
      )}
      <form ref={box} className="flex items-end gap-2 border-t border-line p-3" onSubmit={(event) => { event.preventDefault(); say() }}>
        <Field label="Write to the merchant" labelHidden className="flex-1"><Input placeholder="Write to the merchant" maxLength={1000} value={text} onChange={(event) => setText(event.target.value)} /></Field>
        <Button type="submit" busy={send.isPending} disabledReason={can('message:write') ?? (text.trim() === '' ? 'Write something first.' : null)}>Send</Button>
      </form>
      <ErrorNotice error={send.error} className="m-3 mt-0" />
      {asking && <AskDialog session={session} onClose={() => setAsking(false)} />}
    </Card>
  )
}

/** Messages are written on the wall clock, which the market of a demonstration does not follow. */
const WallTime = ({ at }: { at: string }) => <DateTime at={at} absolute />

function OpenAsk({ session_id, ask }: { session_id: string; ask: MerchantAsk }) {
  const queries = useQueryClient()
  const can = useCan()('ask:write')
  const withdraw = useMutation({
    mutationFn: () => answer(api.POST('/api/asks/{id}/withdraw', { params: { path: { id: ask.id } }, body: {} })),
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: sessionsKey }), queries.invalidateQueries({ queryKey: messagesKey(session_id) })]),
  })
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
      <StatusTag tone={ask.overdue ? 'danger' : 'waiting'} size="small" icon="pause">{ask.overdue ? 'Overdue' : 'Waiting'}</StatusTag>
      <span className="min-w-0 flex-1 wrap-anywhere">{ask.document_code && <span className="mr-1.5 font-mono text-12">{ask.document_code}</span>}{ask.text}</span>
      <span className="text-12 text-muted">until <DateTime at={ask.due_at} absolute /></span>
      <Button kind="quiet" busy={withdraw.isPending} disabledReason={can} onClick={() => withdraw.mutate()}>Take it back<span className="sr-only">: {ask.text}</span></Button>
      <ErrorNotice error={withdraw.error} className="w-full" />
    </li>
  )
}
