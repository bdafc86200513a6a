-- Roles, the signed tenant context, and the policies that every tenant table gets.
-- The owner runs migrations. app_rt serves requests, app_worker serves jobs; both own nothing and cannot pass row-level security.
-- fc_definer and fc_auth own the few functions that run with more rights than their caller; nobody logs in as them.
do $$
declare
  wanted record;
  one text;
begin
  for wanted in select * from (values
    ('app_rt', 'login'), ('app_worker', 'login'), ('fc_definer', 'nologin'), ('fc_auth', 'nologin')
  ) as r(name, login) loop
    begin
      execute format('create role %I %s nosuperuser nobypassrls noinherit nocreatedb nocreaterole noreplication', wanted.name, wanted.login);
    exception
      -- Roles belong to the cluster: another database of it may have made them, even in this moment.
      when duplicate_object or unique_violation then null;
    end;
  end loop;
  -- To hand functions over to them; taken back in the last step of the migrator.
  execute format('grant fc_definer, fc_auth to %I', current_user);
  -- Settings of a database and role hold behind any pooler, where a session cannot set its own.
  foreach one in array array['app_rt', 'app_worker'] loop
    execute format('alter role %I in database %I set timezone = ''UTC''', one, current_database());
    execute format('alter role %I in database %I set statement_timeout = ''10s''', one, current_database());
    execute format('alter role %I in database %I set lock_timeout = ''5s''', one, current_database());
    execute format('alter role %I in database %I set idle_in_transaction_session_timeout = ''15s''', one, current_database());
  end loop;
end $$;

create schema fc;
grant create on schema fc to fc_definer, fc_auth;
revoke all on schema public from public;
grant usage on schema public, fc to app_rt, app_worker, fc_definer, fc_auth;

-- The key that signs the tenant context, kept as the two padded halves of HMAC-SHA256, because PostgreSQL has sha256() but no hmac() of its own.
create table fc.tenant_key (
  only_row boolean primary key default true check (only_row),
  inner_pad bytea not null check (octet_length(inner_pad) = 64),
  outer_pad bytea not null check (octet_length(outer_pad) = 64)
);
comment on column fc.tenant_key.inner_pad is 'secret: signs the tenant context';
comment on column fc.tenant_key.outer_pad is 'secret: signs the tenant context';
grant select on fc.tenant_key to fc_definer;

-- The tenant of this transaction: null without a context, an error with a forged or expired one.
-- fc.tenant is `tenant|expiry in unix seconds|HMAC-SHA256 of the two in hex`, so injected SQL that overwrites it gets nowhere.
create function fc.tid() returns uuid language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
declare
  context text := current_setting('fc.tenant', true);
  parts text[];
  key record;
begin
  -- After COMMIT a setting made with SET LOCAL reads as '' on the same connection.
  if context is null or context = '' then
    return null;
  end if;
  parts := string_to_array(context, '|');
  select inner_pad, outer_pad into key from fc.tenant_key;
  if not found or cardinality(parts) <> 3
    or encode(sha256(key.outer_pad || sha256(key.inner_pad || convert_to(parts[1] || '|' || parts[2], 'UTF8'))), 'hex') <> parts[3]
    or to_timestamp(parts[2]::bigint) < clock_timestamp()
  then
    raise exception 'tenant context refused' using errcode = '42501';
  end if;
  return parts[1]::uuid;
end $$;
revoke all on function fc.tid() from public;
grant execute on function fc.tid() to app_rt, app_worker, fc_definer, fc_auth;
alter function fc.tid() owner to fc_definer;
-- After the change of owner: it would have turned the old owner's own right into the new one's.
grant execute on function fc.tid() to current_user;

-- Row-level security of a table of tenants' rows, forced on its owner too. The permissive policy reads the name in the context and costs
-- next to nothing; the restrictive one checks its signature, and no permissive policy added later can widen it.
create procedure fc.protect(target regclass, auth_reads boolean default false) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy tenant_named on %s as permissive for all to public'
    ' using (tenant_id = nullif(split_part(current_setting(''fc.tenant'', true), ''|'', 1), '''')::uuid)'
    ' with check (tenant_id = nullif(split_part(current_setting(''fc.tenant'', true), ''|'', 1), '''')::uuid)', target);
  if auth_reads then
    -- Before sign-in there is no tenant: the functions of fc_auth look a session or an account up across tenants, and only read.
    execute format('create policy auth_lookup on %s as permissive for select to fc_auth using (true)', target);
    execute format('grant select on %s to fc_auth', target);
    execute format(
      'create policy tenant_signed on %s as restrictive for all to public'
      ' using (tenant_id = (select fc.tid()) or (select current_user) = ''fc_auth'')'
      ' with check (tenant_id = (select fc.tid()))', target);
  else
    execute format(
      'create policy tenant_signed on %s as restrictive for all to public'
      ' using (tenant_id = (select fc.tid())) with check (tenant_id = (select fc.tid()))', target);
  end if;
end $$;
revoke all on procedure fc.protect(regclass, boolean) from public;

-- Rows that record what happened are never changed, by nobody.
create function fc.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '% of % is refused: its rows are a record', tg_op, tg_table_name using errcode = '42501';
end $$;
revoke all on function fc.refuse_change() from public;

create procedure fc.freeze(target regclass) language plpgsql as $$
begin
  execute format('create trigger frozen_rows before update or delete on %s for each row execute function fc.refuse_change()', target);
  execute format('create trigger frozen_table before truncate on %s for each statement execute function fc.refuse_change()', target);
end $$;
revoke all on procedure fc.freeze(regclass) from public;

-- Readiness compares it with the code's own list.
grant select on flowclaw_migrations to app_rt;
