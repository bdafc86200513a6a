-- A change of a supplier's bank details is proposed, holds the supplier's payments, and counts only when a second person has confirmed it over a
-- second channel. The serving role has no right to change a supplier: the functions below do it, and only in this order.
alter table suppliers add column details_version integer not null default 1 check (details_version > 0);
grant select (details_version) on suppliers to app_rt, app_worker;

create table bank_detail_changes (
  tenant_id uuid not null references tenants,
  id uuid not null,
  supplier_id uuid not null,
  state text not null default 'pending' check (state in ('pending', 'confirmed', 'rejected', 'withdrawn')),
  received_by text not null check (received_by in ('email', 'chat', 'letter', 'phone_call', 'video_call', 'in_person')),
  -- what is proposed
  details_sealed bytea not null,
  account_masked text not null,
  cnaps_masked text,
  bank_name text,
  bic text,
  -- what the supplier had when it was proposed; sealed for this row when it is replaced
  replaced_sealed bytea,
  replaced_account_masked text not null,
  replaced_cnaps_masked text,
  replaced_bank_name text,
  replaced_bic text,
  proposed_by uuid not null,
  proposed_at timestamptz not null default clock_timestamp(),
  decided_by uuid,
  decided_at timestamptz,
  confirmed_over text check (confirmed_over in ('phone_call', 'video_call', 'in_person')),
  -- whom the second person spoke to
  confirmed_with text,
  rejected_because text check (rejected_because in ('supplier_denies_it', 'supplier_not_reached', 'entered_wrongly', 'no_longer_needed')),
  primary key (tenant_id, id),
  foreign key (tenant_id, supplier_id) references suppliers,
  foreign key (tenant_id, proposed_by) references memberships,
  foreign key (tenant_id, decided_by) references memberships,
  constraint bank_detail_changes_decided check ((state = 'pending') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint bank_detail_changes_confirmation check ((state = 'confirmed') = (confirmed_over is not null) and (state = 'confirmed') = (confirmed_with is not null) and (state = 'confirmed') = (replaced_sealed is not null)),
  constraint bank_detail_changes_refusal check ((state in ('rejected', 'withdrawn')) = (rejected_because is not null)),
  -- Who proposed may take it back and nothing else; everybody else may not take it back.
  constraint bank_detail_changes_second_person check ((state = 'pending') or (state = 'withdrawn') = (decided_by = proposed_by)),
  constraint bank_detail_changes_second_channel check (confirmed_over <> received_by)
);
comment on column bank_detail_changes.details_sealed is 'sealed: account number and CNAPS that are proposed';
comment on column bank_detail_changes.replaced_sealed is 'sealed: account number and CNAPS that the supplier had before';
create unique index bank_detail_changes_one_pending on bank_detail_changes (tenant_id, supplier_id) where state = 'pending';
create index bank_detail_changes_of_supplier on bank_detail_changes (tenant_id, supplier_id, id desc);
call fc.protect('bank_detail_changes');
grant select on bank_detail_changes to app_rt;
grant select, insert, update on bank_detail_changes to fc_definer;
grant select, update (details_state, details_version, bank_details_sealed, account_masked, cnaps_masked, bank_name, bic) on suppliers to fc_definer;

-- A decision is final, and what was proposed stays as it was proposed.
create function fc.keep_bank_detail_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state <> 'pending' or (new.tenant_id, new.id, new.supplier_id, new.received_by, new.details_sealed, new.account_masked, new.proposed_by, new.proposed_at)
    is distinct from (old.tenant_id, old.id, old.supplier_id, old.received_by, old.details_sealed, old.account_masked, old.proposed_by, old.proposed_at) then
    raise exception 'a change of bank details is decided once' using errcode = '42501', constraint = 'bank_detail_changes_decided_once';
  end if;
  return new;
end $$;
create trigger decided_once before update on bank_detail_changes for each row execute function fc.keep_bank_detail_change();
create trigger kept_rows before delete on bank_detail_changes for each row execute function fc.refuse_change();
create trigger kept_table before truncate on bank_detail_changes for each statement execute function fc.refuse_change();

-- Holds the supplier under its proposed details; false where it is held already. Whoever accepts a route waits for the supplier's row, or is waited for.
create function fc.propose_bank_details(p_id uuid, p_supplier uuid, p_by uuid, p_received_by text, p_sealed bytea, p_masked text, p_cnaps_masked text, p_bank_name text, p_bic text)
returns boolean language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  supplier suppliers;
begin
  update suppliers set details_state = 'change_held' where tenant_id = fc.tid() and id = p_supplier and details_state = 'confirmed' returning * into supplier;
  if not found then
    return false;
  end if;
  insert into bank_detail_changes (tenant_id, id, supplier_id, received_by, details_sealed, account_masked, cnaps_masked, bank_name, bic,
    replaced_account_masked, replaced_cnaps_masked, replaced_bank_name, replaced_bic, proposed_by)
  values (fc.tid(), p_id, p_supplier, p_received_by, p_sealed, p_masked, p_cnaps_masked, p_bank_name, p_bic,
    supplier.account_masked, supplier.cnaps_masked, supplier.bank_name, supplier.bic, p_by);
  return true;
end $$;

-- Puts the proposed details in force: p_sealed is them, sealed for the supplier's row; p_replaced is what it had, sealed for the change. False where
-- somebody was first. The constraints refuse the same person and the same channel.
create function fc.confirm_bank_details(p_id uuid, p_by uuid, p_over text, p_with text, p_sealed bytea, p_replaced bytea)
returns boolean language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  change bank_detail_changes;
begin
  update bank_detail_changes set state = 'confirmed', decided_by = p_by, decided_at = clock_timestamp(), confirmed_over = p_over, confirmed_with = p_with, replaced_sealed = p_replaced
  where tenant_id = fc.tid() and id = p_id and state = 'pending' returning * into change;
  if not found then
    return false;
  end if;
  update suppliers set details_state = 'confirmed', details_version = details_version + 1, bank_details_sealed = p_sealed, account_masked = change.account_masked,
    cnaps_masked = change.cnaps_masked, bank_name = change.bank_name, bic = change.bic
  where tenant_id = fc.tid() and id = change.supplier_id;
  return true;
end $$;

-- The supplier stays with the details it had: rejected by somebody else, or withdrawn by who proposed them. False where somebody was first.
create function fc.reject_bank_details(p_id uuid, p_by uuid, p_because text) returns boolean language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  supplier uuid;
begin
  update bank_detail_changes set state = case when proposed_by = p_by then 'withdrawn' else 'rejected' end, decided_by = p_by, decided_at = clock_timestamp(), rejected_because = p_because
  where tenant_id = fc.tid() and id = p_id and state = 'pending' returning supplier_id into supplier;
  if not found then
    return false;
  end if;
  update suppliers set details_state = 'confirmed' where tenant_id = fc.tid() and id = supplier;
  return true;
end $$;

-- The version of the bank details with which the supplier may be paid, kept so until the end of the transaction; null where a change holds it.
create function fc.keep_supplier_payable(p_supplier uuid) returns integer language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  supplier suppliers;
begin
  select * into supplier from suppliers where tenant_id = fc.tid() and id = p_supplier for share;
  return case when supplier.details_state = 'confirmed' then supplier.details_version end;
end $$;

alter table route_sessions add column accepted_details_version integer;
comment on column route_sessions.accepted_details_version is 'which version of the supplier''s bank details stood when the route was accepted; null is the first one, or not accepted yet';

-- No way leads to a payment while a change holds the supplier, whichever operation takes it; and an acceptance says of which details it is.
create function fc.refuse_held_supplier() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  stands integer := fc.keep_supplier_payable(new.supplier_id);
begin
  if stands is null then
    raise exception 'the bank details of the supplier are being changed' using errcode = '23514', constraint = 'route_sessions_supplier_not_held';
  end if;
  if new.state = 'accepted' then
    new.accepted_details_version := stands;
  end if;
  return new;
end $$;
create trigger supplier_not_held before update of state on route_sessions for each row
  when (new.state in ('accepted', 'approved', 'executing')) execute function fc.refuse_held_supplier();

do $$
declare
  f regprocedure;
begin
  execute 'grant create on schema fc to fc_definer';
  foreach f in array array['fc.propose_bank_details(uuid,uuid,uuid,text,bytea,text,text,text,text)', 'fc.confirm_bank_details(uuid,uuid,text,text,bytea,bytea)',
    'fc.reject_bank_details(uuid,uuid,text)', 'fc.keep_supplier_payable(uuid)']::regprocedure[] loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to app_rt', f);
    execute format('alter function %s owner to fc_definer', f);
  end loop;
  revoke all on function fc.refuse_held_supplier(), fc.keep_bank_detail_change() from public;
  alter function fc.refuse_held_supplier() owner to fc_definer;
end $$;
