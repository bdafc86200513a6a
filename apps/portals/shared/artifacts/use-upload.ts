/** One file on its way to the server: chosen, made smaller, sent, checked. */
import { useEffect, useRef, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useActionKey } from '../../api/action-key.ts'
import type { Artifact } from '../../api/types.ts'
import { FILE_BYTES_MAX, sendArtifact, type ArtifactFields } from './send.ts'
import { smallerPhoto } from './smaller-photo.ts'

export type UploadState =
  | { readonly at: 'idle' | 'cancelled' }
  | { readonly at: 'too_large'; readonly file: File }
  | { readonly at: 'sending'; readonly file: File; readonly original_bytes: number; /** from 0 to 1 */ readonly share: number }
  | { readonly at: 'failed'; readonly file: File; readonly original_bytes: number; readonly error: unknown }
  | { readonly at: 'checking' | 'done'; readonly file: File; readonly original_bytes: number; readonly artifact: Artifact }

const LOOK_AGAIN_MS = [300, 500, 800, 1_200, 2_000, 3_000]

/** `onUploaded` is told of the file as soon as the server has it, and again when it is judged. */
export function useUpload(fields: ArtifactFields, onUploaded: (artifact: Artifact) => void) {
  const [state, setState] = useState<UploadState>({ at: 'idle' })
  const running = useRef<AbortController | null>(null)
  const keyFor = useActionKey()
  // A page that is left stops what it sends.
  useEffect(() => () => running.current?.abort(), [])

  async function send(file: File, original_bytes: number): Promise<void> {
    const controller = new AbortController()
    running.current?.abort()
    running.current = controller
    setState({ at: 'sending', file, original_bytes, share: 0 })
    try {
      // The same file with the same fields keeps its key: sent again after a lost answer it is stored once.
      const key = keyFor([fields, file.name, file.size, file.lastModified])
      const artifact = await sendArtifact({ fields, file, key, signal: controller.signal, onProgress: (share) => setState({ at: 'sending', file, original_bytes, share }) })
      onUploaded(artifact)
      setState({ at: artifact.state === 'quarantined' ? 'checking' : 'done', file, original_bytes, artifact })
      if (artifact.state === 'quarantined') await watch(artifact, file, original_bytes, controller.signal)
    } catch (error) {
      if (controller.signal.aborted) setState({ at: 'cancelled' })
      else setState({ at: 'failed', file, original_bytes, error })
    }
  }

  /** Looks for the verdict a few times. A scanner that is away is said by the row, not waited for here. */
  async function watch(artifact: Artifact, file: File, original_bytes: number, signal: AbortSignal): Promise<void> {
    let now = artifact
    for (const wait_ms of LOOK_AGAIN_MS) {
      await new Promise((resolve) => { setTimeout(resolve, wait_ms) })
      if (signal.aborted) return
      now = (await answer(api.GET('/api/artifacts/{id}', { params: { path: { id: artifact.id } } })).catch(() => now)) as Artifact
      if (now.state !== 'quarantined' || now.waits_because !== null) break
    }
    if (signal.aborted) return
    onUploaded(now)
    setState({ at: 'done', file, original_bytes, artifact: now })
  }

  return {
    state,
    choose: async (chosen: File | undefined): Promise<void> => {
      if (chosen === undefined) return
      const file = await smallerPhoto(chosen)
      if (file.size > FILE_BYTES_MAX) setState({ at: 'too_large', file })
      else await send(file, chosen.size)
    },
    retry: (): void => { if (state.at === 'failed') void send(state.file, state.original_bytes) },
    cancel: (): void => running.current?.abort(),
    reset: (): void => setState({ at: 'idle' }),
  }
}
