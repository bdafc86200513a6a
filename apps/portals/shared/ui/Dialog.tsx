import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import { IconButton } from './Button.tsx'

/** A modal window: title, sentence, content, buttons. The focus goes in and comes back; Escape closes. */
export function Dialog({ open, onClose, title, description, children, footer, closeLabel = 'Close', wide = false }: {
  open: boolean; onClose: () => void; title: ReactNode; description?: ReactNode; children?: ReactNode; footer?: ReactNode; closeLabel?: string
  /** for what is looked at and not filled in: as wide as there is room */
  wide?: boolean
}) {
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => { if (!next) onClose() }}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <BaseDialog.Popup className={`fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] ${wide ? 'max-w-5xl' : 'max-w-lg'} -translate-x-1/2 -translate-y-1/2 flex-col gap-4 overflow-y-auto rounded-xl border border-line bg-surface p-5 text-text shadow-pop outline-none`}>
          <div className="flex items-start gap-3">
            <BaseDialog.Title className="min-w-0 flex-1 text-18 font-bold">{title}</BaseDialog.Title>
            <BaseDialog.Close render={<IconButton icon="x" label={closeLabel} className="-mt-2 -mr-2" />} />
          </div>
          {description && <BaseDialog.Description className="text-muted">{description}</BaseDialog.Description>}
          {children}
          {footer && <div className="flex flex-wrap justify-end gap-3">{footer}</div>}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}
