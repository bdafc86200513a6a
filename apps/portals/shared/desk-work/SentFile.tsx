import type { SessionMessage } from '../../api/types.ts'
import { Icon } from '../ui/index.ts'

/** A file of a message: to be opened once it was checked, until then by its name alone. */
export function SentFile({ file, checking, refused }: { file: NonNullable<SessionMessage['file']>; checking: string; refused: string }) {
  return (
    <span className="mt-1 flex items-center gap-1.5 text-13">
      <Icon name="document" size={16} />
      {file.state === 'clean' ? <a href={`/api/artifacts/${file.id}/content`} download className="text-accent underline underline-offset-2">{file.file_name}</a> : <>{file.file_name} <span className="text-muted">{file.state === 'quarantined' ? checking : refused}</span></>}
    </span>
  )
}
