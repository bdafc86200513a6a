-- What a company knows of the market beyond its imported data. A snapshot is either the files of an import, or an overlay of a few kilobytes over such
-- files: then decisions and settings point to it as before, and a decision is computed again from what it was made on.
alter table snapshots alter column files drop not null;
alter table snapshots add column base_digest bytea, add column overlay jsonb,
  add constraint snapshots_files_or_overlay check ((files is null) = (base_digest is not null) and (base_digest is null) = (overlay is null)),
  -- An overlay lies over files, never over another overlay.
  add column whole boolean not null generated always as (files is not null) stored,
  add column on_whole boolean generated always as (case when base_digest is not null then true end) stored,
  add constraint snapshots_whole unique (tenant_id, digest, whole);
alter table snapshots add constraint snapshots_base foreign key (tenant_id, base_digest, on_whole) references snapshots (tenant_id, digest, whole);
comment on column snapshots.overlay is 'observed prices, learned estimates, outages and newer mids; no name of a person';

-- How far a price may move, in basis points of what is sent, before the merchant is asked again.
alter table tenant_settings add column price_drift_tolerance_bps numeric not null default 25 check (price_drift_tolerance_bps >= 0 and price_drift_tolerance_bps <= 1000);

-- Which providers the shown route goes through, so that an outage finds it; null for sessions from before this was kept.
alter table route_sessions add column providers_used text[];

-- What the amounts of a quote come to, all in: units of price_unit for one price_per, with the fee. Null where nothing would be bought or sold.
create function fc.quote_total(price numeric, unit_is_sold boolean, sold numeric, bought numeric, fee numeric, fee_is_sold boolean) returns numeric
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  s numeric := sold;
  b numeric := bought;
begin
  if s is null and b is null then
    return price;
  end if;
  if s is not null then
    b := s - case when fee_is_sold then fee else 0 end;
    b := case when unit_is_sold then b / price else b * price end - case when fee_is_sold then 0 else fee end;
  else
    s := b + case when fee_is_sold then 0 else fee end;
    s := case when unit_is_sold then s * price else s / price end + case when fee_is_sold then fee else 0 end;
  end if;
  if s <= 0 or b <= 0 then
    return null;
  end if;
  return case when unit_is_sold then s / b else b / s end;
end $$;
revoke all on function fc.quote_total(numeric, boolean, numeric, numeric, numeric, boolean) from public;
grant execute on function fc.quote_total(numeric, boolean, numeric, numeric, numeric, boolean) to app_rt;

