-- Stored files: proofs, papers, quotes, generated reports. The row says what a file is and whose; its bytes lie in the artifact store under a key that
-- the server made and no answer holds. A file is never edited: another one supersedes it. Until a scanner has passed it nobody can read its bytes.
create table artifacts (
  tenant_id uuid not null references tenants,
  id uuid not null,
  class text not null check (class in ('public', 'merchant', 'desk', 'restricted')),
  -- what it is: a proof kind, a document code, or one of quote, screening, message, report
  kind text not null check (length(kind) between 1 and 60),
  file_name text not null check (length(file_name) between 1 and 200),
  media_type text not null,
  size_bytes bigint not null check (size_bytes > 0),
  sha256 bytea not null check (octet_length(sha256) = 32),
  storage_key text not null,
  state text not null default 'quarantined' check (state in ('quarantined', 'clean', 'refused', 'removed')),
  scanned_at timestamptz,
  -- which scanner said so, with the version of its signatures
  scanner text,
  refused_because text,
  -- why it is not judged yet: set while a scanner does not answer, cleared by the verdict
  waits_because text,
  -- whose it is; null where it is the desk's alone
  merchant_id uuid,
  -- the route session it belongs to; null where it belongs to a merchant or a desk in general
  session_id uuid,
  -- the artifact whose place it takes
  supersedes uuid,
  uploaded_by uuid not null,
  uploaded_by_role text not null,
  uploaded_at timestamptz not null default clock_timestamp(),
  -- until when it is kept; null is for as long as the workspace stands
  keep_until timestamptz,
  removed_at timestamptz,
  removed_because text,
  primary key (tenant_id, id),
  unique (tenant_id, storage_key),
  -- of two that would take the place of one, the second is refused
  constraint artifacts_superseded_once unique (tenant_id, supersedes),
  foreign key (tenant_id, merchant_id) references merchants,
  foreign key (tenant_id, session_id) references route_sessions,
  foreign key (tenant_id, supersedes) references artifacts,
  foreign key (tenant_id, uploaded_by) references memberships,
  check (supersedes is distinct from id),
  -- what was removed may have been judged before or not
  check (state not in ('clean', 'refused') or (scanned_at is not null and scanner is not null)),
  check (state <> 'quarantined' or scanned_at is null),
  check (waits_because is null or state = 'quarantined'),
  check ((state = 'refused') <= (refused_because is not null)),
  check ((state = 'removed') = (removed_at is not null)),
  check ((removed_at is null) = (removed_because is null))
);
comment on column artifacts.storage_key is 'secret: where the bytes lie; no answer, header or redirect holds it';
create index artifacts_newest on artifacts (tenant_id, id desc);
create index artifacts_of_session on artifacts (tenant_id, session_id, id desc);
create index artifacts_quarantined on artifacts (tenant_id, id) where state = 'quarantined';
-- what counts against the quota of a tenant, and what retention ends: rows whose bytes are held
create index artifacts_held on artifacts (tenant_id) include (size_bytes) where state in ('quarantined', 'clean');
create index artifacts_kept_until on artifacts (tenant_id, keep_until) where state in ('quarantined', 'clean');
-- the same bytes again: one proof must not serve two steps
create index artifacts_of_content on artifacts (tenant_id, sha256);
call fc.protect('artifacts');
grant select, insert on artifacts to app_rt;
grant update (state, scanned_at, scanner, refused_because, waits_because, removed_at, removed_because) on artifacts to app_rt;

-- A verdict is given once, and what was removed stays removed; what a file is never changes.
create function fc.keep_artifact() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state in ('refused', 'removed') and new.state is distinct from old.state and not (old.state = 'refused' and new.state = 'removed')
    or old.state = 'clean' and new.state not in ('clean', 'removed') then
    raise exception 'an artifact is judged once' using errcode = '42501', constraint = 'artifacts_judged_once';
  end if;
  return new;
end $$;
revoke all on function fc.keep_artifact() from public;
create trigger judged_once before update on artifacts for each row execute function fc.keep_artifact();
create trigger kept_rows before delete on artifacts for each row execute function fc.refuse_change();
create trigger kept_table before truncate on artifacts for each statement execute function fc.refuse_change();
