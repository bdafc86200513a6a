import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { hasCode } from '../../api/problem.ts'
import type { Artifact, MerchantRouteSession } from '../../api/types.ts'
import { useClock } from '../../shared/clock.ts'
import { UploadField } from '../../shared/artifacts/UploadField.tsx'
import { messagesKey } from '../../shared/desk-work/queries.ts'
import { formatInstant, zoneCity } from '../../shared/time.ts'
import { Button, Dialog, ErrorNotice, Field, Notice, Textarea } from '../../shared/ui/index.ts'
import { ActionBar } from '../parts.tsx'
import { routesKey } from '../queries.ts'

type Ask = MerchantRouteSession['asks'][number]

/** What the desk needs, in its words, and until when. The earliest is answered by the page's one button, the others here. */
export function AskBox({ session: { id, asks } }: { session: MerchantRouteSession }) {
  const { t } = useTranslation()
  const clock = useClock()
  const [answering, setAnswering] = useState<Ask | null>(null)
  if (asks.length === 0) return null
  const when = (ask: Ask) => `${formatInstant(ask.due_at, clock.time_zone)} ${t('in_zone', { city: zoneCity(clock.time_zone) })}`
  return (
    <>
      <Notice tone="attention" icon="pencil" title={asks.length === 1 ? t('one_thing') : t('things', { count: asks.length })}>
        <ul className="flex flex-col gap-3">
          {asks.map((ask, index) => (
            <li key={ask.id} className="wrap-anywhere">
              {ask.paper && <p className="font-semibold">{ask.paper.name}. <span className="font-normal">{ask.paper.what}</span></p>}
              <p>{ask.text}</p>
              <p className={ask.overdue ? 'font-semibold' : ''}>{t(ask.overdue ? 'ask_late' : 'ask_by', { when: when(ask) })}</p>
              {index > 0 && <Button className="mt-1" onClick={() => setAnswering(ask)}>{t('answer_this')}<span className="sr-only">: {ask.text}</span></Button>}
            </li>
          ))}
        </ul>
      </Notice>
      {answering && <AnswerDialog session_id={id} ask={answering} onClose={() => setAnswering(null)} />}
    </>
  )
}

/** The page's one button while the desk waits. */
export function AnswerBar({ session: { id, asks } }: { session: MerchantRouteSession }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [first] = asks
  return (
    <ActionBar>
      <Button kind="filled" wide icon={first?.paper ? 'upload' : 'message'} onClick={() => setOpen(true)}>{first?.paper ? t('answer_upload', { paper: first.paper.name }) : t('answer_desk')}</Button>
      <p className="mt-2 text-center text-13 text-muted lg:text-left">{t('answer_bar_note')}</p>
      {open && first && <AnswerDialog session_id={id} ask={first} onClose={() => setOpen(false)} />}
    </ActionBar>
  )
}

function AnswerDialog({ session_id, ask, onClose }: { session_id: string; ask: Ask; onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [text, setText] = useState('')
  const [file, setFile] = useState<Artifact | null>(null)
  const readAgain = () => Promise.all([queries.invalidateQueries({ queryKey: routesKey }), queries.invalidateQueries({ queryKey: messagesKey(session_id) })])
  const act = useMutation({
    mutationFn: () => {
      const body = { ...(text.trim() === '' ? {} : { text: text.trim() }), ...(file === null ? {} : { artifact_id: file.id }) }
      return answer(api.POST('/api/asks/{id}/answer', { params: { path: { id: ask.id }, header: { 'idempotency-key': keyFor({ id: ask.id, ...body }) } }, body }))
    },
    onSuccess: async () => { onClose(); await readAgain() },
  })
  const over = hasCode(act.error, 'ask_closed')
  return (
    <Dialog
      open onClose={onClose} title={t('answer_title')} description={ask.text}
      footer={(
        <>
          <Button onClick={() => { onClose(); if (over) void readAgain() }}>{t('answer_keep')}</Button>
          {!over && <Button kind="filled" busy={act.isPending} disabledReason={text.trim() === '' && file === null ? t('answer_empty') : null} onClick={() => act.mutate()}>{t('answer_send')}</Button>}
        </>
      )}
    >
      <UploadField label={ask.paper?.name ?? t('answer_file')} fields={{ class: 'merchant', kind: ask.paper?.code ?? 'message', session_id }} onUploaded={(stored) => setFile(stored.state === 'refused' ? null : stored)} />
      <Field label={t('answer_label')} hint={t('answer_hint')}><Textarea value={text} maxLength={1000} onChange={(event) => setText(event.target.value.replaceAll('\n', ' '))} /></Field>
      {over ? <Notice tone="attention" live="assertive" title={t('answer_over')} /> : <ErrorNotice error={act.error} />}
    </Dialog>
  )
}
