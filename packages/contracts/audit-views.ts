/**
 * The four saved views in which the audit is reviewed, as filters over action names. Names that are still to come stand here as patterns, so that a new
 * operation falls into its view by itself; a test fails for an action that is in no view and not listed as outside.
 */
export const AUDIT_VIEWS = ['approval', 'resume', 'proof', 'readiness'] as const
export type AuditView = (typeof AUDIT_VIEWS)[number]

/** `*` stands for any letters. A refused change has the action of the change, so it is in the same view. */
export const ACTIONS_OF_VIEW: Readonly<Record<AuditView, readonly string[]>> = {
  // who let a route, a case or a change go ahead, or stopped it
  approval: ['*.accepted', '*.approved', '*.rejected', '*.cancelled', '*.confirmed', '*.published', '*.decided', '*.offered', '*.executed', '*.closed', '*.repriced', 'screening.*', 'ask.*'],
  // what was held and went on
  resume: ['*.paused', '*.resumed', '*.retried', '*.reopened', '*.taken_over', '*.released', '*.held', 'bank_details.*', 'policy.*', '*.claimed', 'execution_step.failed', 'execution_step.unknown', 'execution_step.found', 'payment_incident.*', 'provider_outage.*'],
  // what shows that something happened as it was decided
  proof: ['route_session.replayed', '*.proof_*', 'proof.*', 'evidence.*', 'artifact.*', 'document.*', 'step.*', 'execution_step.*', 'simulation.*', 'outcome.*', 'estimate_evidence.*', 'merchant_document.*', 'message.*', '*.revealed', '*.drafted'],
  // what says who and what may be used, and within which limits
  readiness: [
    'desk_fee_rule.*', 'approval_rules.*', 'market_clock.*', 'tenant.*', 'tenant_settings.*', 'member.*', 'membership.*', 'merchant.*', 'supplier.*', 'user.*', 'role.*', 'link.*', 'account_link.*', 'invitation.*', 'recovery.*', 'api_key.*',
    'second_factor.*', 'provider.*', 'provider_account.*', 'corridor.*', 'market_data.*', 'connector.*', 'limit.*', 'policy_limit.*', 'rate_limit.*', 'checklist.*', 'readiness.*', 'import.*', 'data.*', 'snapshot.*', 'key.*', 'data_key.*',
    'privacy.*', 'onboarding.*', 'rates.*', 'quote.*', 'quote_source.*', 'signed_quote.*', 'reference_rates.*', 'probe_cap.*',
  ],
}

/** Actions that no view reviews, and why. */
export const ACTIONS_OUTSIDE_VIEWS: Readonly<Record<string, string>> = {
  'route_session.requested': 'a request changes nothing until somebody accepts it',
  'session.*': 'signing in and out, and proving it again, is a person’s own',
  'account.*': 'a person’s own password and factors',
  'audit.*': 'a review would be the next thing to review',
}

const fits = (pattern: string, action: string): boolean => new RegExp(`^${pattern.split('*').map((part) => part.replaceAll('.', '\\.')).join('.*')}$`).test(action)

/** The views that an action is in; an action may be in two. */
export const viewsOf = (action: string): AuditView[] => AUDIT_VIEWS.filter((view) => ACTIONS_OF_VIEW[view].some((pattern) => fits(pattern, action)))
/** Whether an action is said to be in no view. */
export const isOutsideViews = (action: string): boolean => Object.keys(ACTIONS_OUTSIDE_VIEWS).some((pattern) => fits(pattern, action))
/** A view's patterns as PostgreSQL's `like` reads them. */
export const likesOf = (view: AuditView): string[] => ACTIONS_OF_VIEW[view].map((pattern) => pattern.replaceAll('_', '\\_').replaceAll('*', '%'))
