import type { ReactNode, SVGProps } from 'react'

const paths = {
  'alert': <><path d="M12 4 2.8 19.5h18.4L12 4Z" /><path d="M12 10v4.5" /><path d="M12 17.2v.1" /></>,
  'arrow-left': <><path d="M19 12H5" /><path d="m11 6-6 6 6 6" /></>,
  'arrow-right': <><path d="M5 12h14" /><path d="m13 6 6 6-6 6" /></>,
  'bank': <><path d="M3.5 9.5 12 4.5l8.5 5" /><path d="M5 10v8M9.7 10v8M14.3 10v8M19 10v8" /><path d="M3.5 19.5h17" /></>,
  'building': <><path d="M6 20V5.5l6-2 6 2V20" /><path d="M4 20h16" /><path d="M10 9.5h.1M14 9.5h.1M10 13.5h.1M14 13.5h.1M12 20v-3" /></>,
  'calendar': <><rect x="4" y="5.5" width="16" height="14.5" rx="2" /><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4" /></>,
  'check': <path d="m5 12.5 4.5 4.5L19 7.5" />,
  'check-circle': <><circle cx="12" cy="12" r="8.5" /><path d="m8.3 12.3 2.6 2.6 4.9-5.2" /></>,
  'chevron-down': <path d="m6 9.5 6 6 6-6" />,
  'chevron-left': <path d="m14.5 6-6 6 6 6" />,
  'chevron-right': <path d="m9.5 6 6 6-6 6" />,
  'chevrons-up-down': <><path d="m8 9.5 4-4 4 4" /><path d="m8 14.5 4 4 4-4" /></>,
  'circle-dashed': <circle cx="12" cy="12" r="8.5" strokeDasharray="3.4 3.2" />,
  'clock': <><circle cx="12" cy="12" r="8.5" /><path d="M12 7.5V12l3 2" /></>,
  'cookie': <><circle cx="12" cy="12" r="8.5" /><path d="M9 9.5h.1M14.5 9h.1M9.5 14.5h.1M14.5 14.5h.1M12 12h.1" /></>,
  'copy': <><rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2" /><path d="M15.5 8.5V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7.5a2 2 0 0 0 2 2h2.5" /></>,
  'document': <><path d="M6 3.5h8l4.5 4.5v12.5H6V3.5Z" /><path d="M13.5 3.5V8.5h5" /></>,
  'camera': <><path d="M4 8h3.5L9 5.5h6L16.5 8H20v11H4V8Z" /><circle cx="12" cy="13" r="3.2" /></>,
  'download': <><path d="M12 4v11" /><path d="m7.5 11 4.5 4.5 4.5-4.5" /><path d="M5 20h14" /></>,
  'external': <><path d="M14 4.5h5.5V10" /><path d="M19.5 4.5 11 13" /><path d="M18 14v5.5H4.5V6H10" /></>,
  'eye': <><path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z" /><circle cx="12" cy="12" r="2.8" /></>,
  'filter': <path d="M4 5.5h16l-6 7.2v5.3l-4 2v-7.3L4 5.5Z" />,
  'folder': <path d="M3.5 6.5a1.5 1.5 0 0 1 1.5-1.5h4.5l2 2.5H19a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6.5Z" />,
  'gauge': <><path d="M4.5 17.5a8.5 8.5 0 1 1 15 0" /><path d="m12 14 3.5-4.5" /></>,
  'globe': <><circle cx="12" cy="12" r="8.5" /><path d="M3.5 12h17M12 3.5c2.6 2.5 3.8 5.3 3.8 8.5s-1.2 6-3.8 8.5c-2.6-2.5-3.8-5.3-3.8-8.5s1.2-6 3.8-8.5Z" /></>,
  'inbox': <><path d="M3.5 13 6 5.5h12l2.5 7.5v5.5h-17V13Z" /><path d="M3.5 13H9l1.2 2.5h3.6L15 13h5.5" /></>,
  'info': <><circle cx="12" cy="12" r="8.5" /><path d="M12 11v5M12 7.8v.1" /></>,
  'list': <><path d="M9 6.5h11M9 12h11M9 17.5h11" /><path d="M4.5 6.5h.1M4.5 12h.1M4.5 17.5h.1" /></>,
  'lock': <><rect x="5" y="10.5" width="14" height="9.5" rx="2" /><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5" /></>,
  'menu': <path d="M4 7h16M4 12h16M4 17h16" />,
  'message': <path d="M4 5h16v11.5H10L6 20v-3.5H4V5Z" />,
  'minus': <path d="M5 12h14" />,
  'monitor': <><rect x="3.5" y="4.5" width="17" height="11.5" rx="1.5" /><path d="M9 20h6M12 16v4" /></>,
  'moon': <path d="M19.5 14.5A8 8 0 1 1 9.5 4.5a6.5 6.5 0 0 0 10 10Z" />,
  'pause': <path d="M9 6v12M15 6v12" />,
  'pencil': <><path d="m4.5 19.5 1-4.5L16 4.5l3.5 3.5L9 18.5l-4.5 1Z" /><path d="m13.5 7 3.5 3.5" /></>,
  'person': <><circle cx="12" cy="8" r="3.8" /><path d="M4.5 20c.5-4 3.5-6 7.5-6s7 2 7.5 6" /></>,
  'people': <><circle cx="9" cy="8.5" r="3.3" /><path d="M2.8 19c.4-3.6 2.8-5.3 6.2-5.3s5.8 1.7 6.2 5.3" /><path d="M15.5 5.5a3.3 3.3 0 0 1 0 6.2M17.5 14c2.2.6 3.5 2.2 3.8 5" /></>,
  'plus': <path d="M12 5v14M5 12h14" />,
  'prohibited': <><circle cx="12" cy="12" r="8.5" /><path d="m6 6 12 12" /></>,
  'refresh': <><path d="M20 11a8 8 0 0 0-14.5-3.5L4 9.5" /><path d="M4 5v4.5h4.5" /><path d="M4 13a8 8 0 0 0 14.5 3.5l1.5-2" /><path d="M20 19v-4.5h-4.5" /></>,
  'route': <><circle cx="6" cy="18.5" r="2" /><circle cx="18" cy="5.5" r="2" /><path d="M8 18.5h7a3.2 3.2 0 0 0 0-6.5H9a3.2 3.2 0 0 1 0-6.5h7" /></>,
  'search': <><circle cx="11" cy="11" r="6.5" /><path d="m16 16 4.5 4.5" /></>,
  'send': <><path d="M20.5 3.5 10 14" /><path d="m20.5 3.5-6.5 17-4-6.5-6.5-4 17-6.5Z" /></>,
  'shield': <><path d="M12 3.5 5 6v5.5c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6l-7-2.5Z" /><path d="m9 12 2.2 2.2L15 10.2" /></>,
  'sign-out': <><path d="M14 4.5h5.5v15H14" /><path d="M4 12h10.5" /><path d="m10.5 8 4 4-4 4" /></>,
  'spinner': <path d="M12 3.5a8.5 8.5 0 1 1-8.5 8.5" />,
  'stopped': <><circle cx="12" cy="12" r="8.5" /><path d="m9 9 6 6M15 9l-6 6" /></>,
  'sun': <><circle cx="12" cy="12" r="3.8" /><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4" /></>,
  'swap': <><path d="M4 8h15" /><path d="m15.5 4.5 3.5 3.5-3.5 3.5" /><path d="M20 16H5" /><path d="m8.5 12.5-3.5 3.5 3.5 3.5" /></>,
  'tag-cost': <><circle cx="12" cy="12" r="8.5" /><path d="M14.8 9.5c-.4-1-1.4-1.5-2.8-1.5-1.7 0-2.8.8-2.8 2s1 1.7 2.8 2 3 .8 3 2.1-1.2 2-3 2c-1.5 0-2.6-.6-3-1.7M12 6.5v11" /></>,
  'trend-up': <><path d="m3.5 16.5 5.5-6 4 4 7-7.5" /><path d="M15 7h5v5" /></>,
  'upload': <><path d="M12 15.5V4.5" /><path d="m7.5 9 4.5-4.5L16.5 9" /><path d="M5 20h14" /></>,
  'x': <path d="m6 6 12 12M18 6 6 18" />,
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof paths

/** A line icon in the colour of its text. Decorative: the words beside it carry the meaning, so it is hidden from assistive technology. */
export function Icon({ name, size = 20, className = '', ...rest }: { name: IconName; size?: number; className?: string } & Omit<SVGProps<SVGSVGElement>, 'name'>) {
  return (
    <svg
      viewBox="0 0 24 24" width={size} height={size} fill="none" stroke="currentColor" strokeWidth={1.8} strokeLinecap="round"
      strokeLinejoin="round" aria-hidden="true" focusable="false" className={`shrink-0 ${className}`} {...rest}
    >
      {paths[name]}
    </svg>
  )
}
