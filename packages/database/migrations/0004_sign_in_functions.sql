-- The narrow path before a tenant is known. Each function does one thing and belongs to fc_auth, which is no superuser and may only
-- touch the tables named in 0003 and read tenants, merchants and memberships.

-- Counts a try against every key before the password is looked at, all or none. Answers 0, or how many ms to wait.
-- Below `free` tries a key costs nothing; above, the wait doubles from base_ms up to cap_ms. Tries are forgotten by `free` an hour. It never becomes a lock.
create function fc.reserve_login(keys bytea[], free integer[], base_ms integer[], cap_ms integer[]) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  wait_ms integer := 0;
  taken integer;
begin
  delete from login_throttle where key in (select t.key from login_throttle t where t.last_at < now() - interval '1 day' limit 20 for update skip locked);
  begin
    -- One statement: two tries at once cannot both see the last free place.
    with wanted as (
      select * from unnest(keys, free, base_ms, cap_ms) as w(key, free, base_ms, cap_ms) order by 1
    ), held as (
      insert into login_throttle as t (key, tries, last_at)
      select w.key, 1, clock_timestamp() from wanted w order by w.key
      on conflict (key) do update set
        tries = fc.login_tries(t.tries, t.last_at, (select w.free from wanted w where w.key = t.key)) + 1,
        last_at = clock_timestamp()
      where fc.login_wait_ms(t.tries, t.last_at, (select w.free from wanted w where w.key = t.key),
        (select w.base_ms from wanted w where w.key = t.key), (select w.cap_ms from wanted w where w.key = t.key)) <= 0
      returning 1
    )
    select count(*) into taken from held;
    if taken < cardinality(keys) then
      raise exception 'delayed' using errcode = 'FC001';
    end if;
  exception when sqlstate 'FC001' then
    select coalesce(max(fc.login_wait_ms(t.tries, t.last_at, w.free, w.base_ms, w.cap_ms)), 0) into wait_ms
    from unnest(keys, free, base_ms, cap_ms) as w(key, free, base_ms, cap_ms) join login_throttle t on t.key = w.key;
    -- A wait that ended between the two statements is still a refusal: the try was not counted.
    wait_ms := greatest(wait_ms, 1);
  end;
  return wait_ms;
end $$;

create function fc.login_tries(tries double precision, last_at timestamptz, free integer) returns double precision
language sql volatile set search_path = pg_catalog, pg_temp as $$
  select greatest(0, tries - free * extract(epoch from clock_timestamp() - last_at) / 3600)
$$;

create function fc.login_wait_ms(tries double precision, last_at timestamptz, free integer, base_ms integer, cap_ms integer) returns integer
language sql volatile set search_path = pg_catalog, pg_temp as $$
  -- Rounded up: a try a moment ago counts whole.
  select case when ceil(now_tries) < free then 0
    else ceil(least(cap_ms, base_ms * power(2, least(ceil(now_tries) - free, 20))) - extract(epoch from clock_timestamp() - last_at) * 1000)::integer end
  from fc.login_tries(tries, last_at, free) as n(now_tries)
$$;

-- After a right password: the tries of this account from this source are forgotten, the other keys give their one back.
create function fc.forgive_login(forget bytea[], give_back bytea[], known bytea) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from login_throttle where key = any (forget);
  update login_throttle set tries = greatest(tries - 1, 0) where key = any (give_back);
  insert into login_throttle (key, tries, last_at) values (known, 0, clock_timestamp())
  on conflict (key) do update set last_at = clock_timestamp();
end $$;

-- A try that was counted and never judged, because the server was busy.
create function fc.give_back_login(keys bytea[]) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  update login_throttle set tries = greatest(tries - 1, 0) where key = any (keys)
$$;

-- Whether this account signed in from this source within a day: then strangers who guess at the account do not slow its owner down.
create function fc.is_known_source(known bytea) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from login_throttle where key = known and last_at > now() - interval '1 day')
$$;

create function fc.find_account(p_email text) returns table (user_id uuid, password_hash text, disabled boolean, memberships jsonb)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select u.id, u.password_hash, u.disabled_at is not null,
    coalesce((select jsonb_agg(jsonb_build_object('tenant_id', m.tenant_id, 'role', m.role, 'merchant_id', m.merchant_id, 'display_name', m.display_name) order by t.name)
      from memberships m join tenants t using (tenant_id) where m.user_id = u.id and m.ended_at is null), '[]')
  from users u where u.email = p_email
