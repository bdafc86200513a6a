import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { inOrder, useMessages, useSeen, useSendMessage } from '../../shared/desk-work/queries.ts'
import { SentFile } from '../../shared/desk-work/SentFile.tsx'
import { Button, DateTime, ErrorNotice, Field, Icon, Textarea } from '../../shared/ui/index.ts'

/** What the desk and the merchant wrote to each other about this route. The desk is the desk, never a person of it. */
export function FromTheDesk({ session }: { session: MerchantRouteSession }) {
  const { t } = useTranslation()
  const list = useMessages(session.id)
  const send = useSendMessage(session.id)
  const [text, setText] = useState<string | null>(null)
  const pages = list.data?.pages ?? []
  useSeen(session.id, 'merchant', pages[0])
  const messages = inOrder(pages)
  const readTo = pages[0]?.seen.desk.through_seq ?? 0
  const lastRead = messages.findLast((each) => each.from === 'merchant' && each.seq <= readTo)
  return (
    <section aria-label={t('from_desk')} className="flex flex-col gap-3">
      <h2 className="text-18 font-bold">{t('from_desk')}</h2>
      <ErrorNotice error={list.error} />
      {list.data && messages.length === 0 && <p className="text-muted">{t('no_messages')}</p>}
      {list.hasNextPage && <Button busy={list.isFetchingNextPage} onClick={() => { void list.fetchNextPage() }}>{t('earlier_messages')}</Button>}
      {messages.length > 0 && (
        <ol className="flex flex-col gap-3">
          {messages.map((each) => (
            <li key={each.id} className={`flex gap-3 ${each.from === 'merchant' ? 'flex-row-reverse' : ''}`}>
              <span aria-hidden="true" className={`inline-flex size-10 shrink-0 items-center justify-center rounded-full ${each.from === 'desk' ? 'bg-waiting-bg text-waiting' : 'bg-tint text-accent'}`}><Icon name={each.from === 'desk' ? 'building' : 'person'} size={20} /></span>
              <div className="min-w-0 rounded-xl border border-line bg-surface px-4 py-3 wrap-anywhere">
                <p>{each.text}</p>
                {each.file && <SentFile file={each.file} checking={t('file_state_quarantined', { ns: 'shared' })} refused={t('message_file_gone')} />}
                <p className="mt-1 text-13 text-muted">{each.from === 'desk' ? each.who : t('message_you')} · <DateTime at={each.at} absolute />{each === lastRead && ` · ${t('seen_by_desk')}`}</p>
              </div>
            </li>
          ))}
        </ol>
      )}
      {text === null
        ? <Button wide icon="message" className="lg:w-auto lg:self-start" onClick={() => setText('')}>{t('write_desk')}</Button>
        : (
          <form className="flex flex-col gap-2" onSubmit={(event) => { event.preventDefault(); if (text.trim() !== '') send.mutate(text.trim(), { onSuccess: () => setText(null) }) }}>
            <Field label={t('write_desk')}><Textarea autoFocus maxLength={1000} value={text} onChange={(event) => setText(event.target.value.replaceAll('\n', ' '))} /></Field>
            <div className="flex gap-3"><Button type="submit" busy={send.isPending} disabledReason={text.trim() === '' ? t('message_empty') : null}>{t('send_message')}</Button><Button kind="quiet" onClick={() => setText(null)}>{t('answer_keep')}</Button></div>
            <ErrorNotice error={send.error} />
          </form>
        )}
    </section>
  )
}
