/** What each scope lets a program do, in words that need no list of permissions. */
const SCOPES: Readonly<Record<string, string>> = {
  'route_session:create': 'Ask for routes', 'route_session:read': 'Read route sessions', 'route_session:accept': 'Accept a recommended route', 'route_session:cancel': 'Cancel route sessions',
  'route_session:replay': 'Replay decisions', 'candidate:read': 'Read every candidate and why it was refused', 'corridor:read': 'Read corridors', 'provider:read': 'Read providers',
  'fact:read': 'Read sources', 'merchant:list': 'List merchants', 'supplier:read': 'Read suppliers, accounts masked', 'supplier:create': 'Save suppliers', 'desk_fee_rule:read': 'Read desk fees',
  'audit:read': 'Read the audit', 'audit:verify': 'Verify the audit chain',
}
/** A scope in words; one that is new is shown as its name. */
export const scopeWords = (scope: string): string => SCOPES[scope] ?? scope