$$;

-- A hash made with old parameters is replaced at the next right password, if nobody changed it meanwhile.
create function fc.replace_password_hash(p_user_id uuid, p_old text, p_new text) returns boolean
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with changed as (update users set password_hash = p_new where id = p_user_id and password_hash = p_old returning 1)
  select exists (select from changed)
$$;

-- Opens a session for a live membership and ends the one it replaces. Returns when it ends at the latest; null if there is no membership.
create function fc.open_session(p_token_hash bytea, p_id uuid, p_user_id uuid, p_tenant_id uuid, p_replaces bytea, p_lasts interval) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  ends timestamptz := now() + p_lasts;
begin
  delete from auth_sessions where user_id = p_user_id and (expires_at < now() or token_hash = p_replaces);
  insert into auth_sessions (token_hash, id, user_id, of_tenant, expires_at)
  select p_token_hash, p_id, u.id, m.tenant_id, ends from users u join memberships m on m.user_id = u.id
  where u.id = p_user_id and u.disabled_at is null and m.tenant_id = p_tenant_id and m.ended_at is null;
  if not found then
    return null;
  end if;
  return ends;
end $$;

create function fc.end_session(p_token_hash bytea) returns boolean
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with ended as (delete from auth_sessions where token_hash = p_token_hash returning 1)
  select exists (select from ended)
$$;

-- Who a session token belongs to, read anew on every request: role, merchant and membership count as they are now.
create function fc.session_actor(p_token_hash bytea) returns table (
  session_id uuid, user_id uuid, tenant_id uuid, role text, merchant_id uuid, display_name text, expires_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  seen timestamptz;
begin
  select s.id, s.user_id, s.of_tenant, m.role, m.merchant_id, m.display_name, least(s.expires_at, s.last_seen_at + interval '30 minutes'), s.last_seen_at
  into session_id, user_id, tenant_id, role, merchant_id, display_name, expires_at, seen
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

-- What the portal shows about the signed-in person: the account, this tenant, this merchant, and the memberships to choose from.
create function fc.session_detail(p_token_hash bytea) returns table (
  email text, expires_at timestamptz, tenant jsonb, merchant jsonb, memberships jsonb)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select u.email, least(s.expires_at, s.last_seen_at + interval '30 minutes'),
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

-- For the owner alone: the seed and, later, the invitation of members.
create function fc.create_account(p_id uuid, p_email text, p_password_hash text) returns uuid
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  insert into users (id, email, password_hash) values (p_id, lower(p_email), p_password_hash)
  on conflict (email) do update set email = excluded.email returning id
$$;

revoke all on function fc.reserve_login(bytea[], integer[], integer[], integer[]), fc.login_wait_ms(double precision, timestamptz, integer, integer, integer),
  fc.login_tries(double precision, timestamptz, integer),
  fc.forgive_login(bytea[], bytea[], bytea), fc.give_back_login(bytea[]), fc.is_known_source(bytea), fc.find_account(text), fc.replace_password_hash(uuid, text, text),
  fc.open_session(bytea, uuid, uuid, uuid, bytea, interval), fc.end_session(bytea), fc.session_actor(bytea), fc.session_detail(bytea),
  fc.create_account(uuid, text, text) from public;
do $$
declare
  f regprocedure;
begin
  foreach f in array array['fc.reserve_login(bytea[],integer[],integer[],integer[])', 'fc.forgive_login(bytea[],bytea[],bytea)', 'fc.give_back_login(bytea[])', 'fc.is_known_source(bytea)',
    'fc.find_account(text)', 'fc.replace_password_hash(uuid,text,text)', 'fc.open_session(bytea,uuid,uuid,uuid,bytea,interval)', 'fc.end_session(bytea)',
    'fc.session_actor(bytea)', 'fc.session_detail(bytea)']::regprocedure[] loop
    execute format('grant execute on function %s to app_rt', f);
    execute format('alter function %s owner to fc_auth', f);
  end loop;
  alter function fc.create_account(uuid, text, text) owner to fc_auth;
  execute format('grant execute on function fc.create_account(uuid, text, text) to %I', current_user);
  grant execute on function fc.login_wait_ms(double precision, timestamptz, integer, integer, integer), fc.login_tries(double precision, timestamptz, integer) to fc_auth;
end $$;
