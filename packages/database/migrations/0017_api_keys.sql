-- Keys for programs. A key is a principal of its own: a user of kind program with a membership, so that audit, idempotency and foreign keys
-- know it like anyone else. What it may be told by lies in api_keys; what it is proved by in api_key_secrets, which only fc_auth touches.
grant create on schema fc to fc_auth;

alter table users
  add column kind text not null default 'person' check (kind in ('person', 'program')),
  alter column email drop not null,
  alter column password_hash drop not null,
  -- A program has nothing to sign in with, so no sign-in can ever become one.
  add constraint users_sign_in_by_kind check (case kind when 'person' then email is not null and password_hash is not null else email is null and password_hash is null end);

create table api_keys (
  tenant_id uuid not null references tenants,
  id uuid not null,
  -- the program's own account
  user_id uuid not null,
  label text not null check (label <> ''),
  -- the beginning of the key, by which people tell keys apart; it proves nothing
  prefix text not null check (prefix ~ '^[a-z0-9]{8}$'),
  scopes text[] not null check (cardinality(scopes) between 1 and 100),
  created_at timestamptz not null default now(),
  created_by uuid not null,
  expires_at timestamptz not null check (expires_at > created_at and expires_at <= created_at + interval '366 days'),
  revoked_at timestamptz,
  revoked_by uuid,
  primary key (tenant_id, id),
  unique (tenant_id, user_id),
  foreign key (tenant_id, user_id) references memberships,
  foreign key (tenant_id, created_by) references memberships,
  foreign key (tenant_id, revoked_by) references memberships,
  check ((revoked_at is null) = (revoked_by is null))
);
call fc.protect('api_keys', auth_reads => true);
grant select on api_keys to app_rt;
grant insert, update (revoked_at, revoked_by) on api_keys to fc_auth;
grant insert, update (ended_at) on memberships to fc_auth;

create table api_key_secrets (
  key_id uuid primary key,
  -- named for what it is and not tenant_id: a key is found before the tenant is known, and only by its hash
  of_tenant uuid not null,
  -- null once the key is revoked: nothing is left that could match
  secret_hash bytea unique check (octet_length(secret_hash) = 32),
  last_used_at timestamptz,
  foreign key (of_tenant, key_id) references api_keys
);
comment on column api_key_secrets.secret_hash is 'secret: SHA-256 of the whole key';
alter table api_key_secrets enable row level security;
alter table api_key_secrets force row level security;
create policy auth_only on api_key_secrets to fc_auth using (true) with check (true);
grant select, insert, update on api_key_secrets to fc_auth;

-- Who a key belongs to, read anew on every request: unknown, revoked, expired, disabled and ended are all no row.
create function fc.api_key_actor(p_secret_hash bytea) returns table (
  session_id uuid, user_id uuid, tenant_id uuid, role text, merchant_id uuid, display_name text, scopes text[])
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  used timestamptz;
begin
  select k.id, k.user_id, k.tenant_id, m.role, m.merchant_id, m.display_name, k.scopes, s.last_used_at
  into session_id, user_id, tenant_id, role, merchant_id, display_name, scopes, used
  from api_key_secrets s
  join api_keys k on k.tenant_id = s.of_tenant and k.id = s.key_id and k.revoked_at is null and k.expires_at > now()
  join users u on u.id = k.user_id and u.kind = 'program' and u.disabled_at is null
  join memberships m on m.tenant_id = k.tenant_id and m.user_id = k.user_id and m.ended_at is null
  where s.secret_hash = p_secret_hash;
  if not found then
    return;
  end if;
  -- Once a minute is enough to tell a key that is used from one that is not, and spares a write on every read.
  if used is null or used < now() - interval '1 minute' then
    update api_key_secrets s set last_used_at = now() where s.secret_hash = p_secret_hash;
  end if;
  return next;
end $$;

-- When each key of the signed tenant was last used, to the minute.
create function fc.api_key_uses() returns table (key_id uuid, last_used_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select s.key_id, s.last_used_at from api_key_secrets s where s.of_tenant = fc.tid() and s.last_used_at is not null
$$;

-- Makes the program, its membership and its key in the signed tenant. False, and nothing made, where the tenant has p_live_max live keys already.
create function fc.create_api_key(p_id uuid, p_user_id uuid, p_role text, p_merchant_id uuid, p_label text, p_prefix text, p_secret_hash bytea, p_scopes text[],
  p_lasts interval, p_by uuid, p_live_max integer) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  tenant uuid := fc.tid();
begin
  -- Two at once must not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('api keys of ' || tenant, 0));
  if (select count(*) from api_keys where tenant_id = tenant and revoked_at is null and expires_at > now()) >= p_live_max then
    return false;
  end if;
  insert into users (id, kind) values (p_user_id, 'program');
  insert into memberships (tenant_id, user_id, role, merchant_id, display_name) values (tenant, p_user_id, p_role, p_merchant_id, p_label);
  insert into api_keys (tenant_id, id, user_id, label, prefix, scopes, created_by, expires_at)
  values (tenant, p_id, p_user_id, p_label, p_prefix, p_scopes, p_by, now() + p_lasts);
  insert into api_key_secrets (key_id, of_tenant, secret_hash) values (p_id, tenant, p_secret_hash);
  return true;
end $$;

-- Ends a key of the signed tenant and its program's membership, for good. False where there is no such key, or it was revoked before.
create function fc.revoke_api_key(p_id uuid, p_by uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  tenant uuid := fc.tid();
  program uuid;
begin
  update api_keys set revoked_at = now(), revoked_by = p_by where tenant_id = tenant and id = p_id and revoked_at is null returning user_id into program;
  if not found then
    return false;
  end if;
  update api_key_secrets set secret_hash = null where key_id = p_id;
  update memberships set ended_at = now() where tenant_id = tenant and user_id = program and ended_at is null;
  return true;
end $$;

do $$
declare
  f regprocedure;
begin
  foreach f in array array['fc.api_key_actor(bytea)', 'fc.api_key_uses()',
    'fc.create_api_key(uuid,uuid,text,uuid,text,text,bytea,text[],interval,uuid,integer)', 'fc.revoke_api_key(uuid,uuid)']::regprocedure[] loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to app_rt', f);
    execute format('alter function %s owner to fc_auth', f);
  end loop;
end $$;
