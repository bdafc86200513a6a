-- From an accepted route to its last step: which offer stands, who approved it, the steps of its legs, and the proof of each.
-- What the code refuses is refused here too: an approval of one's own, of other content than stands, a step done without proof, one proof for two steps.
insert into session_edges (from_state, to_state) values ('approved', 'accepted');

-- Every offer that was made of a session: the recommendation is version 1 and has no row. A later one is another route, or the same at another price.
create table session_offers (
  tenant_id uuid not null references tenants,
  session_id uuid not null,
  content_version integer not null check (content_version > 1),
  because text not null check (because in ('other_route', 'new_price', 'payee_details')),
  reason_code text not null,
  note text,
  candidate_id text not null,
  -- the candidate whole, as it is shown: its price may be of another market than the decision's
  candidate jsonb not null,
  market_clock timestamptz not null,
  snapshot_digest bytea not null,
  policy_revision text not null,
  sends_amount numeric not null check (sends_amount > 0),
  sends_currency text not null,
  receives_amount numeric not null check (receives_amount > 0),
  receives_currency text not null,
  cost_bps numeric not null,
  desk_fee_amount numeric check (desk_fee_amount >= 0),
  desk_fee_currency text,
  valid_until timestamptz not null,
  made_by uuid not null,
  made_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, session_id, content_version),
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, made_by) references memberships
);
call fc.protect('session_offers');
call fc.freeze('session_offers');
grant select, insert on session_offers to app_rt;

alter table route_sessions
  -- which offer stands, and which one the merchant agreed to; an approval holds for the one that it names
  add column content_version integer not null default 1 check (content_version > 0),
  add column agreed_content_version integer check (agreed_content_version > 0),
  add column chosen_candidate_id text,
  -- how many people must approve what stands, and why more than one
  add column required_approvals integer not null default 1 check (required_approvals between 1 and 3),
  add column four_eyes_because text[] not null default '{}',
  add column accepted_by uuid,
  add column execution_mode text check (execution_mode in ('simulation', 'live_safe', 'manual', 'hybrid')),
  add constraint route_sessions_accepted_by foreign key (tenant_id, accepted_by) references memberships;
comment on column route_sessions.accepted_by is 'who said for the merchant that it agrees: the merchant itself, or somebody of the desk for it';
-- Who was agreed with before approvals were: the offer of the decision.
update route_sessions set agreed_content_version = 1 where state in ('accepted', 'awaiting_merchant', 'approved', 'executing', 'paused', 'completed', 'failed', 'returned');
grant update (content_version, agreed_content_version, chosen_candidate_id, required_approvals, four_eyes_because, accepted_by, execution_mode,
  sends_amount, sends_currency, receives_amount, receives_currency, cost_bps, desk_fee_amount, desk_fee_currency, valid_until, due_at, degraded, documents_used) on route_sessions to app_rt;

create table approvals (
  tenant_id uuid not null references tenants,
  id uuid not null,
  session_id uuid not null,
  -- what was approved: no other content is
  content_version integer not null,
  details_version integer not null,
  candidate_id text not null,
  user_id uuid not null,
  role text not null check (role in ('desk_operator', 'platform_admin')),
  reason_code text not null,
  note text,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  constraint approvals_once unique (tenant_id, session_id, content_version, details_version, user_id),
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, user_id) references memberships
);
call fc.protect('approvals');
call fc.freeze('approvals');
grant select, insert on approvals to app_rt;

-- An approval is of what stands, while it waits for one; where more than one is asked for, it is nobody's own.
create function fc.check_approval() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  s route_sessions;
begin
  select * into s from route_sessions where tenant_id = new.tenant_id and id = new.session_id for update;
  if s.state <> 'accepted' or s.content_version <> new.content_version or s.agreed_content_version is distinct from s.content_version
    or s.accepted_details_version is distinct from new.details_version then
    raise exception 'what was approved does not stand' using errcode = '23514', constraint = 'approvals_of_what_stands';
  end if;
  if s.required_approvals > 1 and (new.user_id = s.requested_by or new.user_id = s.accepted_by) then
    raise exception 'four eyes are asked for' using errcode = '23514', constraint = 'approvals_not_ones_own';
  end if;
  return new;
end $$;
revoke all on function fc.check_approval() from public;
-- After the row is written, so that row-level security has spoken first: whose row it is is asked before what is in it.
create trigger of_what_stands after insert on approvals for each row execute function fc.check_approval();

