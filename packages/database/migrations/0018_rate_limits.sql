-- Rate limits, shared by every instance: one token bucket a key. An instance reserves a few tokens before it spends them, so that all of them
-- together never spend more than a bucket gave; what it does not spend is lost.
grant create on schema fc to fc_auth;

create table rate_buckets (
  key bytea primary key check (octet_length(key) = 32),
  -- as the last caller said: tokens a second, most tokens, how many it wanted and how many it got
  per_s double precision not null check (per_s > 0),
  burst integer not null check (burst > 0),
  wanted integer not null check (wanted > 0),
  granted integer not null check (granted >= 0),
  -- what was left at `at`
  tokens double precision not null check (tokens >= 0),
  at timestamptz not null
) with (fillfactor = 50);
alter table rate_buckets enable row level security;
alter table rate_buckets force row level security;
create policy auth_only on rate_buckets to fc_auth using (true) with check (true);
grant select, insert, update, delete on rate_buckets to fc_auth;

create function fc.tokens_now(tokens double precision, at timestamptz, per_s double precision, burst integer, now_at timestamptz) returns double precision
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select least(burst, tokens + per_s * greatest(0, extract(epoch from now_at - at)::double precision))
$$;

-- Takes up to so many whole tokens from each bucket, in one statement: two at once cannot both take the last. Answers how many each gave, and
-- where it gave none, in how many ms it has one. `p_forget`: buckets that nobody asked for an hour are full again, and are forgotten.
create function fc.take_tokens(p_keys bytea[], p_per_s double precision[], p_bursts integer[], p_wanted integer[], p_forget boolean) returns table (key bytea, granted integer, wait_ms integer)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  -- No reservation waits for the disk: a crash forgets the last ones, which harms nobody. For this transaction alone. (Not an unlogged table:
  -- in a database made from a template its index is broken after a crash, and then every request would fail.)
  perform set_config('synchronous_commit', 'off', true);
  if p_forget then
    delete from rate_buckets where key in (select r.key from rate_buckets r where r.at < now() - interval '1 hour' limit 1000 for update skip locked);
  end if;
  return query
  insert into rate_buckets as b (key, per_s, burst, wanted, granted, tokens, at)
  select w.key, w.per_s, w.burst, w.wanted, least(w.wanted, w.burst), w.burst - least(w.wanted, w.burst), clock_timestamp()
  from unnest(p_keys, p_per_s, p_bursts, p_wanted) as w(key, per_s, burst, wanted) order by w.key
  on conflict (key) do update set
    per_s = excluded.per_s, burst = excluded.burst, wanted = excluded.wanted,
    granted = least(excluded.wanted, floor(fc.tokens_now(b.tokens, b.at, excluded.per_s, excluded.burst, excluded.at))),
    tokens = fc.tokens_now(b.tokens, b.at, excluded.per_s, excluded.burst, excluded.at)
      - least(excluded.wanted, floor(fc.tokens_now(b.tokens, b.at, excluded.per_s, excluded.burst, excluded.at))),
    at = greatest(b.at, excluded.at)
  returning b.key, b.granted, case when b.granted > 0 then 0 else 1 + ceil((1 - b.tokens) / b.per_s * 1000)::integer end;
end $$;

do $$
begin
  revoke all on function fc.take_tokens(bytea[], double precision[], integer[], integer[], boolean), fc.tokens_now(double precision, timestamptz, double precision, integer, timestamptz) from public;
  grant execute on function fc.tokens_now(double precision, timestamptz, double precision, integer, timestamptz) to fc_auth;
  grant execute on function fc.take_tokens(bytea[], double precision[], integer[], integer[], boolean) to app_rt;
  alter function fc.take_tokens(bytea[], double precision[], integer[], integer[], boolean) owner to fc_auth;
end $$;
