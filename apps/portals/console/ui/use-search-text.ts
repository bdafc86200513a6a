import { useEffect, useRef, useState } from 'react'

/** The text of a search box: on the screen at once, in the address (and so in the query) once the typing rests. */
export function useSearchText(inAddress: string, write: (text: string) => void): readonly [string, (text: string) => void] {
  const [text, setText] = useState(inAddress)
  const written = useRef(inAddress)
  const latest = useRef(write)
  useEffect(() => { latest.current = write })
  // Back and forward change the address from outside: the box follows.
  useEffect(() => { if (inAddress !== written.current) { written.current = inAddress; setText(inAddress) } }, [inAddress])
  useEffect(() => {
    if (text === written.current) return undefined
    const timer = setTimeout(() => { written.current = text; latest.current(text) }, 250)
    return () => clearTimeout(timer)
  }, [text])
  return [text, setText]
}
