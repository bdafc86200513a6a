-- What was said to connectors. The row of a call that may move money is written and committed before the call; what became of it is written once. A step is
-- carried a second time only where a person decided it, after the attempt before it ended without an answer that it was carried.
create table connector_calls (
  tenant_id uuid not null references tenants,
  id uuid not null,
  session_id uuid not null,
  -- the step's place in the route, from 0
  position integer not null check (position >= 0),
  attempt integer not null check (attempt > 0),
  connector_id text not null check (connector_id ~ '^[a-z][a-z0-9_]{0,39}$'),
  mode text not null check (mode in ('simulation', 'live_safe', 'manual', 'hybrid')),
  -- intent: written, nothing went out; sent: it may have gone out; then one of three ends
  state text not null default 'intent' check (state in ('intent', 'sent', 'answered', 'failed', 'unknown')),
  request_digest bytea not null check (octet_length(request_digest) = 32),
  answer_digest bytea check (octet_length(answer_digest) = 32),
  -- a short stable code: why it failed or is not known
  cause text check (length(cause) between 1 and 80),
  decided_by uuid,
  decided_because text check (decided_because in ('nothing_was_sent', 'other_side_has_nothing', 'money_came_back')),
  started_at timestamptz not null default clock_timestamp(),
  -- until when the process that makes the call may be believed to live
  lease_until timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, id),
  constraint connector_calls_attempt_once unique (tenant_id, session_id, position, attempt),
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, decided_by) references memberships,
  -- What is simulated is never real, and what is real never simulated.
  constraint connector_calls_simulated_alone check ((mode = 'simulation') = (connector_id = 'simulated')),
  constraint connector_calls_decided_again check ((attempt = 1) = (decided_by is null) and (decided_by is null) = (decided_because is null)),
  constraint connector_calls_ended check ((state in ('answered', 'failed', 'unknown')) = (ended_at is not null) and (state = 'answered') = (answer_digest is not null) and (state in ('failed', 'unknown')) = (cause is not null))
);
create index connector_calls_open on connector_calls (tenant_id, lease_until) where state in ('intent', 'sent');
call fc.protect('connector_calls');
grant select, insert on connector_calls to app_rt;
grant update (state, answer_digest, cause, ended_at) on connector_calls to app_rt;

-- One attempt at a time, in order, and none after one that was answered: that one carried the step. After the row, so that whoever may not write it learns
-- nothing of what stands before it.
create function fc.next_connector_attempt() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  before connector_calls;
begin
  if new.state <> 'intent' then
    raise exception 'a call begins as an intent' using errcode = '23514', constraint = 'connector_calls_begin_as_intent';
  end if;
  if new.attempt > 1 then
    select * into before from connector_calls where tenant_id = new.tenant_id and session_id = new.session_id and position = new.position and attempt = new.attempt - 1;
    if not found or before.state not in ('failed', 'unknown') then
      raise exception 'the attempt before has not ended without an answer' using errcode = '23514', constraint = 'connector_calls_after_the_last';
    end if;
  end if;
  return new;
end $$;
create trigger next_attempt after insert on connector_calls for each row execute function fc.next_connector_attempt();

-- Forward alone, and an end is an end: an answer that comes after the call was given up changes nothing.
create function fc.keep_connector_call() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not (old.state = 'intent' and new.state in ('sent', 'failed', 'unknown') or old.state = 'sent' and new.state in ('answered', 'failed', 'unknown')) then
    raise exception 'a call goes from % to no %', old.state, new.state using errcode = '23514', constraint = 'connector_calls_forward';
  end if;
  return new;
end $$;
create trigger forward_alone after update on connector_calls for each row execute function fc.keep_connector_call();
create trigger kept_rows before delete on connector_calls for each row execute function fc.refuse_change();
create trigger kept_table before truncate on connector_calls for each statement execute function fc.refuse_change();

