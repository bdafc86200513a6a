-- Accounts, memberships, sign-in sessions and the sign-in delay. Accounts and sessions are read before a tenant is known, so the serving
-- role has no grant on them at all: it calls the functions of 0004.
create table users (
  id uuid primary key,
  email text not null unique check (email = lower(email) and email like '%_@_%'),
  password_hash text not null,
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);
comment on column users.password_hash is 'secret: argon2id hash';
alter table users enable row level security;
alter table users force row level security;
create policy auth_only on users to fc_auth using (true) with check (true);
grant select, insert, update on users to fc_auth;

create table memberships (
  tenant_id uuid not null references tenants,
  user_id uuid not null references users,
  role text not null check (role in ('platform_admin', 'desk_operator', 'merchant_client', 'settlement_agent')),
  merchant_id uuid,
  display_name text not null check (display_name <> ''),
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, user_id),
  foreign key (tenant_id, merchant_id) references merchants,
  check ((role = 'merchant_client') = (merchant_id is not null))
);
create index memberships_by_user on memberships (user_id);
call fc.protect('memberships', auth_reads => true);
grant select on memberships to app_rt, app_worker;

create table auth_sessions (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  id uuid not null unique,
  user_id uuid not null references users,
  -- named for what it is and not tenant_id: a session is found before the tenant is known, and only by its hash
  of_tenant uuid not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
comment on column auth_sessions.token_hash is 'secret: SHA-256 of the session token';
create index auth_sessions_by_user on auth_sessions (user_id);
alter table auth_sessions enable row level security;
alter table auth_sessions force row level security;
create policy auth_only on auth_sessions to fc_auth using (true) with check (true);
grant select, insert, update, delete on auth_sessions to fc_auth;

create table login_throttle (
  key bytea primary key check (octet_length(key) = 32),
  -- tries that count now: it falls with time, by a key's free tries an hour
  tries double precision not null,
  last_at timestamptz not null
);
create index login_throttle_by_age on login_throttle (last_at);
alter table login_throttle enable row level security;
alter table login_throttle force row level security;
create policy auth_only on login_throttle to fc_auth using (true) with check (true);
grant select, insert, update, delete on login_throttle to fc_auth;
