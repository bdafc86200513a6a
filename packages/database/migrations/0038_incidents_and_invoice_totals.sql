-- When a payment goes wrong: what happened, who chases, what is done next and by when, and how it ended. An incident's (version, state) must be its
-- last event's (seq, state), so that no change of it goes unwritten and none is written twice.
create table payment_incidents (
  tenant_id uuid not null references tenants,
  id uuid not null,
  session_id uuid not null,
  version integer not null,
  state text not null check (state in ('open', 'chasing', 'resolved')),
  kind text not null check (kind in ('returned', 'recalled', 'short_credited', 'stuck')),
  chaser text not null check (chaser in ('desk', 'merchant', 'provider')),
  -- what the chaser does next
  action text not null check (action in ('ask_the_bank', 'trace_the_payment', 'wait_for_the_money', 'correct_the_details', 'bring_a_paper', 'claim_the_difference', 'pay_the_difference')),
  -- on the market clock, like the due time of a session
  due_at timestamptz not null,
  amount_missing numeric check (amount_missing > 0),
  currency text,
  -- which plain sentence the merchant reads, and one line of the desk's own words to it
  merchant_text text not null,
  merchant_note text check (length(merchant_note) between 1 and 200),
  opened_by uuid not null,
  opened_at timestamptz not null default clock_timestamp(),
  resolution text check (resolution in ('money_back', 'arrived_in_full', 'balance_paid', 'written_off', 'opened_by_mistake')),
  -- the reference of the proof that the rest arrived
  proof_reference text check (length(proof_reference) between 1 and 100),
  resolved_by uuid,
  resolved_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, opened_by) references memberships,
  foreign key (tenant_id, resolved_by) references memberships,
  check ((amount_missing is null) = (currency is null)),
  constraint payment_incidents_short_of_how_much check (kind <> 'short_credited' or amount_missing is not null),
  constraint payment_incidents_resolution check ((state = 'resolved') = (resolution is not null) and (resolution is null) = (resolved_by is null) and (resolution is null) = (resolved_at is null)),
  -- What is missing is made good with a proof, or given up by a second person.
  constraint payment_incidents_balanced check (kind <> 'short_credited' or resolution is null or resolution in ('written_off', 'opened_by_mistake') or (resolution = 'balance_paid' and proof_reference is not null)),
  constraint payment_incidents_second_person check (resolved_by <> opened_by or (resolution <> 'written_off' and (kind <> 'short_credited' or resolution <> 'opened_by_mistake')))
);
create unique index payment_incidents_one_open on payment_incidents (tenant_id, session_id, kind) where state <> 'resolved';
create index payment_incidents_due on payment_incidents (tenant_id, due_at, id) where state <> 'resolved';
create index payment_incidents_of_session on payment_incidents (tenant_id, session_id, id desc);
call fc.protect('payment_incidents');
grant select on payment_incidents to app_rt, app_worker;
grant insert (tenant_id, id, session_id, version, state, kind, chaser, action, due_at, amount_missing, currency, merchant_text, merchant_note, opened_by) on payment_incidents to app_rt;
grant update (version, state, chaser, action, due_at, merchant_text, merchant_note, resolution, proof_reference, resolved_by, resolved_at) on payment_incidents to app_rt;

create table payment_incident_events (
  tenant_id uuid not null references tenants,
  incident_id uuid not null,
  seq integer not null check (seq > 0),
  state text not null,
  chaser text not null,
  action text not null,
  due_at timestamptz not null,
  -- for the desk alone
  note text check (length(note) between 1 and 300),
  user_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  constraint payment_incident_events_once primary key (tenant_id, incident_id, seq),
  unique (tenant_id, incident_id, seq, state),
  foreign key (tenant_id, incident_id) references payment_incidents,
  foreign key (tenant_id, user_id) references memberships
);
call fc.protect('payment_incident_events');
call fc.freeze('payment_incident_events');
grant select, insert on payment_incident_events to app_rt;
grant select on payment_incident_events to app_worker;
alter table payment_incidents add constraint payment_incidents_state_is_last_event
  foreign key (tenant_id, id, version, state) references payment_incident_events (tenant_id, incident_id, seq, state) deferrable initially deferred;

-- An incident is of money that was sent. Whoever moves the session on waits for it, or is waited for.
create function fc.open_incident() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  at_state text;
begin
  select state into at_state from route_sessions where tenant_id = new.tenant_id and id = new.session_id for no key update;
  if new.state <> 'open' or new.version <> 1 or at_state not in ('executing', 'paused', 'failed', 'completed') then
    raise exception 'an incident is opened on a payment that was sent' using errcode = '23514', constraint = 'payment_incidents_of_sent';
  end if;
  return null;
end $$;
create trigger of_sent after insert on payment_incidents for each row execute function fc.open_incident();

create function fc.keep_incident() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new is distinct from old and (old.state = 'resolved' or new.state = 'open' or new.version <> old.version + 1) then
    raise exception 'an incident goes on step by step, and is resolved once' using errcode = '42501', constraint = 'payment_incidents_resolved_once';
  end if;
  return new;
end $$;
create trigger resolved_once before update on payment_incidents for each row execute function fc.keep_incident();
create trigger kept_rows before delete on payment_incidents for each row execute function fc.refuse_change();
create trigger kept_table before truncate on payment_incidents for each statement execute function fc.refuse_change();

-- Nothing is done while somebody still chases its money.
create function fc.refuse_open_incident() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from payment_incidents where tenant_id = new.tenant_id and session_id = new.id and state <> 'resolved') then
    raise exception 'the payment has an open incident' using errcode = '23514', constraint = 'route_sessions_no_open_incident';
  end if;
  return new;
end $$;
create trigger no_open_incident before update of state on route_sessions for each row
  when (new.state = 'completed' and old.state <> 'completed') execute function fc.refuse_open_incident();
revoke all on function fc.open_incident(), fc.keep_incident(), fc.refuse_open_incident() from public;

alter table route_sessions add column invoice_total numeric check (invoice_total > 0);
comment on column route_sessions.invoice_total is 'the whole invoice, in the currency of the invoice, where it was said';
