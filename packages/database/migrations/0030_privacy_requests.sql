-- What a person may ask about the data that is held of the person: a copy, a correction, an erasure; and what the account itself holds, for the copy.
grant create on schema fc to fc_auth;

create table privacy_requests (
  tenant_id uuid not null references tenants,
  id uuid not null,
  user_id uuid not null,
  kind text not null check (kind in ('copy', 'correction', 'erasure')),
  note text check (char_length(note) between 1 and 500),
  state text not null default 'open' check (state in ('open', 'done', 'refused')),
  requested_at timestamptz not null default now(),
  due_at timestamptz not null default now() + interval '720 hours',
  answered_at timestamptz,
  answered_by uuid,
  refusal text check (refusal in ('identity_unproved', 'law_keeps_it', 'nothing_wrong', 'not_ours', 'withdrawn', 'person_erased')),
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references memberships,
  foreign key (tenant_id, answered_by) references memberships,
  -- thirty days, in hours: days would be longer where the clocks change
  check (due_at = requested_at + interval '720 hours'),
  check ((state = 'open') = (answered_at is null)),
  check ((answered_at is null) = (answered_by is null)),
  check ((state = 'refused') = (refusal is not null))
);
call fc.protect('privacy_requests');
create unique index privacy_requests_one_open on privacy_requests (tenant_id, user_id, kind) where state = 'open';
-- Ids rise with the time, and so does what is due.
create index privacy_requests_by_state on privacy_requests (tenant_id, (state = 'open'), id);
create index privacy_requests_by_user on privacy_requests (tenant_id, user_id);
grant select on privacy_requests to app_rt;
grant insert (tenant_id, id, user_id, kind, note) on privacy_requests to app_rt;
grant update (state, answered_at, answered_by, refusal) on privacy_requests to app_rt;
grant select, update (note, state, answered_at, answered_by, refusal) on privacy_requests to fc_auth;

-- A request is answered once, by whoever is first; what was asked is never changed. An erasure takes the note away, whatever the state.
create function fc.keep_privacy_request() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (new.tenant_id, new.id, new.user_id, new.kind, new.requested_at, new.due_at) is distinct from (old.tenant_id, old.id, old.user_id, old.kind, old.requested_at, old.due_at)
    or (new.note is distinct from old.note and new.note is not null) then
    raise exception 'a privacy request is not changed' using errcode = '42501';
  end if;
  if old.state <> 'open' and (new.state, new.answered_at, new.answered_by, new.refusal) is distinct from (old.state, old.answered_at, old.answered_by, old.refusal) then
    raise exception 'a privacy request is answered once' using errcode = '42501';
  end if;
  -- An erasure is done by fc.erase_member alone, never by saying so.
  if old.state = 'open' and new.state = 'done' and new.kind = 'erasure'
    and not exists (select from public.memberships m where m.tenant_id = new.tenant_id and m.user_id = new.user_id and m.erased_at is not null) then
    raise exception 'the person is not erased' using errcode = '42501';
  end if;
  return new;
end $$;
revoke all on function fc.keep_privacy_request() from public;
create trigger kept before update on privacy_requests for each row execute function fc.keep_privacy_request();