-- How many approvals hold now. A change of the offer or of the payee's details leaves the earlier ones without force.
create function fc.approvals_that_hold(s route_sessions) returns bigint language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select count(distinct a.user_id) from approvals a join suppliers p on p.tenant_id = s.tenant_id and p.id = s.supplier_id
  where a.tenant_id = s.tenant_id and a.session_id = s.id and a.content_version = s.content_version and a.details_version = p.details_version
$$;
revoke all on function fc.approvals_that_hold(route_sessions) from public;
grant execute on function fc.approvals_that_hold(route_sessions) to app_rt;

-- The moves that need more than their edge: nobody says approved or executing without the approvals that the session asks for, of what the merchant agreed to.
create function fc.check_session_move() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.state in ('approved', 'executing') and old.state <> 'paused' then
    if new.agreed_content_version is distinct from new.content_version then
      raise exception 'the merchant has not agreed to what stands' using errcode = '23514', constraint = 'route_sessions_agreed';
    end if;
    if fc.approvals_that_hold(new) < new.required_approvals then
      raise exception 'approvals are missing' using errcode = '23514', constraint = 'route_sessions_approved';
    end if;
  end if;
  if new.state = 'executing' and (new.execution_mode is null or array_position(array['simulation', 'live_safe', 'manual', 'hybrid'], new.execution_mode)
    > array_position(array['simulation', 'live_safe', 'manual', 'hybrid'], new.mode_ceiling)) then
    raise exception 'the mode is above its ceiling' using errcode = '23514', constraint = 'route_sessions_mode_within_ceiling';
  end if;
  if new.state = 'completed' and exists (select from execution_steps t where t.tenant_id = new.tenant_id and t.session_id = new.id and t.state not in ('confirmed', 'skipped')) then
    raise exception 'a step is not done' using errcode = '23514', constraint = 'route_sessions_steps_done';
  end if;
  return new;
end $$;
revoke all on function fc.check_session_move() from public;
create trigger move_allowed before update of state on route_sessions for each row execute function fc.check_session_move();

-- What stands once it is executed stays: no other offer, mode or number of approvals while money may be on its way.
create function fc.keep_what_is_executed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state in ('executing', 'paused', 'completed', 'failed', 'returned', 'cancelled', 'expired') and
    (new.content_version, new.agreed_content_version, new.chosen_candidate_id, new.required_approvals, new.execution_mode, new.sends_amount, new.receives_amount)
      is distinct from (old.content_version, old.agreed_content_version, old.chosen_candidate_id, old.required_approvals, old.execution_mode, old.sends_amount, old.receives_amount) then
    raise exception 'what is executed stays as it was approved' using errcode = '42501', constraint = 'route_sessions_executed_as_approved';
  end if;
  if new.content_version < old.content_version then
    raise exception 'an offer is not taken back' using errcode = '42501', constraint = 'route_sessions_offers_go_on';
  end if;
  return new;
end $$;
revoke all on function fc.keep_what_is_executed() from public;
create trigger executed_as_approved before update on route_sessions for each row execute function fc.keep_what_is_executed();

create table step_edges (
  from_state text not null,
  to_state text not null,
  primary key (from_state, to_state)
);
insert into step_edges (from_state, to_state) values
  ('pending', 'ready'), ('pending', 'skipped'), ('ready', 'in_progress'), ('ready', 'skipped'),
  ('in_progress', 'awaiting_proof'), ('in_progress', 'confirmed'), ('in_progress', 'failed'), ('in_progress', 'unknown'),
  ('awaiting_proof', 'confirmed'), ('awaiting_proof', 'in_progress'), ('awaiting_proof', 'failed'),
  ('unknown', 'in_progress'), ('unknown', 'failed'), ('failed', 'ready'), ('failed', 'skipped');
grant select on step_edges to app_rt, app_worker;

