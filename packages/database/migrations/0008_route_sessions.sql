-- Route sessions. A session's (version, state) must be its last transition's (seq, to_state), and each transition must start where the one
-- before it ended, along an allowed edge: all of it foreign keys, so a second or an illegal transition is refused by the database itself.
create table session_edges (
  from_state text not null,
  to_state text not null,
  primary key (from_state, to_state)
);
insert into session_edges (from_state, to_state) values
  ('draft', 'recommended'), ('draft', 'no_route'), ('draft', 'policy_unavailable'), ('draft', 'cancelled'),
  ('recommended', 'accepted'), ('recommended', 'cancelled'), ('recommended', 'expired'),
  ('no_route', 'cancelled'), ('no_route', 'expired'),
  ('policy_unavailable', 'cancelled'), ('policy_unavailable', 'expired'),
  ('accepted', 'approved'), ('accepted', 'awaiting_merchant'), ('accepted', 'cancelled'), ('accepted', 'expired'),
  ('awaiting_merchant', 'accepted'), ('awaiting_merchant', 'cancelled'), ('awaiting_merchant', 'expired'),
  ('approved', 'executing'), ('approved', 'awaiting_merchant'), ('approved', 'cancelled'), ('approved', 'expired'),
  ('executing', 'paused'), ('executing', 'completed'), ('executing', 'failed'), ('executing', 'returned'),
  ('paused', 'executing'), ('paused', 'failed'), ('paused', 'returned'), ('paused', 'cancelled'),
  ('failed', 'returned');
-- The same for every tenant and public in the documentation; nobody may change it but a migration.
grant select on session_edges to app_rt, app_worker;

create table route_sessions (
  tenant_id uuid not null references tenants,
  id uuid not null,
  reference text not null,
  version integer not null,
  state text not null,
  outcome text check (outcome in ('ready', 'conditional', 'no_route')),
  merchant_id uuid not null,
  supplier_id uuid not null,
  corridor_id text not null,
  mode_ceiling text not null check (mode_ceiling in ('simulation', 'live_safe', 'manual', 'hybrid')),
  requested_by uuid not null,
  requested_by_role text not null,
  on_behalf_reason text,
  invoice_number text not null,
  -- How two writings of one number compare. A column and no index on an expression: behind row-level security an index is used for plain columns alone.
  invoice_key text not null generated always as (upper(btrim(invoice_number))) stored,
  description text not null,
  amount_side text not null check (amount_side in ('merchant_sends', 'supplier_receives')),
  amount numeric not null check (amount > 0),
  currency text not null,
  intent jsonb not null,
  -- the market clock, and when it was due in it
  requested_at timestamptz not null,
  due_at timestamptz,
  valid_until timestamptz,
  -- as the merchant said it, with its offset
  needed_by text not null,
  degraded text[] not null default '{}',
  sends_amount numeric,
  sends_currency text,
  receives_amount numeric,
  receives_currency text,
  cost_bps numeric,
  -- the desk's fee as it was when the session was routed: a later change of a rule changes no price that somebody has seen
  desk_fee_amount numeric check (desk_fee_amount >= 0),
  desk_fee_currency text,
  desk_fee_rule_id uuid,
  -- lower-case text that the search box looks in
  search_text text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, reference),
  foreign key (tenant_id, merchant_id) references merchants,
  foreign key (tenant_id, merchant_id, supplier_id) references suppliers (tenant_id, merchant_id, id),
  foreign key (tenant_id, corridor_id) references corridors,
  foreign key (tenant_id, requested_by) references memberships,
  foreign key (tenant_id, desk_fee_rule_id) references desk_fee_rules
);
create index route_sessions_newest on route_sessions (tenant_id, requested_at desc, id desc);
create index route_sessions_of_merchant on route_sessions (tenant_id, merchant_id, requested_at desc, id desc);
create index route_sessions_of_invoice on route_sessions (tenant_id, supplier_id, invoice_key);
create index route_sessions_committed on route_sessions (tenant_id, merchant_id, requested_at)
  where state in ('accepted', 'awaiting_merchant', 'approved', 'executing', 'paused', 'completed');
create index route_sessions_completed on route_sessions (tenant_id, supplier_id) where state = 'completed';
call fc.protect('route_sessions');

create table route_session_transitions (
  tenant_id uuid not null references tenants,
  session_id uuid not null,
  seq integer not null check (seq > 0),
  before_seq integer generated always as (nullif(seq - 1, 0)) stored,
  from_state text,
  to_state text not null,
  at timestamptz not null default clock_timestamp(),
  market_clock text not null,
  user_id uuid not null,
  role text not null,
  reason text,
  constraint route_session_transitions_once primary key (tenant_id, session_id, seq),
  unique (tenant_id, session_id, seq, to_state),
  check ((seq = 1) = (from_state is null)),
  check (seq > 1 or to_state in ('draft', 'recommended', 'no_route', 'policy_unavailable')),
  foreign key (tenant_id, session_id) references route_sessions,
  constraint route_session_transitions_edge foreign key (from_state, to_state) references session_edges,
  constraint route_session_transitions_chain foreign key (tenant_id, session_id, before_seq, from_state)
    references route_session_transitions (tenant_id, session_id, seq, to_state),
  foreign key (tenant_id, user_id) references memberships
);
call fc.protect('route_session_transitions');
call fc.freeze('route_session_transitions');

alter table route_sessions add constraint route_sessions_state_is_last_transition
  foreign key (tenant_id, id, version, state) references route_session_transitions (tenant_id, session_id, seq, to_state)
  deferrable initially deferred;

create table decisions (
  tenant_id uuid not null references tenants,
  session_id uuid not null,
  id uuid not null,
  engine_version text not null,
  snapshot_digest bytea not null,
  weights_revision text not null,
  policy_revision text not null,
  market_clock text not null,
  result_digest bytea not null check (octet_length(result_digest) = 32),
  outcome text not null,
  complete boolean not null,
  degraded text[] not null default '{}',
  options jsonb not null,
  recommended_id text,
  cheapest_id text,
  -- what policy said of every candidate, packed (rulings.ts); with snapshot and intent all that replay needs
  rulings bytea not null,
  decided_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, session_id),
  unique (tenant_id, id),
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, snapshot_digest) references snapshots
);
call fc.protect('decisions');
call fc.freeze('decisions');

-- Only candidates that were shown: what they cost then stays readable even if no engine of that version is at hand.
create table decision_candidates (
  tenant_id uuid not null references tenants,
  session_id uuid not null,
  position smallint not null,
  candidate_id text not null,
  rank smallint,
  status text not null check (status in ('ready', 'conditional', 'refused')),
  sent_amount numeric not null,
  sent_currency text not null,
  received_amount numeric not null,
  received_currency text not null,
  cost_bps numeric not null,
  score numeric not null,
  primary key (tenant_id, session_id, position),
  foreign key (tenant_id, session_id) references decisions
);
call fc.protect('decision_candidates');
call fc.freeze('decision_candidates');

grant select, insert on route_sessions, route_session_transitions, decisions, decision_candidates to app_rt;
grant select on route_sessions, route_session_transitions, decisions, decision_candidates to app_worker;
grant update (version, state) on route_sessions to app_rt, app_worker;
