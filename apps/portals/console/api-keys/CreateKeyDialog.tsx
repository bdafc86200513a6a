import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { ApiKeyList, NewApiKey, Role } from '../../api/types.ts'
import { useCopy } from '../../shared/copy.ts'
import { Button, Checkbox, Dialog, ErrorNotice, Field, Input, Notice, Select } from '../../shared/ui/index.ts'
import { roleWords } from '../frame/roles.ts'
import { apiKeysKey, useMerchants } from '../queries.ts'
import { scopeWords } from './scopes.ts'

const LASTS = ['30', '90', '180', '365'] as const

/** Makes a key: whose work it does, which of it, for how long. Then shows it, once. */
export function CreateKeyDialog({ offered, onClose }: { offered: ApiKeyList['offered']; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const merchants = useMerchants().data ?? []
  const [label, setLabel] = useState('')
  const [role, setRole] = useState<Role>(offered.find((one) => one.role === 'desk_operator')?.role ?? offered[0]!.role)
  const [merchant, setMerchant] = useState<string | null>(null)
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set())
  const [lasts, setLasts] = useState<string>('90')
  const choices = offered.find((one) => one.role === role)!.scopes
  const ticked = choices.filter((scope) => scopes.has(scope))
  const ofMerchant = role === 'merchant_client'
  const wrong = label.trim() === '' ? 'Name the program first.' : ofMerchant && merchant === null ? 'Choose whose program it is.' : ticked.length === 0 ? 'Tick what the program may do.' : null
  const make = useMutation({
    mutationFn: async (): Promise<NewApiKey> => {
      const body = { label: label.trim(), role, ...(ofMerchant ? { merchant_id: merchant! } : {}), scopes: ticked, lasts_days: Number(lasts) }
      return (await answer(api.POST('/api/api-keys', { params: { header: { 'idempotency-key': keyFor(body) } }, body }))) as NewApiKey
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: apiKeysKey }),
  })
  if (make.data) return <MadeKey made={make.data} onClose={onClose} />
  const problem = make.error ? problemOf(make.error) : null
  return (
    <Dialog
      open onClose={onClose} title="Make an API key" description="For one program. It acts in its own name, does what is ticked here and nothing else, and never governance."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" busy={make.isPending} disabledReason={wrong} onClick={() => make.mutate()}>Make the key</Button></>}
    >
      <Field label="Program" hint="The name under which it stands in the audit." error={problem?.field === '/label' ? problem.detail : null}><Input value={label} maxLength={80} onChange={(event) => setLabel(event.target.value)} /></Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Acts as"><Select value={role} onChange={(next) => setRole(next as Role)} options={offered.map((one) => ({ value: one.role, label: roleWords(one.role) }))} /></Field>
        <Field label="Ends after"><Select value={lasts} onChange={setLasts} options={LASTS.map((days) => ({ value: days, label: days === '365' ? 'a year' : `${days} days` }))} /></Field>
      </div>
      {ofMerchant && <Field label="Merchant"><Select value={merchant} onChange={setMerchant} placeholder="Choose a merchant" options={merchants.map((each) => ({ value: each.id, label: each.name }))} /></Field>}
      <fieldset className="flex flex-col">
        <legend className="font-semibold">The program may</legend>
        {choices.map((scope) => (
          <Checkbox key={scope} checked={scopes.has(scope)} label={scopeWords(scope)} detail={<span className="font-mono text-11">{scope}</span>} onChange={(on) => setScopes(new Set(on ? [...scopes, scope] : [...scopes].filter((one) => one !== scope)))} />
        ))}
      </fieldset>
      <ErrorNotice error={make.error} />
    </Dialog>
  )
}

/** The one look at a key. */
function MadeKey({ made, onClose }: { made: NewApiKey; onClose: () => void }) {
  const [copied, copyText] = useCopy()
  const copy = () => copyText(made.secret!)
  if (made.secret === null) {
    return (
      <Dialog open onClose={onClose} title="The key was made, and its secret got lost" description="The answer that held it did not arrive, and it is kept nowhere. Revoke this key and make another." footer={<Button kind="filled" onClick={onClose}>Close</Button>}>
        <p className="font-mono text-12">{made.api_key.prefix}…</p>
      </Dialog>
    )
  }
  return (
    <Dialog open onClose={onClose} title="Copy the key now" description="It is shown this once and kept nowhere. Put it where the program keeps its secrets, never into a web page." footer={<Button kind="filled" onClick={onClose}>I have put it away</Button>}>
      <Field label="API key"><Input readOnly value={made.secret} className="font-mono text-12" onFocus={(event) => event.target.select()} /></Field>
      <Button icon="copy" onClick={() => { void copy() }}>Copy the key</Button>
      {copied === 'yes' && <Notice tone="success" live="polite">Copied.</Notice>}
      {copied === 'failed' && <Notice tone="attention" live="polite">The browser did not let us copy. Select the key and copy it by hand.</Notice>}
    </Dialog>
  )
}
