-- A second factor: one-time codes of an authenticator (RFC 6238) and single-use recovery codes. An account has one for all its tenants; each
-- tenant says whether its Platform Admins must have one. The serving role has no grant on either table: it calls the functions below.
grant create on schema fc to fc_auth;

alter table tenants add column second_factor_of_admins text not null default 'required' check (second_factor_of_admins in ('required', 'off'));

create table account_factors (
  user_id uuid primary key references users,
  totp_secret bytea not null check (octet_length(totp_secret) = 20),
  begun_at timestamptz not null default now(),
  -- null until a first code proved that the authenticator has the secret
  enrolled_at timestamptz,
  -- the step of the last code that was taken: no code of it or before counts again
  last_step bigint not null default 0
);
comment on column account_factors.totp_secret is 'secret: what makes the one-time codes';
alter table account_factors enable row level security;
alter table account_factors force row level security;
create policy auth_only on account_factors to fc_auth using (true) with check (true);
grant select, insert, update, delete on account_factors to fc_auth;

create table recovery_codes (
  code_hash bytea primary key check (octet_length(code_hash) = 32),
  user_id uuid not null references users,
  used_at timestamptz
);
comment on column recovery_codes.code_hash is 'secret: SHA-256 of a recovery code';
create index recovery_codes_by_user on recovery_codes (user_id);
alter table recovery_codes enable row level security;
alter table recovery_codes force row level security;
create policy auth_only on recovery_codes to fc_auth using (true) with check (true);
grant select, insert, update, delete on recovery_codes to fc_auth;

create function fc.has_second_factor(p_user_id uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from account_factors where user_id = p_user_id and enrolled_at is not null)
$$;

create function fc.must_enrol(p_tenant_id uuid, p_user_id uuid, p_role text) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select p_role = 'platform_admin' and not fc.has_second_factor(p_user_id)
    and exists (select from tenants where tenant_id = p_tenant_id and second_factor_of_admins = 'required')
$$;

-- As in 0012, and whether this person must enrol a second factor before anything else.
drop function fc.session_actor(bytea);
create function fc.session_actor(p_token_hash bytea) returns table (
  session_id uuid, user_id uuid, tenant_id uuid, role text, merchant_id uuid, display_name text, expires_at timestamptz, proved boolean, must_enrol boolean)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  seen timestamptz;
begin
  select s.id, s.user_id, s.of_tenant, m.role, m.merchant_id, m.display_name, least(s.expires_at, s.last_seen_at + interval '30 minutes'),
    s.proved_at > now() - interval '5 minutes', fc.must_enrol(m.tenant_id, m.user_id, m.role), s.last_seen_at
  into session_id, user_id, tenant_id, role, merchant_id, display_name, expires_at, proved, must_enrol, seen
  from auth_sessions s
  join users u on u.id = s.user_id and u.disabled_at is null
  join memberships m on m.tenant_id = s.of_tenant and m.user_id = s.user_id and m.ended_at is null
  where s.token_hash = p_token_hash and s.expires_at > now() and s.last_seen_at > now() - interval '30 minutes';
  if not found then
    return;
  end if;
  -- Once a minute is enough to keep an idle time of 30 minutes, and spares a write on every read.
  if seen < now() - interval '1 minute' then
    update auth_sessions s set last_seen_at = now() where s.token_hash = p_token_hash;
    expires_at := least(expires_at + (now() - seen), (select s.expires_at from auth_sessions s where s.token_hash = p_token_hash));
  end if;
  return next;
end $$;

-- As in 0012, and how the account stands with its second factor.
drop function fc.session_detail(bytea);
create function fc.session_detail(p_token_hash bytea) returns table (
  email text, expires_at timestamptz, proved_until timestamptz, enrolled boolean, must_enrol boolean, tenant jsonb, merchant jsonb, memberships jsonb)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select u.email, least(s.expires_at, s.last_seen_at + interval '30 minutes'), s.proved_at + interval '5 minutes',
    fc.has_second_factor(u.id), fc.must_enrol(m.tenant_id, m.user_id, m.role),
    jsonb_build_object('id', t.tenant_id, 'name', t.name, 'time_zone', t.time_zone),
    (select jsonb_build_object('id', c.id, 'name', c.name, 'city', c.city, 'country', c.country) from merchants c
      where c.tenant_id = m.tenant_id and c.id = m.merchant_id),
    (select jsonb_agg(jsonb_build_object('tenant_id', o.tenant_id, 'tenant_name', ot.name, 'role', o.role, 'merchant_id', o.merchant_id,
        'merchant_name', (select oc.name from merchants oc where oc.tenant_id = o.tenant_id and oc.id = o.merchant_id)) order by ot.name)
      from memberships o join tenants ot using (tenant_id) where o.user_id = u.id and o.ended_at is null)
  from auth_sessions s
  join users u on u.id = s.user_id and u.disabled_at is null
  join memberships m on m.tenant_id = s.of_tenant and m.user_id = s.user_id and m.ended_at is null
  join tenants t on t.tenant_id = s.of_tenant
  where s.token_hash = p_token_hash and s.expires_at > now() and s.last_seen_at > now() - interval '30 minutes'
