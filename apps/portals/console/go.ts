import { useRouter } from '@tanstack/react-router'
import { useCallback } from 'react'

/** Goes to an address of `to`; `replace` where going back should not pass through the old one, as with each letter of a search. */
export function useGo(): (address: string, options?: { readonly replace?: boolean }) => void {
  const router = useRouter()
  return useCallback((address, options) => {
    if (options?.replace) router.history.replace(address.slice(1))
    else router.history.push(address.slice(1))
  }, [router])
}
