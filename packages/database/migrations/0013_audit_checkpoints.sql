-- Signed checkpoints of the audit chains. A row says, in the words of a key that this database does not hold, through which hash a chain went; the
-- server also writes each one to a file outside, so that whoever owns the database can neither cut a chain nor write it again unseen.
create table audit_checkpoints (
  tenant_id uuid not null references tenants,
  seq bigint not null check (seq > 0),
  hash bytea not null check (octet_length(hash) = 32),
  -- to the second, as it was signed
  at timestamptz not null check (date_trunc('second', at) = at),
  key_id bytea not null check (octet_length(key_id) = 32),
  public_key bytea not null check (octet_length(public_key) = 32),
  signature bytea not null check (octet_length(signature) = 64),
  primary key (tenant_id, seq, key_id)
);
call fc.protect('audit_checkpoints');
call fc.freeze('audit_checkpoints');
grant select, insert on audit_checkpoints to app_rt;
grant select on audit_checkpoints to app_worker;

-- Whose chains there are to sign: ids and nothing else, because the signer visits each in a transaction of that tenant.
grant create on schema fc to fc_auth;
create function fc.tenants_to_sign() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select tenant_id from tenants order by tenant_id
$$;
revoke all on function fc.tenants_to_sign() from public;
grant execute on function fc.tenants_to_sign() to app_rt;
alter function fc.tenants_to_sign() owner to fc_auth;
