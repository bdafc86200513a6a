-- Simulations: from which seed the run of a session is played, and how many of its events are. The events are computed, never stored: the same seed and the same
-- route give the same ones. What is told of a run goes forward alone.
create table simulations (
  tenant_id uuid not null references tenants,
  session_id uuid not null,
  seed text not null check (length(seed) between 1 and 100),
  -- on the simulated clock, as the market clock of its beginning said it
  starts_at text not null,
  -- how many events have happened
  played_to integer not null default 0 check (played_to >= 0),
  primary key (tenant_id, session_id),
  foreign key (tenant_id, session_id) references route_sessions
);
call fc.protect('simulations');
grant select, insert on simulations to app_rt;
grant update (played_to) on simulations to app_rt;

create function fc.check_simulation() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from route_sessions s where s.tenant_id = new.tenant_id and s.id = new.session_id and s.execution_mode = 'simulation') then
    raise exception 'what is real is not simulated' using errcode = '23514', constraint = 'simulations_of_simulated_sessions';
  end if;
  return new;
end $$;
revoke all on function fc.check_simulation() from public;
-- After the row is written, so that row-level security has spoken first.
create trigger of_simulated_sessions after insert on simulations for each row execute function fc.check_simulation();

create function fc.keep_simulation() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if (new.tenant_id, new.session_id, new.seed, new.starts_at) is distinct from (old.tenant_id, old.session_id, old.seed, old.starts_at) or new.played_to < old.played_to then
    raise exception 'a simulation goes forward alone' using errcode = '42501', constraint = 'simulations_go_forward';
  end if;
  return new;
end $$;
revoke all on function fc.keep_simulation() from public;
create trigger goes_forward before update on simulations for each row execute function fc.keep_simulation();
create trigger kept_rows before delete on simulations for each row execute function fc.refuse_change();
create trigger kept_table before truncate on simulations for each statement execute function fc.refuse_change();
