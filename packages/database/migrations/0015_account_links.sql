-- Single-use links, by which a Platform Admin invites a member or gives one a new password, and what a Platform Admin changes of memberships.
grant create on schema fc to fc_auth;

create table account_links (
  tenant_id uuid not null references tenants,
  id uuid not null,
  token_hash bytea not null check (octet_length(token_hash) = 32),
  purpose text not null check (purpose in ('invite', 'recovery')),
  email text not null check (email = lower(email) and email like '%_@_%'),
  -- an invitation's membership
  role text check (role in ('platform_admin', 'desk_operator', 'merchant_client', 'settlement_agent')),
  merchant_id uuid,
  display_name text check (display_name <> ''),
  -- a recovery's account
  user_id uuid,
  -- null where it was made on the server itself, with the first admin of a company
  made_by uuid,
  made_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  used_by uuid,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, token_hash),
  foreign key (tenant_id, merchant_id) references merchants,
  check (case purpose when 'invite' then role is not null and display_name is not null and user_id is null and (role = 'merchant_client') = (merchant_id is not null)
    else user_id is not null and role is null and merchant_id is null and display_name is null end),
  check ((used_at is null) = (used_by is null)),
  check (used_at is null or revoked_at is null)
);
comment on column account_links.token_hash is 'secret: SHA-256 of a single-use link';
create index account_links_by_token on account_links (token_hash);
create index account_links_by_email on account_links (tenant_id, email);
call fc.protect('account_links', auth_reads => true);
-- The serving role makes and revokes links; it can neither read a hash back nor mark one as used.
grant select (tenant_id, id, purpose, email, role, merchant_id, display_name, user_id, made_by, made_at, expires_at, used_at, used_by, revoked_at) on account_links to app_rt;
grant insert, update (revoked_at) on account_links to app_rt;
-- fc_auth writes under the signed tenant alone, as everyone does: of every tenant it may only read.
grant update (used_at, used_by) on account_links to fc_auth;
grant insert, update on memberships to fc_auth;

