-- When a browser stops being known. It gets a new device cookie at every sign-in, and the one that it came with is forgotten, so that a copy of it is
-- worth nothing from then on. And what stands here is bound to the password and the second factor of the account: whoever signed in with a stolen
-- password is a stranger again as soon as either changes, without a list of whose browsers these are. Rows of before are of that kind too; they age out.
grant create on schema fc to fc_auth;

-- What stands in known_devices for a browser of this account; null where there is no such account.
create function fc.device_row(p_key bytea, p_email text) returns bytea
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select sha256(p_key || convert_to(u.password_hash, 'UTF8') || coalesce(f.totp_secret, ''::bytea))
  from users u left join account_factors f on f.user_id = u.id and f.enrolled_at is not null where u.email = p_email
$$;

drop function fc.is_known_device(bytea);
create function fc.is_known_device(p_key bytea, p_email text) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from known_devices where key = fc.device_row(p_key, p_email) and last_at > now() - interval '90 days')
$$;

create function fc.forget_device(p_key bytea, p_email text) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  delete from known_devices where key = fc.device_row(p_key, p_email)
$$;

-- As in 0026.
drop function fc.forgive_login(bytea[], bytea[], bytea);
create function fc.forgive_login(forget bytea[], give_back bytea[], known bytea, p_email text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  device bytea := fc.device_row(known, p_email);
begin
  delete from login_throttle where key = any (forget);
  update login_throttle set tries = greatest(tries - 1, 0) where key = any (give_back);
  if device is not null then
    delete from known_devices where key in (select d.key from known_devices d where d.last_at < now() - interval '90 days' limit 20 for update skip locked);
    insert into known_devices (key, last_at) values (device, clock_timestamp()) on conflict (key) do update set last_at = clock_timestamp();
  end if;
end $$;

do $$
declare
  f regprocedure;
begin
  foreach f in array array['fc.device_row(bytea,text)', 'fc.is_known_device(bytea,text)', 'fc.forget_device(bytea,text)', 'fc.forgive_login(bytea[],bytea[],bytea,text)']::regprocedure[] loop
    execute format('revoke all on function %s from public', f);
    if f <> 'fc.device_row(bytea,text)'::regprocedure then
      execute format('grant execute on function %s to app_rt', f);
    end if;
    execute format('alter function %s owner to fc_auth', f);
  end loop;
end $$;
