/**
 * One event stream for all tabs of a browser. The tab that holds the lock listens and tells the others; when it closes the next one takes over. A
 * browser without locks listens in each tab. Where no stream can be had, every tab asks again by itself.
 */
export type LiveState = 'live' | 'reconnecting' | 'polling'
export type Change = { readonly topic: 'session' | 'message' | 'ask' | 'claim'; readonly session_id: string; readonly version: number }
type Said = { readonly kind: 'changes'; readonly changes: readonly Change[] | 'all' } | { readonly kind: 'state'; readonly state: LiveState } | { readonly kind: 'who' }

export type LiveTab = {
  /** what changed; `all` where changes may have been missed */
  readonly onChange: (changes: readonly Change[] | 'all') => void
  readonly onState: (state: LiveState) => void
}

const STREAM = '/api/events?wait_s=3600'
/** The server beats every 15 s: silence for longer is a connection that is gone without saying so. */
const SILENT_MS = 40_000
const ASK_EVERY_MS = 15_000
const TRY_AGAIN_MS = 30_000

/** Begins for this tab; the answer ends it. `who` names the person and company that the stream is of, so that no tab is told of another's. */
export function startLive(who: string, { onChange, onState }: LiveTab): () => void {
  const name = `flowclaw.live.${who}`
  const channel = new BroadcastChannel(name)
  const end = new AbortController()
  let state: LiveState = 'reconnecting'
  let leads = false
  let asking: ReturnType<typeof setInterval> | undefined

  const become = (next: LiveState): void => {
    if (next === 'polling' && asking === undefined) asking = setInterval(() => onChange('all'), ASK_EVERY_MS)
    if (next !== 'polling') { clearInterval(asking); asking = undefined }
    state = next
    onState(next)
  }
  const tell = (said: Said): void => channel.postMessage(said)
  const becomeForAll = (next: LiveState): void => { become(next); tell({ kind: 'state', state: next }) }
  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    if (data.kind === 'changes') onChange(data.changes)
    else if (data.kind === 'who') { if (leads) tell({ kind: 'state', state }) } else if (!leads) become(data.state)
  }
  tell({ kind: 'who' })

  const listen = (): Promise<void> => new Promise((ended) => {
    leads = true
    let source: EventSource | null = null
    let last = ''
    let silent: ReturnType<typeof setTimeout> | undefined
    let again: ReturnType<typeof setTimeout> | undefined
    const heard = (event: MessageEvent): void => {
      last = event.lastEventId
      clearTimeout(silent)
      silent = setTimeout(() => { becomeForAll('reconnecting'); open() }, SILENT_MS)
      if (state !== 'live') becomeForAll('live')
    }
    const pass = (changes: readonly Change[] | 'all'): void => { onChange(changes); tell({ kind: 'changes', changes }) }
    function open(): void {
      source?.close()
      clearTimeout(silent)
      clearTimeout(again)
      source = new EventSource(last === '' ? STREAM : `${STREAM}&after=${encodeURIComponent(last)}`)
      source.addEventListener('hello', (event) => { heard(event); if ((JSON.parse(event.data as string) as { reset: boolean }).reset) pass('all') })
      source.addEventListener('change', (event) => { heard(event); pass([JSON.parse(event.data as string) as Change]) })
      source.addEventListener('beat', heard)
      source.onerror = () => {
        // Refused, and not merely broken off: the browser does not try that again.
        const refused = source?.readyState === EventSource.CLOSED
        becomeForAll(refused ? 'polling' : 'reconnecting')
        if (refused) { clearTimeout(silent); again = setTimeout(open, TRY_AGAIN_MS) }
      }
    }
    open()
    end.signal.addEventListener('abort', () => { clearTimeout(silent); clearTimeout(again); source?.close(); ended() })
  })
  // Only a page of a safe origin has locks.
  if ('locks' in navigator) navigator.locks.request(name, { signal: end.signal }, listen).catch(() => undefined)
  else void listen()

  return () => {
    end.abort()
    clearInterval(asking)
    channel.close()
  }
}
