-- What a person does with an account: change its password, see its sessions, end them all. Each function starts from the token of a live
-- session, so that nobody's account can be named. All belong to fc_auth, as those of 0004 do.
grant create on schema fc to fc_auth;

-- The account of a live session; alive is what session_actor (0004) calls so.
create function fc.live_session_user(p_token_hash bytea) returns uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select s.user_id from auth_sessions s
  join users u on u.id = s.user_id and u.disabled_at is null
  join memberships m on m.tenant_id = s.of_tenant and m.user_id = s.user_id and m.ended_at is null
  where s.token_hash = p_token_hash and s.expires_at > now() and s.last_seen_at > now() - interval '30 minutes'
$$;

-- Sets a new password where the old one is still the verified one, gives this session a new token and ends every other session of the
-- account. Answers nothing where the session or the password is not any more what it was.
create function fc.change_password(p_token_hash bytea, p_old text, p_new text, p_next_token_hash bytea) returns table (lasts_s integer, ended integer)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  account uuid := fc.live_session_user(p_token_hash);
begin
  -- The account's row first: a sign-in that verified the old password waits for it (open_session below), or its session is ended here.
  update users set password_hash = p_new where id = account and password_hash = p_old;
  if not found then
    return;
  end if;
  update auth_sessions set token_hash = p_next_token_hash, last_seen_at = now() where token_hash = p_token_hash
  returning extract(epoch from expires_at - now())::integer into lasts_s;
  if not found then
    -- Signed out while the password was hashed: nothing is changed for a session that is over.
    raise exception 'the session has ended' using errcode = 'FC002';
  end if;
  with gone as (
    delete from auth_sessions where user_id = account and token_hash <> p_next_token_hash
    returning expires_at > now() and last_seen_at > now() - interval '30 minutes' as live
  ) select count(*) filter (where live) into ended from gone;
  return next;
end $$;

-- The live sessions of the account that this token belongs to, the latest seen first.
create function fc.account_sessions(p_token_hash bytea) returns table (id uuid, started_at timestamptz, last_seen_at timestamptz, current boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select s.id, s.created_at, s.last_seen_at, s.token_hash = p_token_hash from auth_sessions s
  join memberships m on m.tenant_id = s.of_tenant and m.user_id = s.user_id and m.ended_at is null
  where s.user_id = fc.live_session_user(p_token_hash) and s.expires_at > now() and s.last_seen_at > now() - interval '30 minutes'
  order by s.token_hash = p_token_hash desc, s.last_seen_at desc, s.id limit 100
$$;

-- Ends every session of the account that this token belongs to, this one too. Answers how many were alive.
create function fc.end_account_sessions(p_token_hash bytea) returns integer
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with gone as (
    delete from auth_sessions where user_id = fc.live_session_user(p_token_hash)
    returning expires_at > now() and last_seen_at > now() - interval '30 minutes' as live
  ) select count(*) filter (where live)::integer from gone
$$;

-- As in 0004, and only while the password is the one that was verified: else a sign-in with the old password that began before a change
-- would outlive it.
drop function fc.open_session(bytea, uuid, uuid, uuid, bytea, interval);
create function fc.open_session(p_token_hash bytea, p_id uuid, p_user_id uuid, p_tenant_id uuid, p_replaces bytea, p_lasts interval, p_verified text) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  ends timestamptz := now() + p_lasts;
begin
  perform from users where id = p_user_id and disabled_at is null and password_hash = p_verified for share;
  if not found then
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
  foreach f in array array['fc.live_session_user(bytea)', 'fc.change_password(bytea,text,text,bytea)', 'fc.account_sessions(bytea)', 'fc.end_account_sessions(bytea)',
    'fc.open_session(bytea,uuid,uuid,uuid,bytea,interval,text)']::regprocedure[] loop
    execute format('revoke all on function %s from public', f);
    -- The first is for the others alone, which run as fc_auth.
    if f <> 'fc.live_session_user(bytea)'::regprocedure then
      execute format('grant execute on function %s to app_rt', f);
    end if;
    execute format('alter function %s owner to fc_auth', f);
  end loop;
end $$;
