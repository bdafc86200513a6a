-- Merchants are made and corrected by the company's own Platform Admin; and a person with several memberships changes between them.
grant create on schema fc to fc_auth;

alter table merchants add column version integer not null default 1;
grant insert on merchants to app_rt;
grant update (name, type, city, country, trade, trade_class, documents_on_file, version) on merchants to app_rt;

-- The session of this token goes over to another company of which its account is a live member: it gets a new token and a new id there, and
-- keeps the end that it had. Answers nothing where there is no such session or membership, which of the two is not told.
create function fc.switch_tenant(p_token_hash bytea, p_tenant_id uuid, p_next_token_hash bytea, p_next_id uuid)
returns table (lasts_s integer, role text, merchant_id uuid, display_name text)
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  update auth_sessions s set token_hash = p_next_token_hash, id = p_next_id, of_tenant = m.tenant_id, last_seen_at = now()
  from memberships m
  where s.token_hash = p_token_hash and s.user_id = fc.live_session_user(p_token_hash)
    and m.user_id = s.user_id and m.tenant_id = p_tenant_id and m.ended_at is null and m.tenant_id <> s.of_tenant
  returning extract(epoch from s.expires_at - now())::integer, m.role, m.merchant_id, m.display_name
$$;
revoke all on function fc.switch_tenant(bytea, uuid, bytea, uuid) from public;
grant execute on function fc.switch_tenant(bytea, uuid, bytea, uuid) to app_rt;
alter function fc.switch_tenant(bytea, uuid, bytea, uuid) owner to fc_auth;
