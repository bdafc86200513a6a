-- What routing rests on, per tenant: the imported records as they came (provenance and illustrative marks included), and one
-- compressed snapshot of the whole per data revision, from which any decision of that revision is computed again.
create table data_revisions (
  tenant_id uuid not null references tenants,
  revision integer not null check (revision > 0),
  digest bytea not null check (octet_length(digest) = 32),
  note text not null,
  imported_at timestamptz not null default now(),
  primary key (tenant_id, revision)
);
call fc.protect('data_revisions');
call fc.freeze('data_revisions');

create table snapshots (
  tenant_id uuid not null references tenants,
  digest bytea not null check (octet_length(digest) = 32),
  -- brotli of {"corridors","providers","estimates","rates"}, the data files as imported
  files bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, digest)
);
call fc.protect('snapshots');
call fc.freeze('snapshots');

create table corridors (
  tenant_id uuid not null references tenants,
  id text not null,
  position integer not null,
  name text not null,
  source_country text not null,
  source_currency text not null,
  destination_country text not null,
  mode_ceiling text not null default 'simulation' check (mode_ceiling in ('simulation', 'live_safe', 'manual', 'hybrid')),
  body jsonb not null,
  primary key (tenant_id, id)
);
call fc.protect('corridors');

create table providers (
  tenant_id uuid not null references tenants,
  id text not null,
  position integer not null,
  name text not null,
  category text not null,
  body jsonb not null,
  estimates jsonb not null,
  primary key (tenant_id, id)
);
call fc.protect('providers');

create table market_data (
  tenant_id uuid not null references tenants,
  kind text not null check (kind in ('rates', 'holidays', 'documents', 'weights', 'limits', 'actors', 'legend')),
  body jsonb not null,
  primary key (tenant_id, kind)
);
call fc.protect('market_data');

create table facts (
  tenant_id uuid not null references tenants,
  id text not null,
  statement text not null,
  value text,
  unit text,
  date text,
  source text not null,
  url text,
  confidence text,
  primary key (tenant_id, id)
);
call fc.protect('facts');

create table tenant_settings (
  tenant_id uuid primary key references tenants,
  -- ISO 8601 with the offset it was set in; null: the market is live and the wall clock counts
  market_clock text check (market_clock ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$'),
  data_revision integer,
  snapshot_digest bytea,
  version integer not null default 1,
  foreign key (tenant_id, data_revision) references data_revisions,
  foreign key (tenant_id, snapshot_digest) references snapshots
);
call fc.protect('tenant_settings');

create table desk_fee_rules (
  tenant_id uuid not null references tenants,
  id uuid not null,
  merchant_id uuid,
  corridor_id text,
  fixed_amount numeric not null check (fixed_amount >= 0),
  fixed_currency text not null,
  bps numeric not null check (bps >= 0 and bps <= 10000),
  minimum_amount numeric not null check (minimum_amount >= 0),
  minimum_currency text not null,
  reason text not null,
  version integer not null default 1,
  changed_at timestamptz not null default now(),
  changed_by uuid not null,
  primary key (tenant_id, id),
  unique nulls not distinct (tenant_id, merchant_id, corridor_id),
  foreign key (tenant_id, merchant_id) references merchants,
  foreign key (tenant_id, corridor_id) references corridors,
  foreign key (tenant_id, changed_by) references memberships
);
call fc.protect('desk_fee_rules');

grant select on data_revisions, snapshots, corridors, providers, market_data, facts, tenant_settings, desk_fee_rules to app_rt, app_worker;
grant update (market_clock, version) on tenant_settings to app_rt;
grant insert on desk_fee_rules to app_rt;
grant update (fixed_amount, fixed_currency, bps, minimum_amount, minimum_currency, reason, version, changed_at, changed_by) on desk_fee_rules to app_rt;
