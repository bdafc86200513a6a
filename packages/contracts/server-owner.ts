/**
 * Whoever runs FlowClaw's server and owns its tables acts by commands on the machine, not by an account. In a company's audit this id stands for
 * it, with no role; the facts of such an event say by which command and which user of the operating system.
 */
export const SERVER_OWNER_ID = '00000000-0000-4000-8000-000000000000'

/** The server itself, for what nobody asked it to do: verdicts over files, the end of what is past its time. */
export const SERVER_ITSELF_ID = '00000000-0000-0000-0000-000000000000'
