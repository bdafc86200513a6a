-- A person who left can be erased: the audit names people by id alone, so its chain holds, and what an id stands for becomes a pseudonym
-- (docs/decisions/0009).
grant create on schema fc to fc_auth;

alter table memberships add column erased_at timestamptz;
-- Who is a member again is a person again: joining clears it.
alter table memberships add constraint memberships_erased_ended check (erased_at is null or ended_at is not null);
grant update (email, display_name, revoked_at) on account_links to fc_auth;

-- What stands for a person: made of the id, so that it is the same wherever the id was met, and of nothing else.
create function fc.erased_name(p_user_id uuid) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select 'Erased person ' || left(encode(sha256(convert_to(p_user_id::text, 'UTF8')), 'hex'), 8)
$$;
create function fc.erased_email(p_user_id uuid) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_user_id::text || '@erased.invalid'
$$;

-- As in 0015, and joining again ends an erasure.
create or replace function fc.use_link(p_token_hash bytea, p_account_id uuid, p_verified text, p_new_hash text) returns integer
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
    -- The account's row is held by whoever joins a company with it and by whoever recovers or erases it, so that none misses the other.
    perform from users u where u.id = p_account_id and u.disabled_at is null
      and case link.purpose when 'invite' then u.email = link.email and u.password_hash = p_verified else u.id = link.user_id end for update;
    if not found then
      return null;
    end if;
  end if;
  if link.purpose = 'invite' then
    insert into memberships as m (tenant_id, user_id, role, merchant_id, display_name)
    values (link.tenant_id, p_account_id, link.role, link.merchant_id, link.display_name)
    on conflict (tenant_id, user_id) do update set role = excluded.role, merchant_id = excluded.merchant_id, display_name = excluded.display_name, ended_at = null, erased_at = null
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

-- As in 0019, and of an erased member neither address nor account: whether the account lives on for another company is not told.
drop function fc.list_members();
create function fc.list_members() returns table (
  user_id uuid, email text, display_name text, role text, merchant_id uuid, merchant_name text, state text, created_at timestamptz, ended_at timestamptz, erased_at timestamptz, last_seen_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select m.user_id, case when m.erased_at is null then u.email else fc.erased_email(u.id) end, m.display_name, m.role, m.merchant_id, c.name,
    case when m.ended_at is not null then 'ended' when u.disabled_at is not null then 'disabled' else 'active' end, m.created_at, m.ended_at, m.erased_at,
    (select max(s.last_seen_at) from auth_sessions s where s.user_id = m.user_id and s.of_tenant = m.tenant_id)
  from memberships m join users u on u.id = m.user_id and u.kind = 'person' left join merchants c on c.tenant_id = m.tenant_id and c.id = m.merchant_id
  where m.tenant_id = fc.tid()
  order by m.ended_at is not null, m.display_name, m.user_id limit 1000
$$;

-- Erases an ended member of the signed tenant: name and links here, and the account itself once no company has the person any more, live or
-- ended and not erased. Answers erased, already, not_found, not_allowed (p_by is no Platform Admin any more) or not_ended; only the first changed anything.
create function fc.erase_member(p_by uuid, p_user_id uuid, out status text, out links_blanked integer)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $erase$
declare
  tenant uuid := fc.tid();
  member record;
begin
  links_blanked := 0;
  if not exists (select from memberships m where m.tenant_id = tenant and m.user_id = p_by and m.role = 'platform_admin' and m.ended_at is null) then
    status := 'not_allowed';
    return;
  end if;
  if not exists (select from memberships m where m.tenant_id = tenant and m.user_id = p_user_id) then
    status := 'not_found';
    return;
  end if;
  -- The account's row is held by whoever joins a company with it, and by two companies that erase the same person at once: the second sees the first.
  perform from users u where u.id = p_user_id and u.kind = 'person' for update;
  if not found then
    status := 'not_found';
    return;
  end if;
  select m.ended_at, m.erased_at, u.email into member from memberships m join users u on u.id = m.user_id where m.tenant_id = tenant and m.user_id = p_user_id;
  if member.ended_at is null then
    status := 'not_ended';
    return;
  elsif member.erased_at is not null then
    status := 'already';
    return;
  end if;
  update memberships set display_name = fc.erased_name(p_user_id), erased_at = now() where tenant_id = tenant and user_id = p_user_id;
  update account_links set email = fc.erased_email(p_user_id), display_name = case when display_name is not null then fc.erased_name(p_user_id) end,
    revoked_at = case when used_at is null then coalesce(revoked_at, now()) end
  where tenant_id = tenant and (email = member.email or user_id = p_user_id or used_by = p_user_id);
  get diagnostics links_blanked = row_count;
  if not exists (select from memberships m where m.user_id = p_user_id and m.erased_at is null) then
    delete from auth_sessions where user_id = p_user_id;
    delete from recovery_codes where user_id = p_user_id;
    delete from account_factors where user_id = p_user_id;
    -- In the form of a hash, so that a try at it takes as long as any other; the hash of no password, and the account is disabled.
    update users set email = fc.erased_email(p_user_id), password_hash = '$argon2id$v=19$m=65536,t=3,p=1$' || repeat('A', 22) || '$' || repeat('A', 43), disabled_at = coalesce(disabled_at, now()) where id = p_user_id;
  end if;
  status := 'erased';
end $erase$;

revoke all on function fc.erased_name(uuid), fc.erased_email(uuid) from public;
grant execute on function fc.erased_name(uuid), fc.erased_email(uuid) to fc_auth;
do $$
declare
  f regprocedure;
begin
  foreach f in array array['fc.use_link(bytea,uuid,text,text)', 'fc.list_members()', 'fc.erase_member(uuid,uuid)']::regprocedure[] loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to app_rt', f);
    execute format('alter function %s owner to fc_auth', f);
  end loop;
end $$;
