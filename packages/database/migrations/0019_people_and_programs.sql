-- Members are people. A program (0017) has a membership too, but is listed, changed and ended as an API key, and is never the admin that a
-- company may not lose.
grant create on schema fc to fc_auth;

create or replace function fc.list_members() returns table (
  user_id uuid, email text, display_name text, role text, merchant_id uuid, merchant_name text, state text, created_at timestamptz, ended_at timestamptz, last_seen_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select m.user_id, u.email, m.display_name, m.role, m.merchant_id, c.name,
    case when m.ended_at is not null then 'ended' when u.disabled_at is not null then 'disabled' else 'active' end, m.created_at, m.ended_at,
    (select max(s.last_seen_at) from auth_sessions s where s.user_id = m.user_id and s.of_tenant = m.tenant_id)
  from memberships m join users u on u.id = m.user_id and u.kind = 'person' left join merchants c on c.tenant_id = m.tenant_id and c.id = m.merchant_id
  where m.tenant_id = fc.tid()
  order by m.ended_at is not null, m.display_name, m.user_id limit 1000
$$;

-- Gives a member of the signed tenant another role, or ends the membership (p_role null), and ends that member's sessions here.
-- Answers changed, not_found, not_allowed (p_by is no Platform Admin any more) or last_admin; all but the first must be rolled back.
create or replace function fc.change_member(p_by uuid, p_user_id uuid, p_role text, p_merchant_id uuid, out status text, out sessions_ended integer)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  tenant uuid := fc.tid();
begin
  sessions_ended := 0;
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
  status := 'changed';
end $$;
