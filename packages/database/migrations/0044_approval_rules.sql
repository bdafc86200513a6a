-- A company's own rules for how many people approve a route: whole sets, proposed by one Platform Admin and put in force by another. A set is never changed;
-- in force is the newest confirmed one, and where there is none the product's own rules are. A session keeps by which set its number was found.

-- Since when a member has had the present role without a break: who became an admin after a proposal is no second person for it. For members of before this,
-- since the upgrade: every proposal comes later.
alter table memberships add column role_since timestamptz not null default clock_timestamp();
create function fc.stamp_role() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.role_since := case when new.role is distinct from old.role or (old.ended_at is not null and new.ended_at is null) then clock_timestamp() else old.role_since end;
  return new;
end $$;
revoke all on function fc.stamp_role() from public;
create trigger role_stamped before update on memberships for each row execute function fc.stamp_role();

-- The shape of a set, as packages/contracts/api/approval-rules.ts says it: at most 40 rules, each with known fields alone and an id of its own.
create function fc.approval_rules_ok(p_rules jsonb) returns boolean language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when jsonb_typeof(p_rules) <> 'array' then false when jsonb_array_length(p_rules) > 40 then false else (
    select coalesce(bool_and(case when jsonb_typeof(r) <> 'object' then false else coalesce(
      r - array['id', 'corridor_id', 'over_usd', 'over_route_risk', 'other_route', 'modes', 'approvals'] = '{}'
      and jsonb_typeof(r -> 'id') = 'string' and r ->> 'id' ~ '^[a-z][a-z0-9_]{0,39}$'
      and r -> 'approvals' in ('2', '3')
      and (not r ? 'corridor_id' or (jsonb_typeof(r -> 'corridor_id') = 'string' and length(r ->> 'corridor_id') between 1 and 40))
      and (not r ? 'over_usd' or (jsonb_typeof(r -> 'over_usd') = 'string' and r ->> 'over_usd' ~ '^(0|[1-9][0-9]{0,11})([.][0-9]{1,2})?$'))
      and (not r ? 'over_route_risk' or (jsonb_typeof(r -> 'over_route_risk') = 'string' and r ->> 'over_route_risk' ~ '^0([.][0-9]{1,6})?$'))
      and (not r ? 'other_route' or r -> 'other_route' = 'true')
      and (not r ? 'modes' or case when jsonb_typeof(r -> 'modes') <> 'array' then false
        else jsonb_array_length(r -> 'modes') between 1 and 4 and r -> 'modes' <@ '["simulation", "live_safe", "manual", "hybrid"]' end), false) end), true)
      and count(*) = count(distinct r ->> 'id')
    from jsonb_array_elements(p_rules) as each(r)) end
$$;
revoke all on function fc.approval_rules_ok(jsonb) from public;
grant execute on function fc.approval_rules_ok(jsonb) to app_rt;