create table quotes (
  tenant_id uuid not null references tenants,
  id uuid not null,
  kind text not null check (kind in ('indicative', 'firm', 'operator_observed')),
  provider_id text not null,
  -- the leg as the engine names it: provider, pair, countries, kind, network
  leg text not null check (length(leg) <= 200),
  from_currency text not null,
  to_currency text not null,
  from_country text,
  to_country text,
  session_id uuid,
  -- exactly one side of an amount, or neither for a rate
  sell_amount numeric check (sell_amount > 0),
  buy_amount numeric check (buy_amount > 0),
  price numeric not null check (price > 0),
  price_unit text not null,
  price_per text not null,
  total_price numeric not null check (total_price > 0),
  fee_amount numeric not null default 0 check (fee_amount >= 0),
  fee_currency text not null,
  fee_details text check (length(fee_details) between 1 and 200),
  -- what the price came to against the mid of the moment
  spread_bps numeric not null,
  -- true where the spread was said, which moves with the mid; false where the price was
  said_as_spread boolean not null default false,
  -- on the market clock
  observed_at timestamptz not null,
  expires_at timestamptz not null,
  source text not null check (source in ('phone_call', 'screen_capture', 'email', 'chat', 'market_file', 'webhook', 'rate_feed')),
  artifact_id uuid,
  evidence_sha256 bytea check (octet_length(evidence_sha256) = 32),
  captured_by uuid not null,
  captured_at timestamptz not null default clock_timestamp(),
  supersedes uuid,
  -- the re-pricing that used it up
  consumed_by uuid,
  consumed_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, artifact_id) references artifacts,
  foreign key (tenant_id, captured_by) references memberships,
  foreign key (tenant_id, supersedes) references quotes,
  constraint quotes_one_side check (num_nonnulls(sell_amount, buy_amount) <= 1),
  constraint quotes_pair check (from_currency <> to_currency and ((price_unit, price_per) = (from_currency, to_currency) or (price_unit, price_per) = (to_currency, from_currency))),
  constraint quotes_fee_of_an_amount check (fee_currency in (from_currency, to_currency) and (fee_amount = 0 or num_nonnulls(sell_amount, buy_amount) = 1)),
  -- A price is said rounded, so its total may be off by half a unit of its last place and by what half a unit of the price's comes to.
  constraint quotes_total check (coalesce(abs(total_price - fc.quote_total(price, price_unit = from_currency, sell_amount, buy_amount, fee_amount, fee_currency = from_currency))
    <= 0.5 * power(10::numeric, -scale(total_price)) + total_price / price * power(10::numeric, -scale(price)), false)),
  -- A firm price is one session's, for an amount. It is used once.
  constraint quotes_firm check (kind <> 'firm' or (session_id is not null and num_nonnulls(sell_amount, buy_amount) = 1)),
  constraint quotes_only_firm_consumed check (consumed_by is null or kind = 'firm'),
  constraint quotes_consumed check ((consumed_by is null) = (consumed_at is null)),
  constraint quotes_validity check (expires_at > observed_at and expires_at <= observed_at + case kind when 'firm' then interval '24 hours' when 'indicative' then interval '7 days' else interval '90 days' end),
  constraint quotes_evidence check ((artifact_id is null) = (evidence_sha256 is null))
);
create index quotes_of_leg on quotes (tenant_id, leg, id desc) where session_id is null;
create index quotes_of_session on quotes (tenant_id, session_id, id desc) where session_id is not null;
call fc.protect('quotes');
grant select, insert on quotes to app_rt;
grant update (consumed_by, consumed_at) on quotes to app_rt;

-- A quote stays as it was said, and is used up once.
create function fc.keep_quote() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (old.consumed_by is not null and (new.consumed_by, new.consumed_at) is distinct from (old.consumed_by, old.consumed_at))
    or to_jsonb(new) - 'consumed_by' - 'consumed_at' is distinct from to_jsonb(old) - 'consumed_by' - 'consumed_at' then
    raise exception 'a quote is used once and never changed' using errcode = '42501', constraint = 'quotes_used_once';
  end if;
  return new;
end $$;
revoke all on function fc.keep_quote() from public;
create trigger used_once before update on quotes for each row execute function fc.keep_quote();
create trigger kept_rows before delete on quotes for each row execute function fc.refuse_change();
create trigger kept_table before truncate on quotes for each statement execute function fc.refuse_change();

