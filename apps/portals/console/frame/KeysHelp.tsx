import { Dialog } from '../../shared/ui/index.ts'
import { Key } from '../ui/parts.tsx'

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [['j'], 'Next row'], [['k'], 'Row before'], [['Enter'], 'Open the row'], [['/'], 'Search on this page'], [['Ctrl', 'K'], 'Jump to a session, provider or corridor'],
  [['n'], 'New route request'], [['g', 'q'], 'Go to the queue'], [['g', 's'], 'Go to route sessions'], [['g', 'p'], 'Go to providers'], [['g', 'c'], 'Go to corridors'],
  [['g', 'f'], 'Go to desk fees'], [['g', 'a'], 'Go to the audit'], [['1'], 'In a session: the first choice of the decision, and so on'], [['Ctrl', 'Enter'], 'Record the decision'], [['['], 'Tab before'], [[']'], 'Next tab'], [['u'], 'From a session back to the queue'], [['?'], 'These keys'], [['Esc'], 'Close what is open'],
]

/** Every key that does something. */
export function KeysHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Keys" description="They rest while you type.">
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2">
        {KEYS.map(([keys, what]) => (
          <div key={what} className="contents"><dt className="flex gap-1">{keys.map((key) => <Key key={key}>{key}</Key>)}</dt><dd>{what}</dd></div>
        ))}
      </dl>
    </Dialog>
  )
}
