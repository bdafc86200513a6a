import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Artifact, Merchant } from '../../api/types.ts'
import { UploadField } from '../../shared/artifacts/index.ts'
import { Button, Dialog, Field, Select } from '../../shared/ui/index.ts'
import { artifactsKey } from '../queries.ts'
import { CLASSES, kindWords, KINDS } from './words.ts'

/** Stores a file for a merchant or for the desk. What belongs to a session is brought on its own page. */
export function UploadDialog({ merchants, merchant_id, onClose }: { merchants: readonly Merchant[]; merchant_id: string | null; onClose: () => void }) {
  const queries = useQueryClient()
  const [of, setOf] = useState<Artifact['class']>('merchant')
  const [kind, setKind] = useState<string | null>(null)
  const [merchant, setMerchant] = useState<string>(merchant_id ?? 'none')
  const wrong = kind === null ? 'Say what it is first.' : of === 'merchant' && merchant === 'none' ? 'Say whose it is first.' : null
  return (
    <Dialog open onClose={onClose} title="Upload a file" description="It is checked before anybody can open it, and never changed afterwards: a newer one takes its place." footer={<Button onClick={onClose}>Close</Button>}>
      <Field label="What it is"><Select value={kind} options={KINDS.map((value) => ({ value, label: kindWords(value) }))} onChange={setKind} /></Field>
      <Field label="Who may see it"><Select value={of} options={CLASSES} onChange={setOf} /></Field>
      <Field label="Whose it is"><Select value={merchant} options={[{ value: 'none', label: 'The desk’s own' }, ...merchants.map((each) => ({ value: each.id, label: each.name }))]} onChange={setMerchant} /></Field>
      <UploadField
        label="The file" disabledReason={wrong} fields={{ class: of, kind: kind ?? '', merchant_id: merchant === 'none' ? undefined : merchant }}
        onUploaded={() => { void queries.invalidateQueries({ queryKey: artifactsKey }) }}
      />
    </Dialog>
  )
}
