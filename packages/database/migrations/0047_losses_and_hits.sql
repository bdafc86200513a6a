-- What a hostile reading of incidents, closings, screenings and files found that the code alone held, or nobody did.

-- What was found of somebody is found in every payment: who found a hit on a payer or a payee does not find it gone in another session of the same one.
create function fc.keep_hit_of_other_session() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  last screenings;
begin
  if new.result = 'no_hit' then
    select c.* into last from route_sessions here
      join route_sessions other on other.tenant_id = here.tenant_id and other.id <> here.id and case new.subject when 'payer' then other.merchant_id = here.merchant_id else other.supplier_id = here.supplier_id end
      join screenings c on c.tenant_id = other.tenant_id and c.session_id = other.id and c.subject = new.subject
      where here.tenant_id = new.tenant_id and here.id = new.session_id order by c.recorded_at desc, c.id desc limit 1;
    if fc.screening_stops(last.result, last.cleared_by) and last.screened_by = new.screened_by then
      raise exception 'who found a hit does not find it gone' using errcode = '23514', constraint = 'screenings_hit_second_person';
    end if;
  end if;
  return null;
end $$;
revoke all on function fc.keep_hit_of_other_session() from public;
create index route_sessions_of_supplier on route_sessions (tenant_id, supplier_id);
-- After the row is written, here and below, so that row-level security has spoken first. Goods are of their one payment.
create trigger hit_of_other_session after insert on screenings for each row when (new.subject <> 'goods') execute function fc.keep_hit_of_other_session();

-- Who said that the supplier was paid does not say, alone, that it failed or came back: what a payment used up would be free for another one.
create function fc.confirmed_payment(tenant uuid, session uuid, person uuid) returns boolean language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from execution_steps t join execution_step_transitions m on m.tenant_id = t.tenant_id and m.step_id = t.id
      join route_sessions s on s.tenant_id = t.tenant_id and s.id = t.session_id
    where t.tenant_id = tenant and t.session_id = session and t.to_supplier and t.state = 'confirmed' and m.to_state = 'confirmed' and m.user_id = person and s.execution_mode <> 'simulation')
$$;
revoke all on function fc.confirmed_payment(uuid, uuid, uuid) from public;
grant execute on function fc.confirmed_payment(uuid, uuid, uuid) to app_rt;
create function fc.loss_by_second_person() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if fc.confirmed_payment(new.tenant_id, new.session_id, new.user_id) then
    raise exception 'who confirmed the payment does not say that it failed' using errcode = '23514', constraint = 'route_session_transitions_loss_second_person';
  end if;
  return null;
end $$;
revoke all on function fc.loss_by_second_person() from public;
create trigger loss_by_second_person after insert on route_session_transitions for each row
  when (new.to_state in ('failed', 'returned') and new.from_state in ('executing', 'paused')) execute function fc.loss_by_second_person();

-- What proves a step, or shows what was found of somebody, stays for as long as records of payments are kept.
create function fc.keep_evidence() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from proofs where tenant_id = new.tenant_id and artifact_id = new.id and state <> 'rejected') or exists (select from screenings where tenant_id = new.tenant_id and artifact_id = new.id) then
    raise exception 'a proof rests on this file' using errcode = '23514', constraint = 'artifacts_proof_stays';
  end if;
  return null;
end $$;
revoke all on function fc.keep_evidence() from public;
create trigger proof_stays after update of state on artifacts for each row
  when (new.state = 'removed' and old.state <> 'removed' and new.removed_because <> 'retention') execute function fc.keep_evidence();
