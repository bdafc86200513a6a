let csrfToken = ''

/** The session's token, sent with every unsafe request from then on. Whoever gets a new session calls it. */
export const setCsrfToken = (token: string): void => { csrfToken = token }
/** The token as it is now; empty while nobody is signed in. */
export const currentCsrfToken = (): string => csrfToken
