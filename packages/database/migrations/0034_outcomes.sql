-- What a session came to, beside what was predicted; and what that teaches about the providers that carried it. An outcome is written with the transition that
-- closes the session and never changes. Evidence is never removed: it stops counting when somebody takes it back, with a reason.
create table session_outcomes (
  tenant_id uuid not null references tenants,
  session_id uuid not null,
  -- the transition that closed the session: who, when, and in which state it left it
  closed_seq integer not null,
  result text not null check (result in ('completed', 'failed', 'returned')),
  because text check (because in ('provider_refused', 'not_enough_liquidity', 'bank_returned', 'wrong_details', 'compliance_stop', 'recalled', 'called_off')),
  -- nothing real happened: it teaches nothing
  simulation boolean not null,
  sent_amount numeric not null check (sent_amount > 0),
  sent_currency text not null,
  received_amount numeric check (received_amount > 0),
  received_currency text,
  -- what was sent for one unit of what arrived
  rate numeric check (rate >= 0),
  cost_bps numeric,
  cost_difference_bps numeric,
  arrived_at timestamptz,
  after_p50_s integer,
  after_p90_s integer,
  fell text check (fell in ('by_p50', 'by_p90', 'after_p90')),
  score numeric not null check (score between 0 and 100),
  -- each hop as it was recorded and measured
  hops jsonb not null check (jsonb_typeof(hops) = 'array' and jsonb_array_length(hops) between 1 and 6),
  -- what the decision said of the route that was carried out, and the SHA-256 of its canonical JSON
  prediction jsonb not null check (jsonb_typeof(prediction) = 'object' and coalesce(jsonb_array_length(prediction -> 'hops'), 0) = jsonb_array_length(hops)),
  prediction_digest bytea not null check (octet_length(prediction_digest) = 32),
  primary key (tenant_id, session_id),
  unique (tenant_id, session_id, simulation),
  foreign key (tenant_id, session_id) references route_sessions,
  constraint session_outcomes_of_its_state foreign key (tenant_id, session_id, closed_seq, result) references route_session_transitions (tenant_id, session_id, seq, to_state),
  check ((result = 'completed') = (because is null)),
  check ((received_amount is null) = (received_currency is null) and (received_amount is null) = (rate is null) and (received_amount is null) = (cost_bps is null) and (received_amount is null) = (cost_difference_bps is null)),
  check ((arrived_at is null) = (fell is null) and (arrived_at is null) = (after_p50_s is null) and (arrived_at is null) = (after_p90_s is null)),
  check (result <> 'completed' or (received_amount is not null and arrived_at is not null))
);
call fc.protect('session_outcomes');
call fc.freeze('session_outcomes');
grant select, insert on session_outcomes to app_rt;

create table estimate_evidence (
  tenant_id uuid not null references tenants,
  id uuid not null,
  session_id uuid not null,
  provider_id text not null,
  -- the legs that it speaks of: provider|from|to|from country|to country|kind|network
  legs text[] not null check (cardinality(legs) between 1 and 6),
  kind text not null check (kind in ('trust', 'latency', 'slippage', 'liquidity')),
  observation numeric not null,
  at timestamptz not null default clock_timestamp(),
  -- never true: with it the foreign key finds only an outcome that was real
  simulation boolean not null default false check (not simulation),
  undone_by uuid,
  undone_at timestamptz,
  undone_because text check (undone_because in ('recorded_wrongly', 'not_the_providers_doing', 'market_moved', 'recorded_twice', 'test_payment')),
  primary key (tenant_id, id),
  -- an outcome moves each estimate once, however many hops the provider carried
  constraint estimate_evidence_once unique (tenant_id, session_id, provider_id, kind),
  constraint estimate_evidence_of_real_outcome foreign key (tenant_id, session_id, simulation) references session_outcomes (tenant_id, session_id, simulation),
  foreign key (tenant_id, undone_by) references memberships,
  -- What lies outside its range would move an estimate by more than one outcome may.
  constraint estimate_evidence_in_range check (scale(observation) <= 6 and case kind
    when 'latency' then observation between 0.25 and 4 when 'slippage' then observation between 0 and 4 else observation in (0, 1) end),
  constraint estimate_evidence_undone check ((undone_by is null) = (undone_at is null) and (undone_by is null) = (undone_because is null))
);
create index estimate_evidence_of_provider on estimate_evidence (tenant_id, provider_id, kind, at, id);
call fc.protect('estimate_evidence');
grant select, insert on estimate_evidence to app_rt;
grant update (undone_by, undone_at, undone_because) on estimate_evidence to app_rt;

-- What was observed stays as it was, and it is taken back once.
create function fc.keep_estimate_evidence() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (new.tenant_id, new.id, new.session_id, new.provider_id, new.legs, new.kind, new.observation, new.at, new.simulation)
      is distinct from (old.tenant_id, old.id, old.session_id, old.provider_id, old.legs, old.kind, old.observation, old.at, old.simulation)
    or old.undone_at is not null and (new.undone_by, new.undone_at, new.undone_because) is distinct from (old.undone_by, old.undone_at, old.undone_because) then
    raise exception 'evidence is taken back once and never changed' using errcode = '42501', constraint = 'estimate_evidence_undone_once';
  end if;
  return new;
end $$;
revoke all on function fc.keep_estimate_evidence() from public;
create trigger undone_once before update on estimate_evidence for each row execute function fc.keep_estimate_evidence();
create trigger kept_rows before delete on estimate_evidence for each row execute function fc.refuse_change();
create trigger kept_table before truncate on estimate_evidence for each statement execute function fc.refuse_change();
