/** The limits in force: what one caller and one workspace may ask for, by class of operation. Numbers of a desk of twenty, with room. */

/** How fast a bucket fills again, and how much it holds at most. */
export type Limit = { readonly per_s: number; readonly burst: number }

/** Classes of operations of someone signed in. */
export const RATE_CLASSES = ['read', 'write', 'route', 'export', 'own_data'] as const
export type RateClass = (typeof RATE_CLASSES)[number]

export type RateLimits = Readonly<Record<RateClass, { readonly actor: Limit; readonly tenant: Limit }>> & {
  /** by the network a request comes from, for operations that ask nobody who they are */
  readonly public: { readonly source: Limit }
}

export const RATE_LIMITS: RateLimits = {
  // A console page is five to eight reads.
  read: { actor: { per_s: 20, burst: 200 }, tenant: { per_s: 200, burst: 2_000 } },
  write: { actor: { per_s: 5, burst: 60 }, tenant: { per_s: 50, burst: 600 } },
  // Computes a route: a desk handles 100 cases a day, a program may import that many in some minutes.
  route: { actor: { per_s: 2, burst: 40 }, tenant: { per_s: 20, burst: 400 } },
  // Reads the whole audit chain, or judges files of half a megabyte.
  export: { actor: { per_s: 0.1, burst: 10 }, tenant: { per_s: 0.2, burst: 20 } },
  // A person's own copy: a class of its own, so that nobody's copies use up what an admin exports by.
  own_data: { actor: { per_s: 0.01, burst: 5 }, tenant: { per_s: 1, burst: 100 } },
  // A whole office may come from one network.
  public: { source: { per_s: 20, burst: 300 } },
}
