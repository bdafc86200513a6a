-- One chain of audit rows per tenant. A row's hash covers the hash before it, its number, its time and the stored bytes of what happened, so
-- an edit, a removal or a change of order shows at the exact number. Rows come only from fc.append_audit, the last statement before COMMIT.
create table audit_heads (
  tenant_id uuid primary key references tenants,
  seq bigint not null,
  hash bytea not null
) with (fillfactor = 50);
call fc.protect('audit_heads');

create table audit_events (
  tenant_id uuid not null references tenants,
  seq bigint not null,
  at timestamptz not null,
  user_id uuid not null,
  action text not null,
  entity text not null,
  entity_id text not null,
  transition_seq integer,
  -- canonical JSON as it was hashed; never jsonb, whose text may differ from what came in
  payload bytea not null,
  hash bytea not null check (octet_length(hash) = 32),
  primary key (tenant_id, seq),
  constraint audit_events_once unique (tenant_id, entity, entity_id, transition_seq)
);
call fc.protect('audit_events');
call fc.freeze('audit_events');
grant select on audit_events, audit_heads to app_rt, app_worker;
grant select, insert on audit_events to fc_definer;
grant select, insert, update on audit_heads to fc_definer;

create function fc.audit_genesis(p_tenant uuid) returns bytea language sql immutable set search_path = pg_catalog, pg_temp as $$
  select sha256(convert_to('flowclaw audit v1|' || p_tenant::text, 'UTF8'))
$$;
create function fc.audit_hash(p_before bytea, p_seq bigint, p_at timestamptz, p_payload bytea) returns bytea language sql immutable set search_path = pg_catalog, pg_temp as $$
  select sha256(p_before || int8send(p_seq) || int8send((extract(epoch from p_at) * 1000000)::bigint) || p_payload)
$$;

-- The columns are taken out of the payload here, so that they cannot say anything else than what is hashed.
create function fc.append_audit(p_payload bytea) returns bigint language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  tenant uuid := fc.tid();
  said jsonb := convert_from(p_payload, 'UTF8')::jsonb;
  head audit_heads;
  moment timestamptz;
begin
  if tenant is null then
    raise exception 'audit without a tenant' using errcode = '42501';
  end if;
  select * into head from audit_heads where tenant_id = tenant for update;
  if not found then
    insert into audit_heads (tenant_id, seq, hash) values (tenant, 0, fc.audit_genesis(tenant)) on conflict do nothing;
    select * into head from audit_heads where tenant_id = tenant for update;
  end if;
  -- Read under the lock, so that times rise with the numbers.
  moment := clock_timestamp();
  head.seq := head.seq + 1;
  head.hash := fc.audit_hash(head.hash, head.seq, moment, p_payload);
  insert into audit_events (tenant_id, seq, at, user_id, action, entity, entity_id, transition_seq, payload, hash)
  values (tenant, head.seq, moment, (said ->> 'user_id')::uuid, said ->> 'action', said ->> 'entity', said ->> 'entity_id', (said ->> 'transition_seq')::integer, p_payload, head.hash);
  update audit_heads set seq = head.seq, hash = head.hash where tenant_id = tenant;
  return head.seq;
end $$;
revoke all on function fc.append_audit(bytea), fc.audit_hash(bytea, bigint, timestamptz, bytea), fc.audit_genesis(uuid) from public;
grant execute on function fc.audit_hash(bytea, bigint, timestamptz, bytea), fc.audit_genesis(uuid) to fc_definer, app_rt, app_worker;
grant execute on function fc.append_audit(bytea) to app_rt, app_worker;
alter function fc.append_audit(bytea) owner to fc_definer;
grant execute on function fc.append_audit(bytea) to current_user;
