-- Accounts that legs run on: of the operator, of a merchant, or of the provider itself. What the provider knows an account by is sealed by the serving
-- process with a data key of the tenant. A row is never changed but to be retired: what was wrong is retired and made again, so that a leg which named it
-- goes on naming what it named.
create table provider_accounts (
  tenant_id uuid not null references tenants,
  id uuid not null,
  -- of the tenant's own corridor data, which has no table of providers: the server looks it up when the account is made
  provider_id text not null check (provider_id <> ''),
  label text not null check (label <> ''),
  currency text not null check (currency <> ''),
  -- null on a chain, which is in no country
  country text check (country ~ '^[A-Z]{2}$'),
  rail_owner text not null check (rail_owner in ('merchant', 'operator', 'provider')),
  merchant_id uuid,
  reference_masked text not null check (reference_masked <> ''),
  -- format 1, key version, nonce, at least one byte, tag
  metadata_sealed bytea not null check (get_byte(metadata_sealed, 0) = 1 and octet_length(metadata_sealed) between 34 and 16384),
  created_at timestamptz not null default now(),
  created_by uuid not null,
  retired_at timestamptz,
  retired_by uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, merchant_id) references merchants,
  foreign key (tenant_id, created_by) references memberships,
  foreign key (tenant_id, retired_by) references memberships,
  check ((rail_owner = 'merchant') = (merchant_id is not null)),
  check ((retired_at is null) = (retired_by is null))
);
comment on column provider_accounts.metadata_sealed is 'sealed: account reference, holder and instructions';
-- A label names one account that is in use.
create unique index provider_accounts_live_label on provider_accounts (tenant_id, provider_id, label) where retired_at is null;
call fc.protect('provider_accounts');
grant select on provider_accounts to app_rt;
grant insert (tenant_id, id, provider_id, label, currency, country, rail_owner, merchant_id, reference_masked, metadata_sealed, created_by) on provider_accounts to app_rt;
grant update (retired_at, retired_by) on provider_accounts to app_rt;
