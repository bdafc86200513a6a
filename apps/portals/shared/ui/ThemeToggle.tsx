import { useTheme } from '../theme.ts'
import { IconButton } from './Button.tsx'

/** Light or dark. Until it is pressed the page follows the system. */
export function ThemeToggle({ className = '' }: { className?: string }) {
  const [theme, toggle] = useTheme()
  return <IconButton icon={theme === 'dark' ? 'sun' : 'moon'} label={theme === 'dark' ? 'Use light colours' : 'Use dark colours'} onClick={toggle} className={className} />
}