-- One member of the signed tenant, live or ended. The list below ends at a thousand; a look for one must not.
create function fc.read_member(p_user_id uuid) returns table (
  user_id uuid, email text, display_name text, role text, merchant_id uuid, merchant_name text, state text, created_at timestamptz, ended_at timestamptz, erased_at timestamptz, last_seen_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select m.user_id, case when m.erased_at is null then u.email else fc.erased_email(u.id) end, m.display_name, m.role, m.merchant_id, c.name,
    case when m.ended_at is not null then 'ended' when u.disabled_at is not null then 'disabled' else 'active' end, m.created_at, m.ended_at, m.erased_at,
    (select max(s.last_seen_at) from auth_sessions s where s.user_id = m.user_id and s.of_tenant = m.tenant_id)
  from memberships m join users u on u.id = m.user_id and u.kind = 'person' left join merchants c on c.tenant_id = m.tenant_id and c.id = m.merchant_id
  where m.tenant_id = fc.tid() and m.user_id = p_user_id
$$;

-- The live member of an address. It looks through the members of the signed tenant and never for the address among all accounts, so that how long
-- it takes says nothing about an account elsewhere.
create function fc.live_member_of_address(p_email text) returns uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with members as materialized (
    select m.user_id, (select u.email from users u where u.id = m.user_id and u.kind = 'person') as email from memberships m where m.tenant_id = fc.tid() and m.ended_at is null
  ) select user_id from members where email = p_email
$$;

-- What the account of a live session holds of its person, nothing that proves who it is.
create function fc.own_account(p_token_hash bytea) returns table (
  id uuid, email text, created_at timestamptz, second_factor_begun_at timestamptz, second_factor_enrolled_at timestamptz, recovery_codes_left integer, recovery_codes_used integer)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select u.id, u.email, u.created_at, f.begun_at, f.enrolled_at,
    (select count(*)::integer from recovery_codes c where c.user_id = u.id and c.used_at is null), (select count(*)::integer from recovery_codes c where c.user_id = u.id and c.used_at is not null)
  from users u left join account_factors f on f.user_id = u.id
  where u.id = fc.live_session_user(p_token_hash)
$$;

-- Every session of the account that is kept, also where it is over, the latest seen first.
create function fc.own_sessions(p_token_hash bytea) returns table (
  id uuid, of_tenant uuid, started_at timestamptz, last_seen_at timestamptz, proved_at timestamptz, expires_at timestamptz, current boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select s.id, s.of_tenant, s.created_at, s.last_seen_at, s.proved_at, s.expires_at, s.token_hash = p_token_hash
  from auth_sessions s where s.user_id = fc.live_session_user(p_token_hash) order by s.last_seen_at desc, s.id
$$;

-- As in 0022, and it answers the person's privacy requests here: the erasure that was asked for is done, nothing else can be any more; their notes go.
drop function fc.erase_member(uuid, uuid);
create function fc.erase_member(p_by uuid, p_user_id uuid, out status text, out links_blanked integer, out requests_closed integer)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $erase$
declare
  tenant uuid := fc.tid();
  member record;
begin
  links_blanked := 0;
  requests_closed := 0;
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
  update privacy_requests set state = case kind when 'erasure' then 'done' else 'refused' end, refusal = case kind when 'erasure' then null else 'person_erased' end, answered_at = now(), answered_by = p_by
  where tenant_id = tenant and user_id = p_user_id and state = 'open';
  get diagnostics requests_closed = row_count;
  update privacy_requests set note = null where tenant_id = tenant and user_id = p_user_id and note is not null;
  if not exists (select from memberships m where m.user_id = p_user_id and m.erased_at is null) then
    delete from auth_sessions where user_id = p_user_id;
    delete from recovery_codes where user_id = p_user_id;
    delete from account_factors where user_id = p_user_id;
    -- In the form of a hash, so that a try at it takes as long as any other; the hash of no password, and the account is disabled.
    update users set email = fc.erased_email(p_user_id), password_hash = '$argon2id$v=19$m=65536,t=3,p=1$' || repeat('A', 22) || '$' || repeat('A', 43), disabled_at = coalesce(disabled_at, now()) where id = p_user_id;
  end if;
  status := 'erased';
end $erase$;

do $$
declare
  f regprocedure;
begin
  foreach f in array array['fc.read_member(uuid)', 'fc.live_member_of_address(text)', 'fc.own_account(bytea)', 'fc.own_sessions(bytea)', 'fc.erase_member(uuid,uuid)']::regprocedure[] loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to app_rt', f);
    execute format('alter function %s owner to fc_auth', f);
  end loop;
end $$;