create table execution_steps (
  tenant_id uuid not null references tenants,
  id uuid not null,
  session_id uuid not null,
  -- the order in which they are done, from 1
  position integer not null check (position > 0),
  -- which leg of the route, from 0
  hop integer not null check (hop >= 0),
  kind text not null,
  done_by text not null check (done_by in ('desk_operator', 'merchant', 'settlement_agent', 'provider')),
  provider_id text not null,
  -- the kinds of proof that its leg asks for, each of them needed
  proof_kinds text[] not null,
  -- what enters the leg and what leaves it, as predicted
  amount_in numeric not null check (amount_in > 0),
  currency_in text not null,
  amount_out numeric not null check (amount_out > 0),
  currency_out text not null,
  -- whether it is the supplier that is paid on it, and not a provider
  to_supplier boolean not null,
  -- what the payment is found by
  reference text not null,
  typical text not null,
  version integer not null,
  state text not null,
  -- who owns the account that the leg runs on, and which one; recorded before the leg begins
  rail_owner text check (rail_owner in ('merchant', 'operator', 'provider')),
  account_label text check (length(account_label) between 1 and 80),
  provider_account_id uuid,
  planned_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  unique (tenant_id, session_id, position),
  unique (tenant_id, session_id, id),
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, provider_account_id) references provider_accounts,
  check ((rail_owner is null) = (account_label is null)),
  check (state in ('pending', 'ready', 'skipped') or rail_owner is not null)
);
call fc.protect('execution_steps');
grant select, insert on execution_steps to app_rt;
grant update (version, state, rail_owner, account_label, provider_account_id) on execution_steps to app_rt;
create trigger kept_rows before delete on execution_steps for each row execute function fc.refuse_change();
create trigger kept_table before truncate on execution_steps for each statement execute function fc.refuse_change();

create table execution_step_transitions (
  tenant_id uuid not null references tenants,
  step_id uuid not null,
  seq integer not null check (seq > 0),
  before_seq integer generated always as (nullif(seq - 1, 0)) stored,
  from_state text,
  to_state text not null,
  at timestamptz not null default clock_timestamp(),
  market_clock text not null,
  user_id uuid not null,
  role text not null,
  reason_code text,
  note text,
  constraint execution_step_transitions_once primary key (tenant_id, step_id, seq),
  unique (tenant_id, step_id, seq, to_state),
  check ((seq = 1) = (from_state is null)),
  check (seq > 1 or to_state in ('pending', 'ready')),
  foreign key (tenant_id, step_id) references execution_steps,
  constraint execution_step_transitions_edge foreign key (from_state, to_state) references step_edges,
  constraint execution_step_transitions_chain foreign key (tenant_id, step_id, before_seq, from_state)
    references execution_step_transitions (tenant_id, step_id, seq, to_state),
  foreign key (tenant_id, user_id) references memberships
);
call fc.protect('execution_step_transitions');
call fc.freeze('execution_step_transitions');
grant select, insert on execution_step_transitions to app_rt;
alter table execution_steps add constraint execution_steps_state_is_last_transition
  foreign key (tenant_id, id, version, state) references execution_step_transitions (tenant_id, step_id, seq, to_state)
  deferrable initially deferred;

alter table artifacts add constraint artifacts_by_content unique (tenant_id, id, sha256);
create table proofs (
  tenant_id uuid not null references tenants,
  id uuid not null,
  session_id uuid not null,
  step_id uuid not null,
  kind text not null,
  artifact_id uuid not null,
  -- of the file, so that a copy of it under another name is the same proof
  sha256 bytea not null,
  -- what was read from it
  amount numeric,
  currency text,
  happened_at timestamptz,
  payee text,
  account_last4 text check (account_last4 ~ '^[0-9A-Za-z]{4}$'),
  reference text,
  charges text check (charges in ('OUR', 'SHA', 'BEN')),
  transaction_hash text,
  -- what differs from the instruction, field by field; empty where everything matches
  differences jsonb not null,
  state text not null default 'submitted' check (state in ('submitted', 'accepted', 'rejected')),
  submitted_by uuid not null,
  submitted_at timestamptz not null default clock_timestamp(),
  decided_by uuid,
  decided_at timestamptz,
  reason_code text,
  primary key (tenant_id, id),
  foreign key (tenant_id, session_id, step_id) references execution_steps (tenant_id, session_id, id),
  foreign key (tenant_id, artifact_id, sha256) references artifacts (tenant_id, id, sha256),
  foreign key (tenant_id, submitted_by) references memberships,
  foreign key (tenant_id, decided_by) references memberships,
  check ((state = 'submitted') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  check ((state = 'rejected') <= (reason_code is not null)),
  -- A difference is accepted by a second person, who says why.
  constraint proofs_difference_by_second_person check (state <> 'accepted' or differences = '[]'::jsonb or (decided_by <> submitted_by and reason_code is not null))
);
-- The same file, or the same transaction, proves one step and no other.
create unique index proofs_file_serves_once on proofs (tenant_id, sha256) where state <> 'rejected';
create unique index proofs_transaction_serves_once on proofs (tenant_id, transaction_hash) where state <> 'rejected' and transaction_hash is not null;
create unique index proofs_one_of_a_kind on proofs (tenant_id, step_id, kind) where state <> 'rejected';
create index proofs_of_session on proofs (tenant_id, session_id, id);
call fc.protect('proofs');
grant select, insert on proofs to app_rt;
grant update (state, decided_by, decided_at, reason_code) on proofs to app_rt;

create function fc.keep_proof() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state <> 'submitted' then
    raise exception 'a proof is judged once' using errcode = '42501', constraint = 'proofs_judged_once';
  end if;
  return new;
end $$;
revoke all on function fc.keep_proof() from public;
create trigger judged_once before update on proofs for each row execute function fc.keep_proof();
create trigger kept_rows before delete on proofs for each row execute function fc.refuse_change();
create trigger kept_table before truncate on proofs for each statement execute function fc.refuse_change();

-- A file that no scanner has passed proves nothing.
create function fc.check_proof() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from artifacts where tenant_id = new.tenant_id and id = new.artifact_id and state = 'clean' and (session_id is null or session_id = new.session_id) for share) then
    raise exception 'the file is not one that can prove this step' using errcode = '23514', constraint = 'proofs_file_usable';
  end if;
  return new;
