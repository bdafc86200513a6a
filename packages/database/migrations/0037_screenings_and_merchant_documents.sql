-- Screening is a desk's record: who looked which subject of a payment up, in which list, of what day, with what result, until when it counts. A row
-- is never changed but that a second person clears a possible hit; a later row of the same subject takes its place. No session comes to its payment
-- while the newest row of a subject is a hit, or a possible hit that nobody cleared.
create table screenings (
  tenant_id uuid not null references tenants,
  id uuid not null,
  session_id uuid not null,
  subject text not null check (subject in ('payer', 'payee', 'bank', 'goods', 'wallet')),
  -- the first, second … of its subject, set by the database: the last one stands
  nth integer not null,
  result text not null check (result in ('no_hit', 'possible_hit', 'hit')),
  list_name text not null check (length(list_name) between 1 and 120),
  list_date date not null,
  -- on the market clock, like every date that a session is judged by
  screened_at timestamptz not null,
  expires_at timestamptz not null,
  -- which bank details of the supplier it speaks of
  details_version integer not null check (details_version > 0),
  artifact_id uuid,
  note text check (length(note) between 1 and 500),
  screened_by uuid not null,
  recorded_at timestamptz not null default clock_timestamp(),
  cleared_by uuid,
  cleared_at timestamptz,
  cleared_because text check (cleared_because in ('other_person', 'other_company', 'entry_out_of_date', 'name_only')),
  primary key (tenant_id, id),
  constraint screenings_in_turn unique (tenant_id, session_id, subject, nth),
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, artifact_id) references artifacts,
  foreign key (tenant_id, screened_by) references memberships,
  foreign key (tenant_id, cleared_by) references memberships,
  constraint screenings_expiry check (expires_at > screened_at),
  constraint screenings_clearance check ((cleared_by is null) = (cleared_at is null) and (cleared_by is null) = (cleared_because is null)),
  constraint screenings_doubts_are_cleared check (cleared_by is null or result = 'possible_hit'),
  constraint screenings_second_person check (cleared_by <> screened_by)
);
call fc.protect('screenings');
grant select on screenings to app_rt, app_worker;
grant insert (tenant_id, id, session_id, subject, nth, result, list_name, list_date, screened_at, expires_at, details_version, artifact_id, note, screened_by) on screenings to app_rt;
grant update (cleared_by, cleared_at, cleared_because) on screenings to app_rt;

create function fc.screening_stops(result text, cleared_by uuid) returns boolean language sql immutable set search_path = pg_catalog, pg_temp as $$
  select result = 'hit' or (result = 'possible_hit' and cleared_by is null)
$$;

create function fc.add_screening() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  last screenings;
begin
  -- Whoever moves the session towards its payment waits for this row, or is waited for.
  perform from route_sessions where tenant_id = new.tenant_id and id = new.session_id for no key update;
  select * into last from screenings where tenant_id = new.tenant_id and session_id = new.session_id and subject = new.subject order by nth desc limit 1;
  new.nth := coalesce(last.nth, 0) + 1;
  -- When it came to be, and not when it began to wait.
  new.recorded_at := clock_timestamp();
  if fc.screening_stops(last.result, last.cleared_by) and new.result = 'no_hit' and new.screened_by = last.screened_by then
    raise exception 'who found a hit does not find it gone' using errcode = '23514', constraint = 'screenings_hit_second_person';
  end if;
  return new;
end $$;
create trigger in_turn before insert on screenings for each row execute function fc.add_screening();

create function fc.keep_screening() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.cleared_by is not null or (to_jsonb(new) - '{cleared_by,cleared_at,cleared_because}'::text[]) is distinct from (to_jsonb(old) - '{cleared_by,cleared_at,cleared_because}'::text[]) then
    raise exception 'a screening is a record, cleared once' using errcode = '42501', constraint = 'screenings_cleared_once';
  end if;
  return new;
end $$;
create trigger cleared_once before update on screenings for each row execute function fc.keep_screening();
create trigger kept_rows before delete on screenings for each row execute function fc.refuse_change();
create trigger kept_table before truncate on screenings for each statement execute function fc.refuse_change();

-- A hit stops, whichever operation goes on: to begin a payment and to take it up again are the same move.
create function fc.refuse_screened_out() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (
    select from (select distinct on (subject) result, cleared_by from screenings where tenant_id = new.tenant_id and session_id = new.id order by subject, nth desc) newest
    where fc.screening_stops(newest.result, newest.cleared_by)
  ) then
    raise exception 'a screening of the payment found a hit' using errcode = '23514', constraint = 'route_sessions_not_screened_out';
  end if;
  return new;
end $$;
create trigger not_screened_out before update of state on route_sessions for each row
  when (new.state = 'executing' and old.state <> 'executing') execute function fc.refuse_screened_out();

