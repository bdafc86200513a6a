-- What was answered under an Idempotency-Key, written in the transaction of the effect; and what others must be told of it.
create table idempotency_keys (
  tenant_id uuid not null references tenants,
  user_id uuid not null,
  operation text not null,
  key text not null check (length(key) between 1 and 100),
  fingerprint bytea not null check (octet_length(fingerprint) = 32),
  status integer not null,
  body jsonb not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, user_id, operation, key)
);
call fc.protect('idempotency_keys');
grant select, insert on idempotency_keys to app_rt;
grant select, delete on idempotency_keys to app_worker;

create table outbox (
  tenant_id uuid not null references tenants,
  id bigint generated always as identity,
  topic text not null,
  body jsonb not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
call fc.protect('outbox');
grant insert on outbox to app_rt;
grant select, delete on outbox to app_worker;
