-- A company's own rules of how many people approve a payment. A set of them is proposed by one Platform Admin and counts when another one has confirmed it. The set in
-- force is the confirmed one with the highest version; sets before it stay, because sessions were agreed to under them. What must hold for every company (0021 of docs/decisions)
-- stands in the code and in no set, so that no set can leave it out.

-- Whether this is a list of rules as the code reads them; anything else is refused, because a rule that nobody understands asks for nothing.
create function fc.are_approval_rules(rules jsonb) returns boolean language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when jsonb_typeof(rules) <> 'array' then false else jsonb_array_length(rules) <= 40
    and (select count(distinct r ->> 'id') = count(*) from jsonb_array_elements(rules) r)
    and (select coalesce(bool_and(case when jsonb_typeof(r) <> 'object' then false else
        r - array['id', 'corridor_id', 'over_usd', 'over_route_risk', 'other_route', 'modes', 'approvals'] = '{}'::jsonb
        and coalesce(jsonb_typeof(r -> 'id') = 'string' and r ->> 'id' ~ '^[a-z][a-z0-9_]{0,39}$' and r ->> 'id' not in ('other_route', 'live_probe'), false)
        and coalesce(r -> 'approvals' in ('2'::jsonb, '3'::jsonb), false)
        and (not r ? 'corridor_id' or (jsonb_typeof(r -> 'corridor_id') = 'string' and length(r ->> 'corridor_id') between 1 and 40))
        and (not r ? 'over_usd' or (jsonb_typeof(r -> 'over_usd') = 'string' and r ->> 'over_usd' ~ '^(0|[1-9][0-9]{0,11})([.][0-9]{1,2})?$'))
        and (not r ? 'over_route_risk' or (jsonb_typeof(r -> 'over_route_risk') = 'string' and r ->> 'over_route_risk' ~ '^0([.][0-9]{1,6})?$'))
        and (not r ? 'other_route' or r -> 'other_route' = 'true'::jsonb)
        and (not r ? 'modes' or (case when jsonb_typeof(r -> 'modes') <> 'array' then false else jsonb_array_length(r -> 'modes') between 1 and 4 and r -> 'modes' <@ '["simulation", "live_safe", "manual", "hybrid"]'::jsonb end))
      end), true) from jsonb_array_elements(rules) r) end
$$;
revoke all on function fc.are_approval_rules(jsonb) from public;
grant execute on function fc.are_approval_rules(jsonb) to app_rt;

create table approval_rule_sets (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version integer not null check (version > 0),
  -- the set that was in force when this one was proposed; 0 is the one that FlowClaw comes with
  base_version integer not null check (base_version >= 0 and base_version < version),
  rules jsonb not null constraint approval_rule_sets_rules check (fc.are_approval_rules(rules)),
  reason text not null check (length(reason) between 1 and 300),
  state text not null default 'proposed' check (state in ('proposed', 'confirmed', 'rejected', 'withdrawn')),
  proposed_by uuid not null,
  proposed_at timestamptz not null default clock_timestamp(),
  decided_by uuid,
  decided_at timestamptz,
  -- why not, where it was not confirmed
  because text check (because in ('not_agreed', 'too_strict', 'too_lax', 'entered_wrongly', 'no_longer_needed')),
  primary key (tenant_id, id),
  constraint approval_rule_sets_versions unique (tenant_id, version),
  foreign key (tenant_id, proposed_by) references memberships,
  foreign key (tenant_id, decided_by) references memberships,
  constraint approval_rule_sets_decided check ((state = 'proposed') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint approval_rule_sets_refusal check ((state in ('rejected', 'withdrawn')) = (because is not null)),
  -- Who proposed may take it back and nothing else; everybody else may not take it back.
  constraint approval_rule_sets_second_person check (state = 'proposed' or (state = 'withdrawn') = (decided_by = proposed_by))
);
create unique index approval_rule_sets_one_proposed on approval_rule_sets (tenant_id) where state = 'proposed';
-- The one read of whoever asks how many must approve.
create index approval_rule_sets_in_force on approval_rule_sets (tenant_id, version desc) where state = 'confirmed';
call fc.protect('approval_rule_sets');
grant select, insert on approval_rule_sets to app_rt;
grant update (state, decided_by, decided_at, because) on approval_rule_sets to app_rt;

-- Who proposes and who confirms is a Platform Admin at that moment; a set is proposed on the one that stands, undecided. After the row is written, so that row-level security has spoken first.
create function fc.check_approval_rule_set() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from memberships m where m.tenant_id = new.tenant_id and m.user_id = coalesce(new.decided_by, new.proposed_by) and m.role = 'platform_admin' and m.ended_at is null) then
    raise exception 'rules of approval are changed by Platform Admins' using errcode = '23514', constraint = 'approval_rule_sets_by_admins';
  end if;
  if tg_op = 'INSERT' then
    if new.state <> 'proposed' then
      raise exception 'rules of approval are proposed first' using errcode = '23514', constraint = 'approval_rule_sets_proposed_first';
    end if;
    if new.base_version <> coalesce((select max(s.version) from approval_rule_sets s where s.tenant_id = new.tenant_id and s.state = 'confirmed'), 0) then
      raise exception 'other rules of approval are in force' using errcode = '23514', constraint = 'approval_rule_sets_on_what_stands';
    end if;
  end if;
  return new;
end $$;
revoke all on function fc.check_approval_rule_set() from public;
create trigger by_admins after insert or update on approval_rule_sets for each row execute function fc.check_approval_rule_set();

-- A decision is final, and what was proposed stays as it was proposed.
create function fc.keep_approval_rule_set() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state <> 'proposed' or (new.tenant_id, new.id, new.version, new.base_version, new.rules, new.reason, new.proposed_by, new.proposed_at)
    is distinct from (old.tenant_id, old.id, old.version, old.base_version, old.rules, old.reason, old.proposed_by, old.proposed_at) then
    raise exception 'a change of the rules of approval is decided once' using errcode = '42501', constraint = 'approval_rule_sets_decided_once';
  end if;
  return new;
end $$;
revoke all on function fc.keep_approval_rule_set() from public;
create trigger decided_once before update on approval_rule_sets for each row execute function fc.keep_approval_rule_set();
create trigger kept_rows before delete on approval_rule_sets for each row execute function fc.refuse_change();
create trigger kept_table before truncate on approval_rule_sets for each statement execute function fc.refuse_change();

-- Under which set it was said how many must approve, so that its reasons can be read for as long as the session is.
alter table route_sessions add column approval_rules_version integer,
  add constraint route_sessions_approval_rules foreign key (tenant_id, approval_rules_version) references approval_rule_sets (tenant_id, version);
comment on column route_sessions.approval_rules_version is 'the set of rules by which required_approvals was found; null is the one that FlowClaw comes with';
grant update (approval_rules_version) on route_sessions to app_rt;

-- Rules that became stricter ask for more than the offer did, so what is approved already takes another approval. That one is never one's own: it is the second pair of eyes.
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
