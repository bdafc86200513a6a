-- A controlled probe belongs to its session: it is executed with every leg reserved, and ends what it reserved with itself. A reservation's position is the leg,
-- from 0, as it is a step's `hop`.
-- A leg that failed after it had begun is tried again by a new probe, which takes of the caps anew: one reservation of a leg is open at a time, and those that are over count.
drop index probe_reservations_one_of_step;
create unique index probe_reservations_one_of_step on probe_reservations (tenant_id, session_id, position) where state = 'reserved';

create function fc.check_probe_move() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.state = 'executing' and new.execution_mode = 'live_safe' and exists (
    select from execution_steps t where t.tenant_id = new.tenant_id and t.session_id = new.id and not exists (
      select from probe_reservations r where r.tenant_id = t.tenant_id and r.session_id = t.session_id and r.position = t.hop and r.state <> 'released')) then
    raise exception 'a leg of a controlled probe is not reserved' using errcode = '23514', constraint = 'route_sessions_probe_reserved';
  end if;
  if new.state in ('completed', 'failed', 'returned', 'cancelled') and exists (
    select from probe_reservations r where r.tenant_id = new.tenant_id and r.session_id = new.id and r.state = 'reserved') then
    raise exception 'a reservation ends with its session' using errcode = '23514', constraint = 'route_sessions_probe_ended';
  end if;
  return new;
end $$;
revoke all on function fc.check_probe_move() from public;
create trigger probe_allowed before update of state on route_sessions for each row
  when (new.state in ('executing', 'completed', 'failed', 'returned', 'cancelled') and old.state in ('approved', 'executing', 'paused')) execute function fc.check_probe_move();

-- A mode may ask for more approvals than the offer did, so what is approved already takes another one. That one is never one's own: it is the second pair of eyes.
create or replace function fc.check_approval() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  s route_sessions;
begin
  select * into s from route_sessions where tenant_id = new.tenant_id and id = new.session_id for update;
  if s.state not in ('accepted', 'approved') or s.content_version <> new.content_version or s.agreed_content_version is distinct from s.content_version
    or s.accepted_details_version is distinct from new.details_version then
    raise exception 'what was approved does not stand' using errcode = '23514', constraint = 'approvals_of_what_stands';
  end if;
  if (s.required_approvals > 1 or s.state = 'approved') and (new.user_id = s.requested_by or new.user_id = s.accepted_by) then
    raise exception 'four eyes are asked for' using errcode = '23514', constraint = 'approvals_not_ones_own';
  end if;
  return new;
end $$;
