import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { Key } from '../../ui/parts.tsx'
import type { Choice, Verb } from './choices.ts'

/** The choices as radios with their number keys; what cannot be chosen stays, greyed, with its reason. */
export function ChoiceRows({ choices, chosen, onChoose }: { choices: readonly Choice[]; chosen: Verb | null; onChoose: (verb: Verb) => void }) {
  return (
    <RadioGroup value={chosen ?? ''} onValueChange={(verb) => onChoose(verb as Verb)} aria-label="Decision" className="flex flex-col gap-1">
      {choices.map((choice, index) => {
        const look = choice.blocked !== null ? 'border-line bg-sunken text-muted' : choice.verb === chosen ? 'border-accent bg-tint ring-1 ring-accent' : 'border-line bg-surface hover:bg-sunken'
        return (
          <label key={choice.verb} className={`flex min-h-8 items-center gap-2.5 rounded-md border px-2 py-1.5 max-lg:min-h-11 ${look}`}>
            <Radio.Root value={choice.verb} disabled={choice.blocked !== null} className="inline-flex size-4 shrink-0 items-center justify-center rounded-full border-2 border-control bg-surface data-[checked]:border-accent data-[checked]:bg-accent data-[disabled]:border-dashed">
              <Radio.Indicator className="size-1.5 rounded-full bg-on-accent" />
            </Radio.Root>
            <span className="min-w-0 flex-1 leading-4.5"><b className="font-semibold">{choice.title}</b> <span className="text-12 text-muted">· {choice.blocked ?? choice.note}</span></span>
            <span aria-hidden="true"><Key>{index + 1}</Key></span>
          </label>
        )
      })}
    </RadioGroup>
  )
}