-- How much a controlled probe may be, in US dollars at mid: of one, of a day, and how many a day; for a provider, and as '*' for the whole company. Both must
-- stand, or nothing is probed.
create table probe_caps (
  tenant_id uuid not null references tenants,
  provider_id text not null check (length(provider_id) between 1 and 80),
  per_probe_usd numeric(20, 2) not null check (per_probe_usd > 0),
  per_day_usd numeric(20, 2) not null check (per_day_usd >= per_probe_usd),
  probes_per_day integer not null check (probes_per_day between 0 and 1000),
  version integer not null default 1 check (version > 0),
  set_by uuid not null,
  set_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, provider_id),
  foreign key (tenant_id, set_by) references memberships
);
call fc.protect('probe_caps');
grant select, insert on probe_caps to app_rt;
grant update (per_probe_usd, per_day_usd, probes_per_day, version, set_by, set_at) on probe_caps to app_rt;

create table probe_reservations (
  tenant_id uuid not null references tenants,
  id uuid not null,
  session_id uuid not null,
  position integer not null check (position >= 0),
  provider_id text not null check (length(provider_id) between 1 and 80 and provider_id <> '*'),
  -- of the company's own calendar, as 2026-09-29
  day text not null check (day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  amount_usd numeric(20, 2) not null check (amount_usd > 0),
  -- released: nothing went out, which somebody knows for certain; it counts no more
  state text not null default 'reserved' check (state in ('reserved', 'used', 'released')),
  -- the policy that allowed it
  policy_revision text not null,
  reserved_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, session_id) references route_sessions,
  constraint probe_reservations_ended check ((state = 'reserved') = (ended_at is null))
);
create unique index probe_reservations_one_of_step on probe_reservations (tenant_id, session_id, position) where state <> 'released';
create index probe_reservations_of_day on probe_reservations (tenant_id, day, provider_id) where state <> 'released';
call fc.protect('probe_reservations');
grant select, insert on probe_reservations to app_rt;
grant update (state, ended_at) on probe_reservations to app_rt;

-- Refuses what would go over any cap. The caps are locked first, the company's before the provider's, so that of those who come at once each counts the ones
-- before it. After the row, which is then counted with them.
create function fc.within_probe_caps() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  cap probe_caps;
  caps integer := 0;
  probes bigint;
  total_usd numeric;
begin
  for cap in select * from probe_caps where tenant_id = new.tenant_id and provider_id in ('*', new.provider_id) order by provider_id <> '*' for no key update loop
    caps := caps + 1;
    select count(*), coalesce(sum(amount_usd), 0) into probes, total_usd from probe_reservations
      where tenant_id = new.tenant_id and day = new.day and state <> 'released' and (cap.provider_id = '*' or provider_id = cap.provider_id);
    if new.amount_usd > cap.per_probe_usd or total_usd > cap.per_day_usd or probes > cap.probes_per_day then
      raise exception 'over the cap of %', cap.provider_id using errcode = '23514', constraint = 'probe_cap_exceeded';
    end if;
  end loop;
  if caps <> 2 then
    raise exception 'no cap is set' using errcode = '23514', constraint = 'probe_cap_missing';
  end if;
  if new.state <> 'reserved' then
    raise exception 'a probe is reserved first' using errcode = '23514', constraint = 'probe_reservations_reserved_first';
  end if;
  return new;
end $$;
create trigger within_caps after insert on probe_reservations for each row execute function fc.within_probe_caps();

create function fc.keep_probe_reservation() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state <> 'reserved' or new.state = 'reserved' then
    raise exception 'a reservation ends once' using errcode = '23514', constraint = 'probe_reservations_end_once';
  end if;
  return new;
end $$;
create trigger ends_once after update on probe_reservations for each row execute function fc.keep_probe_reservation();
create trigger kept_rows before delete on probe_reservations for each row execute function fc.refuse_change();
create trigger kept_table before truncate on probe_reservations for each statement execute function fc.refuse_change();

revoke all on function fc.next_connector_attempt(), fc.keep_connector_call(), fc.within_probe_caps(), fc.keep_probe_reservation() from public;
