-- A browser from which somebody signed in to an account is known by a cookie of its own, and no longer by its network: strangers who guess at the
-- account, from next door too, do not slow it down. Only a hash of address and cookie stands here.
create table known_devices (
  key bytea primary key check (octet_length(key) = 32),
  last_at timestamptz not null
);
create index known_devices_by_age on known_devices (last_at);
alter table known_devices enable row level security;
alter table known_devices force row level security;
create policy auth_only on known_devices to fc_auth using (true) with check (true);
grant select, insert, update, delete on known_devices to fc_auth;
grant create on schema fc to fc_auth;

drop function fc.is_known_source(bytea);
create function fc.is_known_device(p_key bytea) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from known_devices where key = p_key and last_at > now() - interval '90 days')
$$;

-- After a right proof: forgets the tries at the account from here, gives the others back, and keeps the device, where there is one, for 90 days.
create or replace function fc.forgive_login(forget bytea[], give_back bytea[], known bytea) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from login_throttle where key = any (forget);
  update login_throttle set tries = greatest(tries - 1, 0) where key = any (give_back);
  if known is not null then
    delete from known_devices where key in (select d.key from known_devices d where d.last_at < now() - interval '90 days' limit 20 for update skip locked);
    insert into known_devices (key, last_at) values (known, clock_timestamp()) on conflict (key) do update set last_at = clock_timestamp();
  end if;
end $$;

do $$
begin
  revoke all on function fc.is_known_device(bytea) from public;
  grant execute on function fc.is_known_device(bytea) to app_rt;
  alter function fc.is_known_device(bytea) owner to fc_auth;
end $$;