create table approval_rule_sets (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version integer not null check (version > 0),
  -- the version that was in force when this was proposed, and is still when it is confirmed; 0: the product's own rules
  base_version integer not null check (base_version >= 0 and base_version < version),
  rules jsonb not null constraint approval_rule_sets_shape check (fc.approval_rules_ok(rules)),
  -- why, for the second person
  note text not null check (length(note) between 1 and 500),
  state text not null default 'proposed' check (state in ('proposed', 'confirmed', 'rejected', 'withdrawn')),
  proposed_by uuid not null,
  proposed_at timestamptz not null default clock_timestamp(),
  decided_by uuid,
  decided_at timestamptz,
  rejected_because text check (rejected_because in ('asks_too_little', 'asks_too_much', 'not_discussed', 'entered_wrongly')),
  primary key (tenant_id, id),
  constraint approval_rule_sets_version unique (tenant_id, version),
  foreign key (tenant_id, proposed_by) references memberships,
  foreign key (tenant_id, decided_by) references memberships,
  constraint approval_rule_sets_decided check ((state = 'proposed') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint approval_rule_sets_refusal check ((state = 'rejected') = (rejected_because is not null)),
  -- Who proposed may take it back and nothing else; everybody else may not take it back.
  constraint approval_rule_sets_second_person check (state = 'proposed' or (state = 'withdrawn') = (decided_by = proposed_by))
);
create unique index approval_rule_sets_one_open on approval_rule_sets (tenant_id) where state = 'proposed';
-- What every agreement reads.
create index approval_rule_sets_in_force on approval_rule_sets (tenant_id, version desc) where state = 'confirmed';
call fc.protect('approval_rule_sets');
grant select on approval_rule_sets to app_rt;
grant insert (tenant_id, id, version, base_version, rules, note, proposed_by) on approval_rule_sets to app_rt;
grant update (state, decided_by, decided_at, rejected_because) on approval_rule_sets to app_rt;

create function fc.approval_rules_in_force(p_tenant uuid) returns integer language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce((select version from approval_rule_sets where tenant_id = p_tenant and state = 'confirmed' order by version desc limit 1), 0)
$$;

-- Whether this member is a second person for what somebody proposed at that time: another one, an admin since before it, and not by a link of the proposer,
-- who can open every link that he or she makes (docs/decisions/0007): an account that was made or recovered by one may be the proposer's own for a week.
create function fc.is_second_admin(p_tenant uuid, p_by uuid, p_proposer uuid, p_since timestamptz) returns boolean language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select p_by <> p_proposer
    and exists (select from memberships m where m.tenant_id = p_tenant and m.user_id = p_by and m.role = 'platform_admin' and m.ended_at is null and m.role_since < p_since)
    and not exists (select from account_links l where l.tenant_id = p_tenant and l.made_by = p_proposer and l.used_by = p_by and l.used_at > clock_timestamp() - interval '7 days')
$$;
revoke all on function fc.approval_rules_in_force(uuid), fc.is_second_admin(uuid, uuid, uuid, timestamptz) from public;
grant execute on function fc.approval_rules_in_force(uuid), fc.is_second_admin(uuid, uuid, uuid, timestamptz) to app_rt;

-- After the row is written, so that row-level security has spoken first.
create function fc.check_rule_set() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.state <> 'proposed' then
    raise exception 'a set of rules begins as a proposal' using errcode = '42501', constraint = 'approval_rule_sets_begin_proposed';
  end if;
  if not exists (select from memberships m where m.tenant_id = new.tenant_id and m.user_id = new.proposed_by and m.role = 'platform_admin' and m.ended_at is null) then
    raise exception 'a Platform Admin proposes rules' using errcode = '23514', constraint = 'approval_rule_sets_by_admin';
  end if;
  if new.base_version <> fc.approval_rules_in_force(new.tenant_id) then
    raise exception 'other rules are in force' using errcode = '23514', constraint = 'approval_rule_sets_base';
  end if;
  if exists (select from jsonb_array_elements(new.rules) as each(r) where r ? 'corridor_id'
    and not exists (select from corridors c where c.tenant_id = new.tenant_id and c.id = r ->> 'corridor_id')) then
    raise exception 'there is no such corridor' using errcode = '23514', constraint = 'approval_rule_sets_corridor';
  end if;
  return new;
end $$;
create trigger proposed_rightly after insert on approval_rule_sets for each row execute function fc.check_rule_set();

-- A decision is final, what was proposed stays as it was proposed, and a set comes in force by a second admin in the place of the one that it was made from.
create function fc.keep_rule_set() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.state <> 'proposed' or (new.tenant_id, new.id, new.version, new.base_version, new.rules, new.note, new.proposed_by, new.proposed_at)
    is distinct from (old.tenant_id, old.id, old.version, old.base_version, old.rules, old.note, old.proposed_by, old.proposed_at) then
    raise exception 'a set of rules is decided once' using errcode = '42501', constraint = 'approval_rule_sets_decided_once';
  end if;
  if new.state = 'confirmed' and new.decided_by <> new.proposed_by and not fc.is_second_admin(new.tenant_id, new.decided_by, new.proposed_by, new.proposed_at) then
    raise exception 'a second admin is asked for' using errcode = '23514', constraint = 'approval_rule_sets_second_admin';
  end if;
  if new.state = 'confirmed' and new.base_version <> fc.approval_rules_in_force(new.tenant_id) then
    raise exception 'other rules are in force' using errcode = '23514', constraint = 'approval_rule_sets_base';
  end if;
  return new;
end $$;
revoke all on function fc.check_rule_set(), fc.keep_rule_set() from public;
create trigger decided_once before update on approval_rule_sets for each row execute function fc.keep_rule_set();
create trigger kept_rows before delete on approval_rule_sets for each row execute function fc.refuse_change();
create trigger kept_table before truncate on approval_rule_sets for each statement execute function fc.refuse_change();

alter table route_sessions add column approval_rules_version integer,
  add constraint route_sessions_approval_rules foreign key (tenant_id, approval_rules_version) references approval_rule_sets (tenant_id, version);
comment on column route_sessions.approval_rules_version is 'by which set of rules required_approvals was found; null: by the product''s own';
grant update (approval_rules_version) on route_sessions to app_rt;

-- As in 0033, but for what was approved while the rules have come to ask for more since: a further approval is given then too.
create or replace function fc.check_approval() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  s route_sessions;
begin
  select * into s from route_sessions where tenant_id = new.tenant_id and id = new.session_id for update;
  if s.state not in ('accepted', 'approved') or s.content_version <> new.content_version or s.agreed_content_version is distinct from s.content_version
    or s.accepted_details_version is distinct from new.details_version then
    raise exception 'what was approved does not stand' using errcode = '23514', constraint = 'approvals_of_what_stands';
  end if;
  if s.required_approvals > 1 and (new.user_id = s.requested_by or new.user_id = s.accepted_by) then
    raise exception 'four eyes are asked for' using errcode = '23514', constraint = 'approvals_not_ones_own';
  end if;
  return new;
end $$;

-- As in 0033, but where more than one is asked for none of one's own counts, whatever was asked for when it was given.
create or replace function fc.approvals_that_hold(s route_sessions) returns bigint language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select count(distinct a.user_id) from approvals a join suppliers p on p.tenant_id = s.tenant_id and p.id = s.supplier_id
  where a.tenant_id = s.tenant_id and a.session_id = s.id and a.content_version = s.content_version and a.details_version = p.details_version
    and (s.required_approvals = 1 or (a.user_id <> s.requested_by and a.user_id is distinct from s.accepted_by))
$$;

-- As in 0033, and what an agreement asked for is raised by later rules and never lowered: fewer are asked for by another agreement alone.
create or replace function fc.keep_what_is_executed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state in ('executing', 'paused', 'completed', 'failed', 'returned', 'cancelled', 'expired') and
    (new.content_version, new.agreed_content_version, new.chosen_candidate_id, new.required_approvals, new.approval_rules_version, new.execution_mode, new.sends_amount, new.receives_amount)
      is distinct from (old.content_version, old.agreed_content_version, old.chosen_candidate_id, old.required_approvals, old.approval_rules_version, old.execution_mode, old.sends_amount, old.receives_amount) then
    raise exception 'what is executed stays as it was approved' using errcode = '42501', constraint = 'route_sessions_executed_as_approved';
  end if;
  if new.content_version < old.content_version then
    raise exception 'an offer is not taken back' using errcode = '42501', constraint = 'route_sessions_offers_go_on';
  end if;
  if new.required_approvals < old.required_approvals and old.agreed_content_version = old.content_version
    and (new.content_version, new.agreed_content_version) is not distinct from (old.content_version, old.agreed_content_version) then
    raise exception 'what an agreement asked for is not lowered' using errcode = '42501', constraint = 'route_sessions_approvals_not_lowered';
  end if;
  return new;
end $$;
