-- Where a provider may send signed quotes, with the secret that it signs by, and what came: stored as it came, before anything is made of it.
create table quote_sources (
  tenant_id uuid not null references tenants,
  id uuid not null,
  provider_id text not null check (length(provider_id) between 1 and 80),
  label text not null check (length(label) between 1 and 80),
  secret_sealed bytea not null,
  secret_version integer not null default 1 check (secret_version > 0),
  created_by uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  constraint quote_sources_label unique (tenant_id, label),
  foreign key (tenant_id, created_by) references memberships
);
comment on column quote_sources.secret_sealed is 'sealed: what the provider signs its quotes by';
call fc.protect('quote_sources');
grant select, insert on quote_sources to app_rt;
grant update (secret_sealed, secret_version) on quote_sources to app_rt;

create table signed_quotes (
  tenant_id uuid not null references tenants,
  id uuid not null,
  source_id uuid not null,
  provider_id text not null,
  quote_ref text not null check (length(quote_ref) between 1 and 60),
  sell_asset text not null,
  buy_asset text not null check (buy_asset <> sell_asset),
  sell_amount numeric check (sell_amount > 0),
  buy_amount numeric check (buy_amount > 0),
  price numeric not null check (price > 0),
  fee_amount numeric not null check (fee_amount >= 0),
  fee_currency text not null,
  observed_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > observed_at),
  received_at timestamptz not null default clock_timestamp(),
  -- SHA-256 of the bytes that were signed
  body_digest bytea not null check (octet_length(body_digest) = 32),
  -- which of the source's secrets signed it
  secret_version integer not null,
  primary key (tenant_id, id),
  constraint signed_quotes_once unique (tenant_id, source_id, quote_ref),
  foreign key (tenant_id, source_id) references quote_sources,
  constraint signed_quotes_one_amount check ((sell_amount is null) <> (buy_amount is null))
);
create index signed_quotes_newest on signed_quotes (tenant_id, provider_id, id desc);
call fc.protect('signed_quotes');
call fc.freeze('signed_quotes');
grant select, insert on signed_quotes to app_rt;
