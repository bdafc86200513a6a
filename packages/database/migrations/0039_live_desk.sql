-- The live desk: who has which session in hand, what desk and merchant write to each other, what the desk asks of the merchant while its own clock
-- stands, and how readers of the outbox find every row once.

-- The transaction that put a row here. A reader keeps the snapshot of its last read: what that snapshot did not see and the present one does is new, in
-- whatever order transactions began and committed. A plain number, because behind row-level security an index is used for plain comparisons alone.
alter table outbox add column xid bigint not null default (pg_current_xact_id()::text::bigint);
create index outbox_new on outbox (tenant_id, xid);
-- Rows hold ids alone and are hints: whoever misses one reads the thing itself again.
grant select, delete on outbox to app_rt;

-- Who has a session in hand. Soft: it hinders nobody's reading, ends by itself, and can be taken over.
create table session_claims (
  tenant_id uuid not null references tenants,
  session_id uuid not null,
  user_id uuid not null,
  claimed_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null default clock_timestamp() + interval '15 minutes',
  primary key (tenant_id, session_id),
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, user_id) references memberships,
  check (expires_at > claimed_at)
);
create index session_claims_of_user on session_claims (tenant_id, user_id);
call fc.protect('session_claims');
grant select, insert, update, delete on session_claims to app_rt;
grant select on session_claims to app_worker;

-- What the desk asks of a merchant. While one is open the session waits on the merchant and the desk's clock stands.
create table merchant_asks (
  tenant_id uuid not null references tenants,
  id uuid not null,
  session_id uuid not null,
  kind text not null check (kind in ('document', 'question', 'new_price', 'other_route')),
  document_code text check (length(document_code) between 1 and 60),
  text text not null check (length(text) between 1 and 1000),
  -- by the market clock
  due_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'answered', 'withdrawn')),
  asked_by uuid not null,
  asked_at timestamptz not null default clock_timestamp(),
  -- who answered or took it back; nobody where it ended with its session
  closed_by uuid,
  closed_at timestamptz,
  answer_text text check (length(answer_text) between 1 and 1000),
  artifact_id uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, asked_by) references memberships,
  foreign key (tenant_id, closed_by) references memberships,
  foreign key (tenant_id, artifact_id) references artifacts,
  check ((kind = 'document') = (document_code is not null)),
  check ((state = 'open') = (closed_at is null)),
  check ((state = 'answered') = (answer_text is not null or artifact_id is not null)),
  check (state <> 'answered' or closed_by is not null),
  check (state <> 'open' or closed_by is null)
);
create index merchant_asks_of_session on merchant_asks (tenant_id, session_id, asked_at);
call fc.protect('merchant_asks');
grant select, insert on merchant_asks to app_rt;
grant update (state, closed_by, closed_at, answer_text, artifact_id) on merchant_asks to app_rt;
grant select on merchant_asks to app_worker;
grant update (state, closed_at) on merchant_asks to app_worker;

create function fc.keep_merchant_ask() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state <> 'open' or (new.tenant_id, new.id, new.session_id, new.kind, new.document_code, new.text, new.due_at, new.asked_by, new.asked_at)
    is distinct from (old.tenant_id, old.id, old.session_id, old.kind, old.document_code, old.text, old.due_at, old.asked_by, old.asked_at) then
    raise exception 'what was asked stays, and is answered or taken back once' using errcode = '42501', constraint = 'merchant_asks_closed_once';
  end if;
  return new;
end $$;
revoke all on function fc.keep_merchant_ask() from public;
create trigger closed_once before update on merchant_asks for each row execute function fc.keep_merchant_ask();
create trigger kept_rows before delete on merchant_asks for each row execute function fc.refuse_change();
create trigger kept_table before truncate on merchant_asks for each statement execute function fc.refuse_change();

-- The thread of a session. What is asked and answered stands in it by its ask, and is not written twice.
create table session_messages (
  tenant_id uuid not null references tenants,
  id uuid not null,
  session_id uuid not null,
  -- without gaps in the order of commits, so that "seen up to here" hides none
  seq integer not null check (seq > 0),
  from_side text not null check (from_side in ('desk', 'merchant')),
  user_id uuid not null,
  text text check (length(text) between 1 and 1000),
  artifact_id uuid,
  ask_id uuid,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  constraint session_messages_in_order unique (tenant_id, session_id, seq),
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, user_id) references memberships,
  foreign key (tenant_id, artifact_id) references artifacts,
  foreign key (tenant_id, ask_id) references merchant_asks,
  check ((ask_id is null) = (text is not null or artifact_id is not null))
);
create unique index session_messages_of_ask on session_messages (tenant_id, ask_id, from_side) where ask_id is not null;
call fc.protect('session_messages');
call fc.freeze('session_messages');
grant select, insert on session_messages to app_rt;

-- How far each side has read a thread: the seen mark. It says which side, not which person.
create table message_reads (
  tenant_id uuid not null references tenants,
  session_id uuid not null,
  side text not null check (side in ('desk', 'merchant')),
  through_seq integer not null check (through_seq > 0),
  at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, session_id, side),
  foreign key (tenant_id, session_id) references route_sessions
);
call fc.protect('message_reads');
grant select, insert on message_reads to app_rt;
grant update (through_seq, at) on message_reads to app_rt;

alter table route_sessions add column paused_at timestamptz;
comment on column route_sessions.paused_at is 'since when, by the market clock, the desk''s clock stands; due_at moves on by as much when it goes on';
grant update (due_at, paused_at) on route_sessions to app_rt, app_worker;

-- A session leaves its waiting only with every ask closed: answered or taken back where it goes on, taken back with it where it ends.
create function fc.close_asks() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.state = 'accepted' then
    if exists (select from merchant_asks a where a.tenant_id = new.tenant_id and a.session_id = new.id and a.state = 'open') then
      raise exception 'the merchant has not answered yet' using errcode = '23514', constraint = 'route_sessions_asks_closed';
    end if;
  else
    update merchant_asks a set state = 'withdrawn', closed_at = clock_timestamp() where a.tenant_id = new.tenant_id and a.session_id = new.id and a.state = 'open';
  end if;
  return new;
end $$;
revoke all on function fc.close_asks() from public;
create trigger asks_closed before update of state on route_sessions for each row
  when (old.state = 'awaiting_merchant' and new.state <> 'awaiting_merchant') execute function fc.close_asks();

-- As in 0029, but for a session that comes back from its merchant: it was accepted before and pays nothing now, and it stays accepted under the bank
-- details of that acceptance, so that a change in the meantime shows.
drop trigger supplier_not_held on route_sessions;
create trigger supplier_not_held before update of state on route_sessions for each row
  when (new.state in ('approved', 'executing') or (new.state = 'accepted' and old.state <> 'awaiting_merchant')) execute function fc.refuse_held_supplier();
