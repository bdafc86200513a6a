-- Step-up: when whoever holds a session last proved to be its person. Signing in proves it, and so does a step-up, which gives the session
-- a new token. Governance operations ask for a proof of the last five minutes.
grant create on schema fc to fc_auth;

alter table auth_sessions add column proved_at timestamptz not null default now();
-- Sessions from before this migration: their sign-in is the last proof that is known.
update auth_sessions set proved_at = created_at;

-- As in 0004, and whether the session proved itself within five minutes.
drop function fc.session_actor(bytea);
create function fc.session_actor(p_token_hash bytea) returns table (
  session_id uuid, user_id uuid, tenant_id uuid, role text, merchant_id uuid, display_name text, expires_at timestamptz, proved boolean)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  seen timestamptz;
begin
  select s.id, s.user_id, s.of_tenant, m.role, m.merchant_id, m.display_name, least(s.expires_at, s.last_seen_at + interval '30 minutes'),
    s.proved_at > now() - interval '5 minutes', s.last_seen_at
  into session_id, user_id, tenant_id, role, merchant_id, display_name, expires_at, proved, seen
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

-- As in 0004, and until when the last proof counts.
drop function fc.session_detail(bytea);
create function fc.session_detail(p_token_hash bytea) returns table (
  email text, expires_at timestamptz, proved_until timestamptz, tenant jsonb, merchant jsonb, memberships jsonb)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select u.email, least(s.expires_at, s.last_seen_at + interval '30 minutes'), s.proved_at + interval '5 minutes',
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

-- Proves a live session whose account still has the verified password, and gives it a new token: a copy of the old one ends with it.
-- Answers nothing where the session or the password is not any more what it was.
create function fc.prove_session(p_token_hash bytea, p_verified text, p_next_token_hash bytea) returns table (lasts_s integer)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform from users where id = fc.live_session_user(p_token_hash) and password_hash = p_verified for share;
  if not found then
    return;
  end if;
  return query update auth_sessions set token_hash = p_next_token_hash, proved_at = now(), last_seen_at = now() where token_hash = p_token_hash
    returning extract(epoch from expires_at - now())::integer;
end $$;

do $$
declare
  f regprocedure;
begin
  foreach f in array array['fc.session_actor(bytea)', 'fc.session_detail(bytea)', 'fc.prove_session(bytea,text,bytea)']::regprocedure[] loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to app_rt', f);
    execute format('alter function %s owner to fc_auth', f);
  end loop;
end $$;
