import { useNavigate } from '@tanstack/react-router'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { Button, Checkbox, ErrorNotice, StatusTag } from '../../shared/ui/index.ts'
import { draftFromRequest, startDraft } from '../draft.ts'
import { Card } from '../parts.tsx'
import { workStorage } from '../privacy-choice.ts'
import { fetchRequest, useSuppliers } from '../queries.ts'
import { storedValue } from '../storage.ts'

type Ticks = Readonly<Record<string, readonly string[]>>
const ticked = storedValue<Ticks>('flowclaw.kept.papers', workStorage, (value): value is Ticks => typeof value === 'object' && value !== null && !Array.isArray(value))

/**
 * Papers still needed, to tick off as they come in. The ticks are the reader's own list in this browser: the desk learns of a paper
 * when the route is asked for again with it, and that brings a fresh price.
 */
export function Papers({ session }: { session: MerchantRouteSession }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const suppliers = useSuppliers()
  const all = ticked.use() ?? {}
  const mine = all[session.id] ?? []
  const before = session.documents_needed.filter((paper) => paper.when === 'before_payment')
  const after = session.documents_needed.filter((paper) => paper.when === 'after_payment')
  const tick = (code: string, on: boolean) => ticked.write({ ...all, [session.id]: on ? [...mine, code] : mine.filter((each) => each !== code) })
  const askAgain = useMutation({
    mutationFn: () => queries.fetchQuery({ queryKey: ['routes', session.id, 'request'], queryFn: () => fetchRequest(session.id) }),
    onSuccess: async (request) => {
      const country = suppliers.data?.find((supplier) => supplier.id === request.supplier_id)?.country ?? ''
      const draft = draftFromRequest(request, country, true)
      startDraft({ ...draft, documents: [...new Set([...draft.documents, ...mine])] })
      await navigate({ to: '/new', search: { step: 'review' } })
    },
  })
  if (before.length === 0 && after.length === 0) return <StatusTag tone="success">{t('papers_needed_none')}</StatusTag>
  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-18 font-bold">{before.length === 0 ? t('papers_needed_none') : t('papers_needed', { count: before.length })}</h2>
      {before.length > 0 && <p className="text-muted">{t('papers_start')}</p>}
      {before.length > 0 && (
        <Card className="divide-y divide-line">
          {before.map((paper) => (
            <Checkbox
              key={paper.code} className="items-start px-4 py-3" checked={mine.includes(paper.code)} onChange={(on) => tick(paper.code, on)} label={paper.name}
              detail={<>{paper.what}<span className="block font-medium text-text">{paper.who} · {paper.how_long}</span></>}
            />
          ))}
        </Card>
      )}
      {mine.length > 0 && <Button icon="refresh" busy={askAgain.isPending} onClick={() => askAgain.mutate()}>{mine.length === 1 ? t('papers_again_one') : t('papers_again', { count: mine.length })}</Button>}
      <ErrorNotice error={askAgain.error} />
      {after.length > 0 && (
        <Card className="p-4">
          <h3 className="mb-1 font-semibold">{t('papers_after')}</h3>
          <ul className="flex flex-col gap-2">{after.map((paper) => <li key={paper.code}><span className="font-medium">{paper.name}</span><span className="block text-13 text-muted">{paper.what} {paper.who} · {paper.how_long}</span></li>)}</ul>
        </Card>
      )}
    </section>
  )
}