end $$;
revoke all on function fc.check_proof() from public;
create trigger file_usable after insert on proofs for each row execute function fc.check_proof();

-- A step is done with an accepted proof of each kind that its leg asks for; in a simulation nothing is real and there is nothing to prove. And the steps of a
-- session are done in their order, while it is executing.
create function fc.check_step_move() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  s route_sessions;
begin
  select * into s from route_sessions where tenant_id = new.tenant_id and id = new.session_id for share;
  if new.state <> 'skipped' and s.state <> 'executing' and not (s.state = 'paused' and new.state in ('failed', 'unknown')) then
    raise exception 'the session is not executing' using errcode = '23514', constraint = 'execution_steps_while_executing';
  end if;
  if new.state in ('ready', 'in_progress', 'awaiting_proof', 'confirmed') and exists (select from execution_steps b
    where b.tenant_id = new.tenant_id and b.session_id = new.session_id and b.position < new.position and b.state <> 'confirmed') then
    raise exception 'a step before this one is not done' using errcode = '23514', constraint = 'execution_steps_in_order';
  end if;
  if new.state = 'confirmed' and s.execution_mode <> 'simulation' and exists (select from unnest(new.proof_kinds) as needed(kind)
    where not exists (select from proofs p where p.tenant_id = new.tenant_id and p.step_id = new.id and p.kind = needed.kind and p.state = 'accepted')) then
    raise exception 'a proof is missing' using errcode = '23514', constraint = 'execution_steps_proved';
  end if;
  return new;
end $$;
revoke all on function fc.check_step_move() from public;
create trigger move_allowed before update of state on execution_steps for each row execute function fc.check_step_move();

-- What a step is stays as it was planned; the account it runs on stays as it was when it began.
create function fc.keep_step() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state not in ('pending', 'ready') and (new.rail_owner, new.account_label, new.provider_account_id) is distinct from (old.rail_owner, old.account_label, old.provider_account_id) then
    raise exception 'the account of a step that has begun stays' using errcode = '42501', constraint = 'execution_steps_rail_stays';
  end if;
  return new;
end $$;
revoke all on function fc.keep_step() from public;
create trigger rail_stays before update on execution_steps for each row execute function fc.keep_step();

-- Agreeing to an offer is agreeing to where it is paid; an answer to a question is not.
create or replace function fc.refuse_held_supplier() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  stands integer := fc.keep_supplier_payable(new.supplier_id);
begin
  if stands is null then
    raise exception 'the bank details of the supplier are being changed' using errcode = '23514', constraint = 'route_sessions_supplier_not_held';
  end if;
  if new.state = 'accepted' and (old.state = 'recommended' or new.agreed_content_version is distinct from old.agreed_content_version) then
    new.accepted_details_version := stands;
  end if;
  return new;
end $$;
