-- Operator Companies, the merchants they serve, the suppliers those pay.
create table tenants (
  tenant_id uuid primary key,
  name text not null check (name <> ''),
  time_zone text not null,
  created_at timestamptz not null default now()
);
call fc.protect('tenants', auth_reads => true);
grant select on tenants to app_rt, app_worker;

create table merchants (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null check (name <> ''),
  type text not null,
  city text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  trade text not null,
  trade_class text not null,
  documents_on_file text[] not null default '{}',
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, name)
);
call fc.protect('merchants', auth_reads => true);
grant select on merchants to app_rt, app_worker;

create table suppliers (
  tenant_id uuid not null references tenants,
  id uuid not null,
  merchant_id uuid not null,
  legal_name text not null check (legal_name <> ''),
  legal_name_zh text,
  country text not null check (country ~ '^[A-Z]{2}$'),
  city text not null,
  method text not null,
  settlement_currency text not null,
  payee_type text not null,
  payee_is_contract_seller boolean not null,
  accepts_other_settlement boolean not null,
  prefers text,
  network text,
  bank_name text,
  account_number text not null,
  account_masked text not null,
  bic text,
  cnaps text,
  cnaps_masked text,
  details_state text not null default 'confirmed' check (details_state in ('confirmed', 'change_held')),
  paid_before boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, merchant_id, id),
  foreign key (tenant_id, merchant_id) references merchants
);
comment on column suppliers.account_number is 'secret: bank account, IBAN or wallet address';
comment on column suppliers.cnaps is 'secret: bank routing number of the account';
call fc.protect('suppliers');
-- The serving role writes the secret columns and cannot read them back.
grant select (tenant_id, id, merchant_id, legal_name, legal_name_zh, country, city, method, settlement_currency, payee_type, payee_is_contract_seller,
  accepts_other_settlement, prefers, network, bank_name, account_masked, bic, cnaps_masked, details_state, paid_before, created_at) on suppliers to app_rt, app_worker;
grant insert on suppliers to app_rt;
