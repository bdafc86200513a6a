/** The FlowClaw mark with its name; the name is the text that assistive technology reads. */
export function Logo({ size = 28, name = true }: { size?: number; name?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2">
      <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false" className="shrink-0">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <g fill="none" strokeWidth="2.6" strokeLinecap="round" className="stroke-on-accent">
          <path d="M8 21c0-7 5-12 15-12" /><path d="M12.5 23c0-5 3.5-8 10.5-8" /><path d="M17.5 24c0-2.5 2-3.5 5.5-3.5" />
        </g>
      </svg>
      {name && <span className={`font-bold tracking-tight ${size >= 28 ? 'text-18' : 'text-15'}`}>FlowClaw</span>}
    </span>
  )
}
