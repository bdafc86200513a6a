import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { draftFromRequest, startDraft } from '../draft.ts'
import { fetchRequest, useSuppliers } from '../queries.ts'

/**
 * "Send again": the answers of an earlier request become this draft, once. What has been typed since is not overwritten by a reload,
 * because `from` leaves the URL as soon as the draft holds it.
 */
export function usePrefill(from: string | undefined): { settled: boolean; error: unknown } {
  const navigate = useNavigate()
  const suppliers = useSuppliers()
  const earlier = useQuery({ queryKey: ['routes', from, 'request'], enabled: from !== undefined, queryFn: () => fetchRequest(from!) })
  const done = useRef<string | undefined>(undefined)
  const [settled, setSettled] = useState(from === undefined)
  useEffect(() => {
    if (from === undefined) { setSettled(true); return }
    if (done.current === from || !earlier.data || !suppliers.data) return
    done.current = from
    const country = suppliers.data.find((supplier) => supplier.id === earlier.data.supplier_id)?.country ?? ''
    startDraft(draftFromRequest(earlier.data, country, false))
    setSettled(true)
    void navigate({ to: '/new', search: { step: 'amount' }, replace: true })
  }, [from, earlier.data, suppliers.data, navigate])
  return { settled: from === undefined ? true : settled, error: earlier.error }
}