$$;

-- What the codes of an enrolled account are made of; no row for any other.
create function fc.second_factor(p_user_id uuid) returns table (totp_secret bytea)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select f.totp_secret from account_factors f where f.user_id = p_user_id and f.enrolled_at is not null
$$;

-- Takes a code once: a step only above the last one taken, a recovery code only unused. Two at once wait for each other and one wins.
create function fc.spend_factor(p_user_id uuid, p_step bigint, p_code_hash bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if p_code_hash is not null then
    update recovery_codes set used_at = now() where code_hash = p_code_hash and user_id = p_user_id and used_at is null;
  else
    update account_factors set last_step = p_step where user_id = p_user_id and enrolled_at is not null and last_step < p_step;
  end if;
  return found;
end $$;

-- How the account of a live session stands with its second factor.
create function fc.second_factor_state(p_token_hash bytea) returns table (enrolled_at timestamptz, recovery_codes_left integer)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select f.enrolled_at, (select count(*)::integer from recovery_codes c where c.user_id = a.id and c.used_at is null)
  from (select fc.live_session_user(p_token_hash) as id) a left join account_factors f on f.user_id = a.id and f.enrolled_at is not null
  where a.id is not null
$$;

-- Keeps a secret until a first code of it is shown. False where a factor is enrolled already: it is taken off first.
create function fc.begin_second_factor(p_token_hash bytea, p_secret bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into account_factors as f (user_id, totp_secret) select id, p_secret from (select fc.live_session_user(p_token_hash) as id) a where id is not null
  on conflict (user_id) do update set totp_secret = excluded.totp_secret, begun_at = now(), last_step = 0 where f.enrolled_at is null;
  return found;
end $$;

-- The secret that was begun in the last quarter of an hour.
create function fc.begun_second_factor(p_token_hash bytea) returns table (totp_secret bytea)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select f.totp_secret from account_factors f
  where f.user_id = fc.live_session_user(p_token_hash) and f.enrolled_at is null and f.begun_at > now() - interval '15 minutes'
$$;

-- Enrols the secret that the code was made of, with its recovery codes; this session goes on under a new token, every other one of the account ends.
create function fc.enrol_second_factor(p_token_hash bytea, p_secret bytea, p_step bigint, p_code_hashes bytea[], p_next_token_hash bytea) returns table (lasts_s integer, ended integer)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  account uuid := fc.live_session_user(p_token_hash);
begin
  -- The account's row first, as a change of password does: a sign-in without a code waits for it, or its session is ended here.
  perform from users where id = account for update;
  update account_factors set enrolled_at = now(), last_step = p_step where user_id = account and enrolled_at is null and totp_secret = p_secret;
  if not found then
    return;
  end if;
  delete from recovery_codes where user_id = account;
  insert into recovery_codes (code_hash, user_id) select h, account from unnest(p_code_hashes) as h;
  update auth_sessions set token_hash = p_next_token_hash, proved_at = now(), last_seen_at = now() where token_hash = p_token_hash
  returning extract(epoch from expires_at - now())::integer into lasts_s;
  if not found then
    raise exception 'the session has ended' using errcode = 'FC002';
  end if;
  with gone as (
    delete from auth_sessions where user_id = account and token_hash <> p_next_token_hash
    returning expires_at > now() and last_seen_at > now() - interval '30 minutes' as live
  ) select count(*) filter (where live) into ended from gone;
  return next;
end $$;

create function fc.renew_recovery_codes(p_token_hash bytea, p_code_hashes bytea[]) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  account uuid := fc.live_session_user(p_token_hash);
begin
  perform from account_factors where user_id = account and enrolled_at is not null for update;
  if not found then
    return false;
  end if;
  delete from recovery_codes where user_id = account;
  insert into recovery_codes (code_hash, user_id) select h, account from unnest(p_code_hashes) as h;
  return true;
end $$;

-- Takes the factor off the account of a live session. False where there is none.
create function fc.disable_second_factor(p_token_hash bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  account uuid := fc.live_session_user(p_token_hash);
begin
  delete from account_factors where user_id = account and enrolled_at is not null;
  if not found then
    return false;
  end if;
  delete from recovery_codes where user_id = account;
  return true;
end $$;

-- A Platform Admin takes a member's factor off, in the signed tenant. An account that is live in another tenant too is refused: this tenant's
-- admin must not weaken the way into that one. Its sessions end.
create function fc.reset_second_factor(p_user_id uuid) returns table (outcome text, sessions_ended integer)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  sessions_ended := 0;
  if not exists (select from memberships where tenant_id = fc.tid() and user_id = p_user_id and ended_at is null) then
    outcome := 'missing';
  elsif exists (select from memberships where tenant_id <> fc.tid() and user_id = p_user_id and ended_at is null) then
    outcome := 'elsewhere';
  else
    perform from users where id = p_user_id for update;
    delete from account_factors where user_id = p_user_id;
    delete from recovery_codes where user_id = p_user_id;
    with gone as (
      delete from auth_sessions where user_id = p_user_id
      returning expires_at > now() and last_seen_at > now() - interval '30 minutes' as live
    ) select count(*) filter (where live) into sessions_ended from gone;
    outcome := 'reset';
  end if;
  return next;
end $$;

-- As in 0012, and an enrolled account proves itself by a code, which is taken here; the password alone proves the others.
drop function fc.prove_session(bytea, text, bytea);
create function fc.prove_session(p_token_hash bytea, p_verified text, p_step bigint, p_code_hash bytea, p_next_token_hash bytea) returns table (lasts_s integer)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  account uuid := fc.live_session_user(p_token_hash);
begin
  perform from users where id = account for share;
  if not found then
    return;
  end if;
  if fc.has_second_factor(account) then
    if not fc.spend_factor(account, p_step, p_code_hash) then
      return;
    end if;
  elsif not exists (select from users where id = account and password_hash = p_verified) then
    return;
  end if;
  return query update auth_sessions set token_hash = p_next_token_hash, proved_at = now(), last_seen_at = now() where token_hash = p_token_hash
    returning extract(epoch from expires_at - now())::integer;
end $$;

-- As in 0010, and only with a code where the account has a second factor; the code is taken with the session that it opens.
drop function fc.open_session(bytea, uuid, uuid, uuid, bytea, interval, text);
create function fc.open_session(p_token_hash bytea, p_id uuid, p_user_id uuid, p_tenant_id uuid, p_replaces bytea, p_lasts interval, p_verified text, p_step bigint, p_code_hash bytea) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  ends timestamptz := now() + p_lasts;
begin
  perform from users where id = p_user_id and disabled_at is null and password_hash = p_verified for share;
  if not found then
    return null;
  end if;
  if fc.has_second_factor(p_user_id) and not fc.spend_factor(p_user_id, p_step, p_code_hash) then
    return null;
  end if;
  delete from auth_sessions where user_id = p_user_id and (expires_at < now() or token_hash = p_replaces);
  insert into auth_sessions (token_hash, id, user_id, of_tenant, expires_at)
  select p_token_hash, p_id, m.user_id, m.tenant_id, ends from memberships m
  where m.user_id = p_user_id and m.tenant_id = p_tenant_id and m.ended_at is null;
  if not found then
    return null;
  end if;
  return ends;
end $$;

do $$
declare
  f regprocedure;
begin
  foreach f in array array['fc.session_actor(bytea)', 'fc.session_detail(bytea)', 'fc.prove_session(bytea,text,bigint,bytea,bytea)',
    'fc.open_session(bytea,uuid,uuid,uuid,bytea,interval,text,bigint,bytea)', 'fc.second_factor(uuid)', 'fc.second_factor_state(bytea)', 'fc.begin_second_factor(bytea,bytea)',
    'fc.begun_second_factor(bytea)', 'fc.enrol_second_factor(bytea,bytea,bigint,bytea[],bytea)', 'fc.renew_recovery_codes(bytea,bytea[])', 'fc.disable_second_factor(bytea)',
    'fc.reset_second_factor(uuid)', 'fc.has_second_factor(uuid)', 'fc.must_enrol(uuid,uuid,text)', 'fc.spend_factor(uuid,bigint,bytea)']::regprocedure[] loop
    execute format('revoke all on function %s from public', f);
    -- The last three are for the others alone, which run as fc_auth.
    if f not in ('fc.has_second_factor(uuid)'::regprocedure, 'fc.must_enrol(uuid,uuid,text)'::regprocedure, 'fc.spend_factor(uuid,bigint,bytea)'::regprocedure) then
      execute format('grant execute on function %s to app_rt', f);
    end if;
    execute format('alter function %s owner to fc_auth', f);
  end loop;
end $$;
