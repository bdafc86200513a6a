-- For the owner alone: the companies of a name, so that whoever runs the server can say which one is meant without knowing its id.
grant create on schema fc to fc_auth;

create function fc.find_tenants(p_name text) returns table (tenant_id uuid, name text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select t.tenant_id, t.name from tenants t where lower(btrim(t.name)) = lower(btrim(p_name)) order by t.created_at, t.tenant_id limit 20
$$;
revoke all on function fc.find_tenants(text) from public;
alter function fc.find_tenants(text) owner to fc_auth;
do $$ begin
  execute format('grant execute on function fc.find_tenants(text) to %I', current_user);
end $$;
