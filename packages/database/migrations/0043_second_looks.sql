-- What a hostile reading of the execution found that the code alone held, or nobody did.

-- A file proves a step of its own merchant alone: one of no session is not everybody's.
create or replace function fc.check_proof() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from artifacts a join route_sessions s on s.tenant_id = a.tenant_id and s.id = new.session_id
    where a.tenant_id = new.tenant_id and a.id = new.artifact_id and a.state = 'clean' and (a.session_id is null or a.session_id = s.id) and (a.merchant_id is null or a.merchant_id = s.merchant_id) for share of a) then
    raise exception 'the file is not one that can prove this step' using errcode = '23514', constraint = 'proofs_file_usable';
  end if;
  return new;
end $$;

-- One transaction has many writings where its hash is hexadecimal: in either case, with and without its prefix.
create function fc.transaction_key(hash text) returns text language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select case when hash ~ '^(0[xX])?[0-9a-fA-F]{64}$' then lower(right(hash, 64)) else hash end
$$;
revoke all on function fc.transaction_key(text) from public;
grant execute on function fc.transaction_key(text) to app_rt;
drop index proofs_transaction_serves_once;
create unique index proofs_transaction_serves_once on proofs (tenant_id, fc.transaction_key(transaction_hash)) where state <> 'rejected' and transaction_hash is not null;

-- No session ends otherwise than well while nobody knows whether one of its steps happened: what is not known is found out first. In a simulation there is
-- nothing to find.
create function fc.refuse_unknown_step() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.execution_mode <> 'simulation' and exists (select from execution_steps t where t.tenant_id = new.tenant_id and t.session_id = new.id and t.state = 'unknown') then
    raise exception 'nobody knows whether a step happened' using errcode = '23514', constraint = 'route_sessions_no_unknown_step';
  end if;
  return new;
end $$;
revoke all on function fc.refuse_unknown_step() from public;
create trigger no_unknown_step before update of state on route_sessions for each row
  when (new.state in ('failed', 'returned', 'cancelled') and old.state in ('executing', 'paused')) execute function fc.refuse_unknown_step();

-- An outcome is simulated exactly where its session was: evidence follows from the outcome (estimate_evidence_of_real_outcome), and so from how it was executed.
create function fc.check_outcome_mode() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.simulation is distinct from (select coalesce(s.execution_mode, s.mode_ceiling) = 'simulation' from route_sessions s where s.tenant_id = new.tenant_id and s.id = new.session_id) then
    raise exception 'an outcome is as real as what was executed' using errcode = '23514', constraint = 'session_outcomes_as_real_as_executed';
  end if;
  return new;
end $$;
revoke all on function fc.check_outcome_mode() from public;
-- After the row is written, here and below, so that row-level security has spoken first.
create trigger as_real_as_executed after insert on session_outcomes for each row execute function fc.check_outcome_mode();

-- A connector is called in the mode of its session: nothing real for a simulated one, whatever the call says of itself.
create function fc.check_call_mode() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from route_sessions s where s.tenant_id = new.tenant_id and s.id = new.session_id and (s.execution_mode = 'simulation') <> (new.mode = 'simulation')) then
    raise exception 'a call is as real as its session' using errcode = '23514', constraint = 'connector_calls_as_real_as_session';
  end if;
  return new;
end $$;
revoke all on function fc.check_call_mode() from public;
create trigger as_real_as_session after insert on connector_calls for each row execute function fc.check_call_mode();

-- As in 0037, but of a simulation nothing is paid, and so nothing of a paper is used.
create or replace function fc.use_document() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
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
    and s.state not in ('cancelled', 'expired', 'failed', 'returned') and s.execution_mode is distinct from 'simulation';
  if used > paper.amount then
    raise exception 'the paper is worth less' using errcode = '23514', constraint = 'document_uses_within_value';
  end if;
  return null;
end $$;

-- What was paid under a paper stays counted: under the same number it is recorded again only with a value in the same money, or its uses would be left behind.
create function fc.keep_document_money() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from document_uses u join merchant_documents d on d.tenant_id = u.tenant_id and d.id = u.document_id join route_sessions s on s.tenant_id = u.tenant_id and s.id = u.session_id
    where u.tenant_id = new.tenant_id and d.merchant_id = new.merchant_id and d.code = new.code and d.number_key = new.number_key and u.amount > 0 and u.currency is distinct from new.currency
      and s.state not in ('cancelled', 'expired', 'failed', 'returned') and s.execution_mode is distinct from 'simulation') then
    raise exception 'what was used of this paper is in another money' using errcode = '23514', constraint = 'merchant_documents_same_money';
  end if;
  return null;
end $$;
revoke all on function fc.keep_document_money() from public;
create trigger same_money after insert on merchant_documents for each row execute function fc.keep_document_money();
