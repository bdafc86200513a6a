-- A key ends with the right of the person who made it: whoever is dismissed, or is no Platform Admin any more, may have kept a copy of each.
-- The first half is explicit, in the change of the membership, so that a later return brings none of them back; the second is asked on every
-- request, for accounts that are disabled and keys of before.
grant create on schema fc to fc_auth;

drop function fc.change_member(uuid, uuid, text, uuid);
create function fc.change_member(p_by uuid, p_user_id uuid, p_role text, p_merchant_id uuid, out status text, out sessions_ended integer, out keys_revoked uuid[])
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  tenant uuid := fc.tid();
  key uuid;
begin
  sessions_ended := 0;
  keys_revoked := '{}';
  -- Every live admin's row, in one order: two admins who demote each other come one after the other, and the second finds what the first did.
  perform from memberships m where m.tenant_id = tenant and m.role = 'platform_admin' and m.ended_at is null order by m.user_id for update;
  if not exists (select from memberships m where m.tenant_id = tenant and m.user_id = p_by and m.role = 'platform_admin' and m.ended_at is null) then
    status := 'not_allowed';
    return;
  end if;
  update memberships m set role = coalesce(p_role, m.role), merchant_id = case when p_role is null then m.merchant_id else p_merchant_id end,
    ended_at = case when p_role is null then now() end
  where m.tenant_id = tenant and m.user_id = p_user_id and m.ended_at is null
    and exists (select from users u where u.id = p_user_id and u.kind = 'person');
  if not found then
    status := 'not_found';
    return;
  end if;
  if not exists (select from memberships m join users u on u.id = m.user_id and u.disabled_at is null and u.kind = 'person'
    where m.tenant_id = tenant and m.role = 'platform_admin' and m.ended_at is null) then
    status := 'last_admin';
    return;
  end if;
  with gone as (
    delete from auth_sessions where user_id = p_user_id and of_tenant = tenant returning expires_at > now() and last_seen_at > now() - interval '30 minutes' as live
  ) select count(*) filter (where live) into sessions_ended from gone;
  if p_role is distinct from 'platform_admin' then
    -- One that is made beside this is not seen here; it opens nothing either, because its maker is asked for on every request.
    for key in select k.id from api_keys k where k.tenant_id = tenant and k.created_by = p_user_id and k.revoked_at is null order by k.id loop
      perform fc.revoke_api_key(key, p_by);
      keys_revoked := keys_revoked || key;
    end loop;
  end if;
  status := 'changed';
end $$;

-- Whether the maker of a key still is a Platform Admin of the company, with an account that is not disabled.
create function fc.may_have_keys(p_tenant uuid, p_user_id uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from memberships m join users u on u.id = m.user_id and u.kind = 'person' and u.disabled_at is null
    where m.tenant_id = p_tenant and m.user_id = p_user_id and m.role = 'platform_admin' and m.ended_at is null)
$$;

create or replace function fc.api_key_actor(p_secret_hash bytea) returns table (
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
  where s.secret_hash = p_secret_hash and fc.may_have_keys(k.tenant_id, k.created_by);
  if not found then
    return;
  end if;
  -- Once a minute is enough to tell a key that is used from one that is not, and spares a write on every read.
  if used is null or used < now() - interval '1 minute' then
    update api_key_secrets s set last_used_at = now() where s.secret_hash = p_secret_hash;
  end if;
  return next;
end $$;

-- Of each key of the signed tenant: when it was last used, to the minute, and whether it opens nothing because of its maker.
drop function fc.api_key_uses();
create function fc.api_key_uses() returns table (key_id uuid, last_used_at timestamptz, stopped boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select s.key_id, s.last_used_at, not fc.may_have_keys(k.tenant_id, k.created_by)
  from api_key_secrets s join api_keys k on k.tenant_id = s.of_tenant and k.id = s.key_id where s.of_tenant = fc.tid()
$$;

do $$
declare
  f regprocedure;
begin
  foreach f in array array['fc.change_member(uuid,uuid,text,uuid)', 'fc.api_key_uses()']::regprocedure[] loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to app_rt', f);
    execute format('alter function %s owner to fc_auth', f);
  end loop;
  revoke all on function fc.may_have_keys(uuid, uuid) from public;
  alter function fc.may_have_keys(uuid, uuid) owner to fc_auth;
end $$;