-- A session's route priced again on the market of a later moment: everything that computes it again, and what changed.
create table session_repricings (
  tenant_id uuid not null references tenants,
  id uuid not null,
  session_id uuid not null,
  -- of the session, as it was priced
  session_version integer not null,
  candidate_id text not null,
  engine_version text not null,
  snapshot_digest bytea not null,
  weights_revision text not null,
  policy_revision text not null,
  market_clock text not null,
  result_digest bytea not null check (octet_length(result_digest) = 32),
  rulings bytea not null,
  -- what became of the candidate; gone: the market of now has no such route
  status text not null check (status in ('ready', 'conditional', 'refused', 'gone')),
  refusals text[] not null,
  before_sent numeric not null,
  before_received numeric not null,
  before_cost_bps numeric not null,
  sent_currency text not null,
  received_currency text not null,
  sent numeric,
  received numeric,
  cost_bps numeric,
  arrival_p90 text,
  valid_until timestamptz,
  drift_bps numeric,
  tolerance_bps numeric not null,
  within_tolerance boolean not null,
  because text[] not null,
  quote_ids uuid[] not null,
  repriced_by uuid not null,
  repriced_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, snapshot_digest) references snapshots,
  foreign key (tenant_id, repriced_by) references memberships,
  check ((status = 'gone') = (sent is null) and (sent is null) = (received is null) and (sent is null) = (cost_bps is null) and (sent is null) = (drift_bps is null) and (sent is null) = (arrival_p90 is null)),
  check (within_tolerance = (because = '{}')),
  check (status not in ('gone', 'refused') or not within_tolerance)
);
create index session_repricings_of_session on session_repricings (tenant_id, session_id, id desc);
call fc.protect('session_repricings');
call fc.freeze('session_repricings');
grant select, insert on session_repricings to app_rt;

-- What is on offer is a re-pricing's price, once there is one: the row's amounts and its end are those, and the decision stays as it was made. A new offer is
-- a new version, so that nobody agrees to a price that has changed under his eyes.
alter table route_sessions add column offered_by uuid, add foreign key (tenant_id, offered_by) references session_repricings;
comment on column route_sessions.offered_by is 'the re-pricing whose price is on offer or agreed; null: the decision''s';
grant update (offered_by, valid_until, due_at, sends_amount, receives_amount, cost_bps) on route_sessions to app_rt;
insert into session_edges (from_state, to_state) values ('recommended', 'recommended'), ('awaiting_merchant', 'awaiting_merchant');

alter table quotes add foreign key (tenant_id, consumed_by) references session_repricings;

-- A provider that carries nothing new for now. Reported by the desk, ended by the desk.
create table provider_outages (
  tenant_id uuid not null references tenants,
  id uuid not null,
  provider_id text not null,
  reason text not null check (reason in ('not_answering', 'not_quoting', 'payments_failing', 'payments_late', 'maintenance', 'provider_notice')),
  source text not null check (source in ('phone_call', 'screen_capture', 'email', 'chat', 'webhook', 'rate_feed')),
  -- on the market clock
  since timestamptz not null,
  reported_by uuid not null,
  reported_at timestamptz not null default clock_timestamp(),
  ended_by uuid,
  ended_at timestamptz,
  ended_because text check (ended_because in ('works_again', 'reported_wrongly')),
  primary key (tenant_id, id),
  foreign key (tenant_id, reported_by) references memberships,
  foreign key (tenant_id, ended_by) references memberships,
  constraint provider_outages_ended check ((ended_at is null) = (ended_by is null) and (ended_at is null) = (ended_because is null))
);
create unique index provider_outages_one_open on provider_outages (tenant_id, provider_id) where ended_at is null;
create index provider_outages_newest on provider_outages (tenant_id, id desc);
call fc.protect('provider_outages');
grant select, insert on provider_outages to app_rt;
grant update (ended_by, ended_at, ended_because) on provider_outages to app_rt;

create function fc.keep_provider_outage() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (old.ended_at is not null and (new.ended_at, new.ended_by, new.ended_because) is distinct from (old.ended_at, old.ended_by, old.ended_because)) or to_jsonb(new) - 'ended_by' - 'ended_at' - 'ended_because' is distinct from to_jsonb(old) - 'ended_by' - 'ended_at' - 'ended_because' then
    raise exception 'an outage ends once' using errcode = '42501', constraint = 'provider_outages_ends_once';
  end if;
  return new;
end $$;
revoke all on function fc.keep_provider_outage() from public;
create trigger ends_once before update on provider_outages for each row execute function fc.keep_provider_outage();
create trigger kept_rows before delete on provider_outages for each row execute function fc.refuse_change();
create trigger kept_table before truncate on provider_outages for each statement execute function fc.refuse_change();
