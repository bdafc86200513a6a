-- Bank details of suppliers are sealed by the serving process with a data key of their tenant; the database never sees that key unwrapped.
create table tenant_data_keys (
  tenant_id uuid not null references tenants,
  version integer not null check (version > 0),
  key_id text not null check (key_id <> ''),
  wrapped bytea not null check (octet_length(wrapped) between 32 and 8192),
  created_at timestamptz not null default now(),
  primary key (tenant_id, version)
);
comment on column tenant_data_keys.wrapped is 'sealed: a data key, wrapped by the key that key_id names outside the database';
call fc.protect('tenant_data_keys');
grant select on tenant_data_keys to app_rt, app_worker;
grant insert on tenant_data_keys to app_rt;

alter table suppliers alter column account_number drop not null, add column bank_details_sealed bytea;
comment on column suppliers.bank_details_sealed is 'sealed: account number and CNAPS';
-- Holds for every row that is written from now on. SQL cannot seal the rows that are there: the start of the server does (tools/seal-plain-details.ts),
-- empties their plain columns and then validates this constraint.
alter table suppliers add constraint suppliers_bank_details_are_sealed
  check (account_number is null and cnaps is null and bank_details_sealed is not null) not valid;

-- The serving role has no way to write a plain number any more, and reads the sealed one.
revoke insert on suppliers from app_rt;
grant insert (tenant_id, id, merchant_id, legal_name, legal_name_zh, country, city, method, settlement_currency, payee_type, payee_is_contract_seller,
  accepts_other_settlement, prefers, network, bank_name, bank_details_sealed, account_masked, bic, cnaps_masked, details_state, paid_before, created_at) on suppliers to app_rt;
grant select (bank_details_sealed) on suppliers to app_rt;

-- Which tenants there are, for the owner at a start: row-level security shows it none without a tenant in context.
grant create on schema fc to fc_auth;
create function fc.tenant_ids() returns setof uuid language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select tenant_id from tenants order by tenant_id
$$;
revoke all on function fc.tenant_ids() from public;
alter function fc.tenant_ids() owner to fc_auth;
-- After the change of owner: it would have turned the old owner's own right into the new one's.
grant execute on function fc.tenant_ids() to current_user;