-- Papers of a merchant with their number, day, expiry and value. A paper is not edited: it is withdrawn, or another one takes its place.
create table merchant_documents (
  tenant_id uuid not null references tenants,
  id uuid not null,
  merchant_id uuid not null,
  code text not null check (length(code) between 1 and 60),
  number text not null check (length(number) between 1 and 60),
  -- How two writings of one number compare.
  number_key text not null generated always as (upper(btrim(number))) stored,
  issued_on date not null,
  -- the last day on which it counts, in the merchant's country; null where it does not run out
  expires_on date,
  -- up to how much may be paid under it; null where it has no value
  amount numeric check (amount > 0),
  currency text,
  artifact_id uuid,
  state text not null default 'live' check (state in ('live', 'withdrawn', 'superseded')),
  -- the paper whose place it takes
  supersedes uuid,
  recorded_by uuid not null,
  recorded_by_role text not null,
  recorded_at timestamptz not null default clock_timestamp(),
  withdrawn_by uuid,
  withdrawn_at timestamptz,
  withdrawn_because text check (withdrawn_because in ('entered_wrongly', 'cancelled_by_issuer', 'no_longer_needed')),
  primary key (tenant_id, id),
  constraint merchant_documents_superseded_once unique (tenant_id, supersedes),
  foreign key (tenant_id, merchant_id) references merchants,
  foreign key (tenant_id, artifact_id) references artifacts,
  foreign key (tenant_id, supersedes) references merchant_documents,
  foreign key (tenant_id, recorded_by) references memberships,
  foreign key (tenant_id, withdrawn_by) references memberships,
  check (expires_on >= issued_on),
  check ((amount is null) = (currency is null)),
  constraint merchant_documents_withdrawal check ((state = 'withdrawn') = (withdrawn_by is not null) and (withdrawn_by is null) = (withdrawn_at is null) and (withdrawn_by is null) = (withdrawn_because is null))
);
-- The same paper twice would be worth twice its value.
create unique index merchant_documents_once on merchant_documents (tenant_id, merchant_id, code, number_key) where state = 'live';
create index merchant_documents_newest on merchant_documents (tenant_id, merchant_id, id desc);
call fc.protect('merchant_documents');
grant select on merchant_documents to app_rt, app_worker;
grant insert (tenant_id, id, merchant_id, code, number, issued_on, expires_on, amount, currency, artifact_id, supersedes, recorded_by, recorded_by_role) on merchant_documents to app_rt;
grant update (state, withdrawn_by, withdrawn_at, withdrawn_because) on merchant_documents to app_rt;

create function fc.keep_merchant_document() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  -- number_key is made after this.
  if (to_jsonb(new) - '{number_key}'::text[]) is distinct from (to_jsonb(old) - '{number_key}'::text[]) and (old.state <> 'live'
    or (to_jsonb(new) - '{number_key,state,withdrawn_by,withdrawn_at,withdrawn_because}'::text[]) is distinct from (to_jsonb(old) - '{number_key,state,withdrawn_by,withdrawn_at,withdrawn_because}'::text[])) then
    raise exception 'a paper is a record, and its end is final' using errcode = '42501', constraint = 'merchant_documents_end_once';
  end if;
  return new;
end $$;
create trigger end_once before update on merchant_documents for each row execute function fc.keep_merchant_document();
create trigger kept_rows before delete on merchant_documents for each row execute function fc.refuse_change();
create trigger kept_table before truncate on merchant_documents for each statement execute function fc.refuse_change();

-- How much of a paper's value a route session takes. It counts until the session ends without a payment: nothing has to remember to free it.
create table document_uses (
  tenant_id uuid not null references tenants,
  session_id uuid not null,
  document_id uuid not null,
  -- in the paper's currency; 0 where the route that took it was left for another
  amount numeric not null check (amount >= 0),
  currency text not null,
  used_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, session_id, document_id),
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, document_id) references merchant_documents
);
create index document_uses_of_document on document_uses (tenant_id, document_id);
call fc.protect('document_uses');
grant select on document_uses to app_rt, app_worker;
grant insert (tenant_id, session_id, document_id, amount, currency) on document_uses to app_rt;
grant update (amount) on document_uses to app_rt;

-- A paper cannot be used beyond its value. Asked after the row is written, when row-level security has had its say. Uses of the same number count together, also those of rows that were withdrawn or superseded.
create function fc.use_document() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  paper merchant_documents;
  used numeric;
begin
  if tg_op = 'UPDATE' and new.amount in (0, old.amount) then
    return null;
  end if;
  -- One user of a paper at a time: the sum below is read after the lock, and so knows of every other use.
  select * into paper from merchant_documents where tenant_id = new.tenant_id and id = new.document_id for no key update;
  if not found or paper.state <> 'live' or paper.currency is distinct from new.currency
    or not exists (select from route_sessions where tenant_id = new.tenant_id and id = new.session_id and merchant_id = paper.merchant_id) then
    raise exception 'only a live paper of the same merchant is used, in its own currency' using errcode = '23514', constraint = 'document_uses_of_live';
  end if;
  select coalesce(sum(u.amount), 0) into used from document_uses u join merchant_documents d on d.tenant_id = u.tenant_id and d.id = u.document_id
    join route_sessions s on s.tenant_id = u.tenant_id and s.id = u.session_id
  where u.tenant_id = new.tenant_id and d.merchant_id = paper.merchant_id and d.code = paper.code and d.number_key = paper.number_key and u.currency = paper.currency
    and s.state not in ('cancelled', 'expired', 'failed', 'returned');
  if used > paper.amount then
    raise exception 'the paper is worth less' using errcode = '23514', constraint = 'document_uses_within_value';
  end if;
  return null;
end $$;
create trigger within_value after insert or update on document_uses for each row execute function fc.use_document();
create trigger kept_rows before delete on document_uses for each row execute function fc.refuse_change();
create trigger kept_table before truncate on document_uses for each statement execute function fc.refuse_change();

revoke all on function fc.screening_stops(text, uuid), fc.add_screening(), fc.keep_screening(), fc.refuse_screened_out(), fc.keep_merchant_document(), fc.use_document() from public;
grant execute on function fc.screening_stops(text, uuid) to app_rt, app_worker;
