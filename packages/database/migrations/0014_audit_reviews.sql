-- Who reviewed one of the audit's four views, and up to which number. A review is a record like what it reviews: it is never changed or taken back.
create table audit_reviews (
  tenant_id uuid not null references tenants,
  id uuid not null,
  view text not null check (view in ('approval', 'resume', 'proof', 'readiness')),
  -- the numbers it covers: behind the same person's review before it, up to and with the event that was named by its hash
  after_seq bigint not null check (after_seq >= 0),
  through_seq bigint not null check (through_seq > after_seq),
  through_hash bytea not null check (octet_length(through_hash) = 32),
  events integer not null check (events >= 0),
  -- events of the reviewer's own among them
  own_events integer not null check (own_events between 0 and events),
  note text,
  user_id uuid not null,
  at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, view, user_id, through_seq),
  foreign key (tenant_id, user_id) references memberships
);
call fc.protect('audit_reviews');
call fc.freeze('audit_reviews');
create index audit_reviews_of_view on audit_reviews (tenant_id, view, through_seq);
grant select, insert on audit_reviews to app_rt;
