-- A browser gets a new device cookie at every sign-in; the one that it came with is forgotten here, so that a copy of it is worth nothing from then on.
grant create on schema fc to fc_auth;
create function fc.forget_device(p_key bytea) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  delete from known_devices where key = p_key
$$;

do $$
begin
  revoke all on function fc.forget_device(bytea) from public;
  grant execute on function fc.forget_device(bytea) to app_rt;
  alter function fc.forget_device(bytea) owner to fc_auth;
end $$;
