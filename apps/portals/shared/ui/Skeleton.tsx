/** Grey bars where text will be. The status is said once, by `label`. */
export function Skeleton({ lines = 3, label = 'Loading', className = '' }: { lines?: number; label?: string; className?: string }) {
  const widths = ['w-2/3', 'w-full', 'w-5/6', 'w-1/2']
  return (
    <div role="status" className={`flex flex-col gap-3 ${className}`}>
      <span className="sr-only">{label}</span>
      {Array.from({ length: lines }, (_, index) => <span key={index} className={`block h-4 animate-pulse rounded bg-line ${widths[index % widths.length]}`} />)}
    </div>
  )
}
