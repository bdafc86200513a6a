import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClock } from '../../shared/clock.ts'
import { Button, ErrorNotice, Icon, Skeleton } from '../../shared/ui/index.ts'
import { clearDraft, emptyDraft, stepErrors, STEPS, useDraft, type Step } from '../draft.ts'
import { ActionBar, Card } from '../parts.tsx'
import { useCorridors, useSuppliers } from '../queries.ts'
import { AmountQuestion } from './AmountQuestion.tsx'
import { GoodsQuestion } from './GoodsQuestion.tsx'
import { NewSupplier } from './NewSupplier.tsx'
import { PapersQuestion } from './PapersQuestion.tsx'
import { corridorFor, type QuestionProps } from './question.ts'
import { Review } from './Review.tsx'
import { Summary } from './Summary.tsx'
import { SupplierQuestion } from './SupplierQuestion.tsx'
import { TimeQuestion } from './TimeQuestion.tsx'
import { usePrefill } from './use-prefill.ts'

const questions: Readonly<Record<Step, (props: QuestionProps) => React.ReactNode>> = {
  supplier: SupplierQuestion, amount: AmountQuestion, goods: GoodsQuestion, time: TimeQuestion, papers: PapersQuestion,
}

/** The guided request: five questions, one at a time, then a look at all of it. The step is in the URL, the answers in the browser's storage. */
export function NewRoutePage() {
  const { t } = useTranslation()
  const { step = 'supplier', adding, from } = useSearch({ from: '/new' })
  const navigate = useNavigate()
  const clock = useClock()
  const [draft, change] = useDraft()
  const suppliers = useSuppliers()
  const corridors = useCorridors()
  const prefill = usePrefill(from)
  const [shown, setShown] = useState<{ step: string; errors: Readonly<Record<string, string>> }>({ step: '', errors: {} })
  const form = useRef<HTMLFormElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const opened = useRef(step)

  // A new question is a new screen: it starts at its heading.
  useEffect(() => {
    if (opened.current === step) return
    opened.current = step
    window.scrollTo(0, 0)
    heading.current?.focus({ preventScroll: true })
  }, [step])

  const supplier = suppliers.data?.find((each) => each.id === draft.supplier_id)
  const corridor = supplier && corridors.data ? corridorFor(supplier, corridors.data) : undefined
  const number = step === 'review' ? STEPS.length : STEPS.indexOf(step) + 1

  // Nobody can review, or answer a later question, before the earlier ones: the first open one is shown instead.
  const firstOpen = suppliers.data ? STEPS.find((each) => Object.keys(stepErrors(each, draft, clock.now(), supplier)).length > 0) : undefined
  const ahead = firstOpen !== undefined && prefill.settled && (step === 'review' || STEPS.indexOf(step) > STEPS.indexOf(firstOpen))
  useEffect(() => {
    if (ahead) void navigate({ to: '/new', search: (search) => ({ ...search, step: firstOpen }), replace: true })
  }, [ahead, firstOpen, navigate])

  const goOn = () => {
    if (step === 'review') return
    const errors = stepErrors(step, draft, clock.now(), supplier)
    setShown({ step, errors })
    if (Object.keys(errors).length > 0) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid] input, [role="alert"]')?.focus())
      return
    }
    void navigate({ to: '/new', search: (search) => ({ ...search, step: STEPS[STEPS.indexOf(step) + 1] ?? 'review' }) })
  }

  const startOver = () => { clearDraft(); void navigate({ to: '/new', search: {} }) }

  if (adding) return <NewSupplier />
  if (suppliers.isPending || corridors.isPending || !prefill.settled) return <Card className="p-5"><Skeleton lines={6} /></Card>
  const failed = suppliers.error ?? corridors.error ?? prefill.error
  if (failed) return <ErrorNotice error={failed} action={<Button onClick={() => { void suppliers.refetch(); void corridors.refetch() }}>{t('try_again', { ns: 'shared' })}</Button>} />

  const Question = step === 'review' ? null : questions[step]
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,22rem)]">
      <form ref={form} noValidate onSubmit={(event) => { event.preventDefault(); goOn() }} className="flex min-w-0 flex-col gap-4">
        <div className="flex items-center justify-between">
          {step === 'supplier'
            ? <Link to="/" className="-ml-2 inline-flex min-h-11 items-center gap-1 rounded px-2 font-semibold text-accent no-underline"><Icon name="chevron-left" />{t('cancel')}</Link>
            : <Link to="/new" search={(search: object) => ({ ...search, step: STEPS[step === 'review' ? STEPS.length - 1 : STEPS.indexOf(step) - 1]! })} className="-ml-2 inline-flex min-h-11 items-center gap-1 rounded px-2 font-semibold text-accent no-underline"><Icon name="chevron-left" />{t('back')}</Link>}
          <span className="text-13 text-muted">{step === 'review' ? t('review_count') : t('question', { number, all: STEPS.length })}</span>
        </div>
        <div aria-hidden="true" className="flex gap-1.5">{STEPS.map((each, index) => <span key={each} className={`h-1 flex-1 rounded-full ${index < number ? 'bg-accent' : 'bg-line'}`} />)}</div>
        {Question
          ? (
            <>
              <Question draft={draft} change={change} supplier={supplier} corridor={corridor} suppliers={suppliers.data ?? []} errors={shown.step === step ? shown.errors : {}} heading={heading} />
              {supplier && !corridor && <ErrorLine text={t('no_corridor', { from: corridors.data?.[0]?.source_country ?? '' })} />}
              {draft !== emptyDraft && (
                <p className="lg:hidden"><Button kind="quiet" className="-ml-4" onClick={startOver}>{t('start_over')}</Button></p>
              )}
              <ActionBar>
                <Button type="submit" kind="filled" wide className="lg:w-auto lg:min-w-48" disabled={Boolean(supplier && !corridor)}>{t('continue')}</Button>
                {draft !== emptyDraft && <Button kind="quiet" className="ml-2 max-lg:hidden" onClick={startOver}>{t('start_over')}</Button>}
              </ActionBar>
            </>
          )
          : supplier && corridor && <Review draft={draft} supplier={supplier} corridor={corridor} heading={heading} />}
      </form>
      <aside className="hidden lg:block">{step !== 'review' && <Summary draft={draft} supplier={supplier} corridor={corridor} />}</aside>
    </div>
  )
}

const ErrorLine = ({ text }: { text: string }) => <p role="alert" tabIndex={-1} className="flex items-start gap-1.5 text-13 text-danger"><Icon name="alert" size={16} className="mt-0.5" />{text}</p>
