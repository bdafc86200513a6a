/** Places for work that costs memory or time: so many at once, of which one person takes no more than a share. */
export type Slots = {
  /** a place, to be given back once; null where there is none */
  take(user_id: string): (() => void) | null
}

export function createSlots(limits: { readonly all: number; readonly of_one: number }): Slots {
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(user_id) {
      const own = taken.get(user_id) ?? 0
      if (all >= limits.all || own >= limits.of_one) return null
      all++
      taken.set(user_id, own + 1)
      let given_back = false
      return () => {
        if (given_back) return
        given_back = true
        all--
        const left = taken.get(user_id)! - 1
        if (left === 0) taken.delete(user_id)
        else taken.set(user_id, left)
      }
    },
  }
}

/** Runs one piece of work at a time, in the order in which they came. */
export function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work, work)
    last = next.catch(() => undefined)
    return next
  }
}