-- The link of a token while it can be used: not used, not revoked, not over, and its maker still a Platform Admin there. With the account of
-- its address, whether or not the account has anything to do with this company.
create function fc.find_link(p_token_hash bytea) returns table (
  tenant_id uuid, id uuid, purpose text, tenant_name text, email text, role text, merchant_id uuid, expires_at timestamptz, account_id uuid, password_hash text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select l.tenant_id, l.id, l.purpose, t.name, l.email, coalesce(l.role, m.role), coalesce(l.merchant_id, m.merchant_id), l.expires_at, u.id, u.password_hash
  from account_links l join tenants t on t.tenant_id = l.tenant_id
  left join users u on case when l.user_id is null then u.email = l.email else u.id = l.user_id end
  left join memberships m on m.tenant_id = l.tenant_id and m.user_id = u.id and m.ended_at is null
  where l.token_hash = p_token_hash and l.used_at is null and l.revoked_at is null and l.expires_at > now()
    and (l.purpose = 'invite' or m.user_id is not null)
    and (l.made_by is null or exists (select from memberships a join users au on au.id = a.user_id and au.disabled_at is null
      where a.tenant_id = l.tenant_id and a.user_id = l.made_by and a.role = 'platform_admin' and a.ended_at is null))
$$;

-- Uses a link up, in the signed tenant: answers how many sessions that ended, or null where it cannot be used (any more).
-- An invitation makes the account where p_verified is null, or else gives a membership to the account whose password p_verified is.
-- A recovery replaces the password and ends every session, of an account that works for this company alone: else a Platform Admin of one
-- company could take over what the same person does in another (docs/decisions/0007).
create function fc.use_link(p_token_hash bytea, p_account_id uuid, p_verified text, p_new_hash text) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  link record;
  ended integer := 0;
begin
  -- One of many at once gets the row; the others wait for it and find it used.
  perform from account_links l where l.tenant_id = fc.tid() and l.token_hash = p_token_hash and l.used_at is null and l.revoked_at is null for update;
  if not found then
    return null;
  end if;
  select l.* into link from account_links l join fc.find_link(p_token_hash) f on f.tenant_id = l.tenant_id and f.id = l.id where l.tenant_id = fc.tid();
  if not found then
    return null;
  end if;
  if link.purpose = 'invite' and p_verified is null then
    insert into users (id, email, password_hash) values (p_account_id, link.email, p_new_hash);
  else
    -- The account's row is held by whoever joins a company with it and by whoever recovers it, so that neither misses the other.
    perform from users u where u.id = p_account_id and u.disabled_at is null
      and case link.purpose when 'invite' then u.email = link.email and u.password_hash = p_verified else u.id = link.user_id end for update;
    if not found then
      return null;
    end if;
  end if;
  if link.purpose = 'invite' then
    insert into memberships as m (tenant_id, user_id, role, merchant_id, display_name)
    values (link.tenant_id, p_account_id, link.role, link.merchant_id, link.display_name)
    on conflict (tenant_id, user_id) do update set role = excluded.role, merchant_id = excluded.merchant_id, display_name = excluded.display_name, ended_at = null
    where m.ended_at is not null;
    if not found then
      return null;
    end if;
  else
    if exists (select from memberships m where m.user_id = p_account_id and m.tenant_id <> link.tenant_id and m.ended_at is null) then
      return null;
    end if;
    update users set password_hash = p_new_hash where id = p_account_id;
    with gone as (
      delete from auth_sessions where user_id = p_account_id returning expires_at > now() and last_seen_at > now() - interval '30 minutes' as live
    ) select count(*) filter (where live) into ended from gone;
  end if;
  update account_links set used_at = now(), used_by = p_account_id where tenant_id = link.tenant_id and id = link.id;
  return ended;
end $$;

-- The members of the signed tenant, ended ones too, with what only sign-in knows of them: the address, whether the account is disabled, and
-- when one of its kept sessions here was last seen (to the minute; null where none is kept).
create function fc.list_members() returns table (
  user_id uuid, email text, display_name text, role text, merchant_id uuid, merchant_name text, state text, created_at timestamptz, ended_at timestamptz, last_seen_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select m.user_id, u.email, m.display_name, m.role, m.merchant_id, c.name,
    case when m.ended_at is not null then 'ended' when u.disabled_at is not null then 'disabled' else 'active' end, m.created_at, m.ended_at,
    (select max(s.last_seen_at) from auth_sessions s where s.user_id = m.user_id and s.of_tenant = m.tenant_id)
  from memberships m join users u on u.id = m.user_id left join merchants c on c.tenant_id = m.tenant_id and c.id = m.merchant_id
  where m.tenant_id = fc.tid()
  order by m.ended_at is not null, m.display_name, m.user_id limit 1000
$$;

-- Gives a member of the signed tenant another role, or ends the membership (p_role null), and ends that member's sessions here.
-- Answers changed, not_found, not_allowed (p_by is no Platform Admin any more) or last_admin; all but the first must be rolled back.
create function fc.change_member(p_by uuid, p_user_id uuid, p_role text, p_merchant_id uuid, out status text, out sessions_ended integer)
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
  where m.tenant_id = tenant and m.user_id = p_user_id and m.ended_at is null;
  if not found then
    status := 'not_found';
    return;
  end if;
  if not exists (select from memberships m join users u on u.id = m.user_id and u.disabled_at is null
    where m.tenant_id = tenant and m.role = 'platform_admin' and m.ended_at is null) then
    status := 'last_admin';
    return;
  end if;
  with gone as (
    delete from auth_sessions where user_id = p_user_id and of_tenant = tenant returning expires_at > now() and last_seen_at > now() - interval '30 minutes' as live
  ) select count(*) filter (where live) into sessions_ended from gone;
  status := 'changed';
end $$;

do $$
declare
  f regprocedure;
begin
  foreach f in array array['fc.find_link(bytea)', 'fc.use_link(bytea,uuid,text,text)', 'fc.list_members()', 'fc.change_member(uuid,uuid,text,uuid)']::regprocedure[] loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to app_rt', f);
    execute format('alter function %s owner to fc_auth', f);
  end loop;
end $$;
