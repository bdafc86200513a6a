-- Written by `npm run codegen`; a test holds it against the migrations. Not run by anything.

table account_factors (row-level security forced)
  user_id uuid not null
  totp_secret bytea not null -- secret: what makes the one-time codes
  begun_at timestamp with time zone not null default now()
  enrolled_at timestamp with time zone
  last_step bigint not null default 0
  constraint account_factors_pkey PRIMARY KEY (user_id)
  constraint account_factors_totp_secret_check CHECK ((octet_length(totp_secret) = 20))
  constraint account_factors_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
policy auth_only permissive for all to fc_auth using true with check true
grant delete, insert, select, update to fc_auth

table account_links (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  token_hash bytea not null -- secret: SHA-256 of a single-use link
  purpose text not null
  email text not null
  role text
  merchant_id uuid
  display_name text
  user_id uuid
  made_by uuid
  made_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  used_at timestamp with time zone
  used_by uuid
  revoked_at timestamp with time zone
  constraint account_links_check CHECK (
CASE purpose
    WHEN 'invite'::text THEN ((role IS NOT NULL) AND (display_name IS NOT NULL) AND (user_id IS NULL) AND ((role = 'merchant_client'::text) = (merchant_id IS NOT NULL)))
    ELSE ((user_id IS NOT NULL) AND (role IS NULL) AND (merchant_id IS NULL) AND (display_name IS NULL))
END)
  constraint account_links_check1 CHECK (((used_at IS NULL) = (used_by IS NULL)))
  constraint account_links_check2 CHECK (((used_at IS NULL) OR (revoked_at IS NULL)))
  constraint account_links_display_name_check CHECK ((display_name <> ''::text))
  constraint account_links_email_check CHECK (((email = lower(email)) AND (email ~~ '%_@_%'::text)))
  constraint account_links_pkey PRIMARY KEY (tenant_id, id)
  constraint account_links_purpose_check CHECK ((purpose = ANY (ARRAY['invite'::text, 'recovery'::text])))
  constraint account_links_role_check CHECK ((role = ANY (ARRAY['platform_admin'::text, 'desk_operator'::text, 'merchant_client'::text, 'settlement_agent'::text])))
  constraint account_links_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint account_links_tenant_id_merchant_id_fkey FOREIGN KEY (tenant_id, merchant_id) REFERENCES merchants(tenant_id, id)
  constraint account_links_tenant_id_token_hash_key UNIQUE (tenant_id, token_hash)
  constraint account_links_token_hash_check CHECK ((octet_length(token_hash) = 32))
CREATE INDEX account_links_by_email ON public.account_links USING btree (tenant_id, email)
CREATE INDEX account_links_by_token ON public.account_links USING btree (token_hash)
policy auth_lookup permissive for select to fc_auth using true
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using ((tenant_id = ( SELECT fc.tid() AS tid)) OR (( SELECT CURRENT_USER AS "current_user") = 'fc_auth'::name)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant insert to app_rt
grant select to fc_auth
grant select (tenant_id, id, purpose, email, role, merchant_id, display_name, user_id, made_by, made_at, expires_at, used_at, used_by, revoked_at) to app_rt
grant update (email, display_name, used_at, used_by, revoked_at) to fc_auth
grant update (revoked_at) to app_rt

table api_key_secrets (row-level security forced)
  key_id uuid not null
  of_tenant uuid not null
  secret_hash bytea -- secret: SHA-256 of the whole key
  last_used_at timestamp with time zone
  constraint api_key_secrets_of_tenant_key_id_fkey FOREIGN KEY (of_tenant, key_id) REFERENCES api_keys(tenant_id, id)
  constraint api_key_secrets_pkey PRIMARY KEY (key_id)
  constraint api_key_secrets_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
  constraint api_key_secrets_secret_hash_key UNIQUE (secret_hash)
policy auth_only permissive for all to fc_auth using true with check true
grant insert, select, update to fc_auth

table api_keys (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  user_id uuid not null
  label text not null
  prefix text not null
  scopes text[] not null
  created_at timestamp with time zone not null default now()
  created_by uuid not null
  expires_at timestamp with time zone not null
  revoked_at timestamp with time zone
  revoked_by uuid
  constraint api_keys_check CHECK (((expires_at > created_at) AND (expires_at <= (created_at + '366 days'::interval))))
  constraint api_keys_check1 CHECK (((revoked_at IS NULL) = (revoked_by IS NULL)))
  constraint api_keys_label_check CHECK ((label <> ''::text))
  constraint api_keys_pkey PRIMARY KEY (tenant_id, id)
  constraint api_keys_prefix_check CHECK ((prefix ~ '^[a-z0-9]{8}$'::text))
  constraint api_keys_scopes_check CHECK (((cardinality(scopes) >= 1) AND (cardinality(scopes) <= 100)))
  constraint api_keys_tenant_id_created_by_fkey FOREIGN KEY (tenant_id, created_by) REFERENCES memberships(tenant_id, user_id)
  constraint api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint api_keys_tenant_id_revoked_by_fkey FOREIGN KEY (tenant_id, revoked_by) REFERENCES memberships(tenant_id, user_id)
  constraint api_keys_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES memberships(tenant_id, user_id)
  constraint api_keys_tenant_id_user_id_key UNIQUE (tenant_id, user_id)
policy auth_lookup permissive for select to fc_auth using true
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using ((tenant_id = ( SELECT fc.tid() AS tid)) OR (( SELECT CURRENT_USER AS "current_user") = 'fc_auth'::name)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant insert, select to fc_auth
grant select to app_rt
grant update (revoked_at, revoked_by) to fc_auth

table approval_rule_sets (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  version integer not null
  base_version integer not null
  rules jsonb not null
  note text not null
  state text not null default 'proposed'::text
  proposed_by uuid not null
  proposed_at timestamp with time zone not null default clock_timestamp()
  decided_by uuid
  decided_at timestamp with time zone
  rejected_because text
  constraint approval_rule_sets_check CHECK (((base_version >= 0) AND (base_version < version)))
  constraint approval_rule_sets_decided CHECK ((((state = 'proposed'::text) = (decided_by IS NULL)) AND ((decided_by IS NULL) = (decided_at IS NULL))))
  constraint approval_rule_sets_note_check CHECK (((length(note) >= 1) AND (length(note) <= 500)))
  constraint approval_rule_sets_pkey PRIMARY KEY (tenant_id, id)
  constraint approval_rule_sets_refusal CHECK (((state = 'rejected'::text) = (rejected_because IS NOT NULL)))
  constraint approval_rule_sets_rejected_because_check CHECK ((rejected_because = ANY (ARRAY['asks_too_little'::text, 'asks_too_much'::text, 'not_discussed'::text, 'entered_wrongly'::text])))
  constraint approval_rule_sets_second_person CHECK (((state = 'proposed'::text) OR ((state = 'withdrawn'::text) = (decided_by = proposed_by))))
  constraint approval_rule_sets_shape CHECK (fc.approval_rules_ok(rules))
  constraint approval_rule_sets_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'confirmed'::text, 'rejected'::text, 'withdrawn'::text])))
  constraint approval_rule_sets_tenant_id_decided_by_fkey FOREIGN KEY (tenant_id, decided_by) REFERENCES memberships(tenant_id, user_id)
  constraint approval_rule_sets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint approval_rule_sets_tenant_id_proposed_by_fkey FOREIGN KEY (tenant_id, proposed_by) REFERENCES memberships(tenant_id, user_id)
  constraint approval_rule_sets_version UNIQUE (tenant_id, version)
  constraint approval_rule_sets_version_check CHECK ((version > 0))
CREATE INDEX approval_rule_sets_in_force ON public.approval_rule_sets USING btree (tenant_id, version DESC) WHERE (state = 'confirmed'::text)
CREATE UNIQUE INDEX approval_rule_sets_one_open ON public.approval_rule_sets USING btree (tenant_id) WHERE (state = 'proposed'::text)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER decided_once BEFORE UPDATE ON public.approval_rule_sets FOR EACH ROW EXECUTE FUNCTION fc.keep_rule_set()
CREATE TRIGGER kept_rows BEFORE DELETE ON public.approval_rule_sets FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.approval_rule_sets FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER proposed_rightly AFTER INSERT ON public.approval_rule_sets FOR EACH ROW EXECUTE FUNCTION fc.check_rule_set()
grant select to app_rt
grant insert (tenant_id, id, version, base_version, rules, note, proposed_by) to app_rt
grant update (state, decided_by, decided_at, rejected_because) to app_rt

table approvals (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  session_id uuid not null
  content_version integer not null
  details_version integer not null
  candidate_id text not null
  user_id uuid not null
  role text not null
  reason_code text not null
  note text
  at timestamp with time zone not null default clock_timestamp()
  constraint approvals_once UNIQUE (tenant_id, session_id, content_version, details_version, user_id)
  constraint approvals_pkey PRIMARY KEY (tenant_id, id)
  constraint approvals_role_check CHECK ((role = ANY (ARRAY['desk_operator'::text, 'platform_admin'::text])))
  constraint approvals_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint approvals_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
  constraint approvals_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES memberships(tenant_id, user_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.approvals FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.approvals FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER of_what_stands AFTER INSERT ON public.approvals FOR EACH ROW EXECUTE FUNCTION fc.check_approval()
grant insert, select to app_rt

table artifacts (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  class text not null
  kind text not null
  file_name text not null
  media_type text not null
  size_bytes bigint not null
  sha256 bytea not null
  storage_key text not null -- where the bytes lie: the server reads it to find them, and no answer, header, redirect or log line holds it
  state text not null default 'quarantined'::text
  scanned_at timestamp with time zone
  scanner text
  refused_because text
  waits_because text
  merchant_id uuid
  session_id uuid
  supersedes uuid
  uploaded_by uuid not null
  uploaded_by_role text not null
  uploaded_at timestamp with time zone not null default clock_timestamp()
  keep_until timestamp with time zone
  removed_at timestamp with time zone
  removed_because text
  constraint artifacts_by_content UNIQUE (tenant_id, id, sha256)
  constraint artifacts_check CHECK ((supersedes IS DISTINCT FROM id))
  constraint artifacts_check1 CHECK (((state <> ALL (ARRAY['clean'::text, 'refused'::text])) OR ((scanned_at IS NOT NULL) AND (scanner IS NOT NULL))))
  constraint artifacts_check2 CHECK (((state <> 'quarantined'::text) OR (scanned_at IS NULL)))
  constraint artifacts_check3 CHECK (((waits_because IS NULL) OR (state = 'quarantined'::text)))
  constraint artifacts_check4 CHECK (((state = 'refused'::text) <= (refused_because IS NOT NULL)))
  constraint artifacts_check5 CHECK (((state = 'removed'::text) = (removed_at IS NOT NULL)))
  constraint artifacts_check6 CHECK (((removed_at IS NULL) = (removed_because IS NULL)))
  constraint artifacts_class_check CHECK ((class = ANY (ARRAY['public'::text, 'merchant'::text, 'desk'::text, 'restricted'::text])))
  constraint artifacts_file_name_check CHECK (((length(file_name) >= 1) AND (length(file_name) <= 200)))
  constraint artifacts_kind_check CHECK (((length(kind) >= 1) AND (length(kind) <= 60)))
  constraint artifacts_pkey PRIMARY KEY (tenant_id, id)
  constraint artifacts_sha256_check CHECK ((octet_length(sha256) = 32))
  constraint artifacts_size_bytes_check CHECK ((size_bytes > 0))
  constraint artifacts_state_check CHECK ((state = ANY (ARRAY['quarantined'::text, 'clean'::text, 'refused'::text, 'removed'::text])))
  constraint artifacts_superseded_once UNIQUE (tenant_id, supersedes)
  constraint artifacts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint artifacts_tenant_id_merchant_id_fkey FOREIGN KEY (tenant_id, merchant_id) REFERENCES merchants(tenant_id, id)
  constraint artifacts_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
  constraint artifacts_tenant_id_storage_key_key UNIQUE (tenant_id, storage_key)
  constraint artifacts_tenant_id_supersedes_fkey FOREIGN KEY (tenant_id, supersedes) REFERENCES artifacts(tenant_id, id)
  constraint artifacts_tenant_id_uploaded_by_fkey FOREIGN KEY (tenant_id, uploaded_by) REFERENCES memberships(tenant_id, user_id)
CREATE INDEX artifacts_held ON public.artifacts USING btree (tenant_id) INCLUDE (size_bytes) WHERE (state = ANY (ARRAY['quarantined'::text, 'clean'::text]))
CREATE INDEX artifacts_kept_until ON public.artifacts USING btree (tenant_id, keep_until) WHERE (state = ANY (ARRAY['quarantined'::text, 'clean'::text]))
CREATE INDEX artifacts_newest ON public.artifacts USING btree (tenant_id, id DESC)
CREATE INDEX artifacts_of_content ON public.artifacts USING btree (tenant_id, sha256)
CREATE INDEX artifacts_of_session ON public.artifacts USING btree (tenant_id, session_id, id DESC)
CREATE INDEX artifacts_quarantined ON public.artifacts USING btree (tenant_id, id) WHERE (state = 'quarantined'::text)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER judged_once BEFORE UPDATE ON public.artifacts FOR EACH ROW EXECUTE FUNCTION fc.keep_artifact()
CREATE TRIGGER kept_rows BEFORE DELETE ON public.artifacts FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.artifacts FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt
grant update (state, scanned_at, scanner, refused_because, waits_because, removed_at, removed_because) to app_rt

table audit_checkpoints (row-level security forced)
  tenant_id uuid not null
  seq bigint not null
  hash bytea not null
  at timestamp with time zone not null
  key_id bytea not null
  public_key bytea not null
  signature bytea not null
  constraint audit_checkpoints_at_check CHECK ((date_trunc('second'::text, at) = at))
  constraint audit_checkpoints_hash_check CHECK ((octet_length(hash) = 32))
  constraint audit_checkpoints_key_id_check CHECK ((octet_length(key_id) = 32))
  constraint audit_checkpoints_pkey PRIMARY KEY (tenant_id, seq, key_id)
  constraint audit_checkpoints_public_key_check CHECK ((octet_length(public_key) = 32))
  constraint audit_checkpoints_seq_check CHECK ((seq > 0))
  constraint audit_checkpoints_signature_check CHECK ((octet_length(signature) = 64))
  constraint audit_checkpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.audit_checkpoints FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt
grant select to app_worker

table audit_events (row-level security forced)
  tenant_id uuid not null
  seq bigint not null
  at timestamp with time zone not null
  user_id uuid not null
  action text not null
  entity text not null
  entity_id text not null
  transition_seq integer
  payload bytea not null
  hash bytea not null
  constraint audit_events_hash_check CHECK ((octet_length(hash) = 32))
  constraint audit_events_once UNIQUE (tenant_id, entity, entity_id, transition_seq)
  constraint audit_events_pkey PRIMARY KEY (tenant_id, seq)
  constraint audit_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
CREATE INDEX audit_events_at ON public.audit_events USING btree (tenant_id, at)
CREATE INDEX audit_events_of_action ON public.audit_events USING btree (tenant_id, action, seq)
CREATE INDEX audit_events_of_person ON public.audit_events USING btree (tenant_id, user_id, seq)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.audit_events FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.audit_events FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to fc_definer
grant select to app_rt
grant select to app_worker

table audit_heads (row-level security forced)
  tenant_id uuid not null
  seq bigint not null
  hash bytea not null
  constraint audit_heads_pkey PRIMARY KEY (tenant_id)
  constraint audit_heads_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant insert, select, update to fc_definer
grant select to app_rt
grant select to app_worker

table audit_reviews (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  view text not null
  after_seq bigint not null
  through_seq bigint not null
  through_hash bytea not null
  events integer not null
  own_events integer not null
  note text
  user_id uuid not null
  at timestamp with time zone not null default now()
  constraint audit_reviews_after_seq_check CHECK ((after_seq >= 0))
  constraint audit_reviews_check CHECK ((through_seq > after_seq))
  constraint audit_reviews_check1 CHECK (((own_events >= 0) AND (own_events <= events)))
  constraint audit_reviews_events_check CHECK ((events >= 0))
  constraint audit_reviews_pkey PRIMARY KEY (tenant_id, id)
  constraint audit_reviews_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint audit_reviews_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES memberships(tenant_id, user_id)
  constraint audit_reviews_tenant_id_view_user_id_through_seq_key UNIQUE (tenant_id, view, user_id, through_seq)
  constraint audit_reviews_through_hash_check CHECK ((octet_length(through_hash) = 32))
  constraint audit_reviews_view_check CHECK ((view = ANY (ARRAY['approval'::text, 'resume'::text, 'proof'::text, 'readiness'::text])))
CREATE INDEX audit_reviews_of_view ON public.audit_reviews USING btree (tenant_id, view, through_seq)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.audit_reviews FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.audit_reviews FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt

table auth_sessions (row-level security forced)
  token_hash bytea not null -- secret: SHA-256 of the session token
  id uuid not null
  user_id uuid not null
  of_tenant uuid not null
  created_at timestamp with time zone not null default now()
  last_seen_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  proved_at timestamp with time zone not null default now()
  constraint auth_sessions_id_key UNIQUE (id)
  constraint auth_sessions_pkey PRIMARY KEY (token_hash)
  constraint auth_sessions_token_hash_check CHECK ((octet_length(token_hash) = 32))
  constraint auth_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
CREATE INDEX auth_sessions_by_user ON public.auth_sessions USING btree (user_id)
policy auth_only permissive for all to fc_auth using true with check true
grant delete, insert, select, update to fc_auth

table bank_detail_changes (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  supplier_id uuid not null
  state text not null default 'pending'::text
  received_by text not null
  details_sealed bytea not null -- sealed: account number and CNAPS that are proposed
  account_masked text not null
  cnaps_masked text
  bank_name text
  bic text
  replaced_sealed bytea -- sealed: account number and CNAPS that the supplier had before
  replaced_account_masked text not null
  replaced_cnaps_masked text
  replaced_bank_name text
  replaced_bic text
  proposed_by uuid not null
  proposed_at timestamp with time zone not null default clock_timestamp()
  decided_by uuid
  decided_at timestamp with time zone
  confirmed_over text
  confirmed_with text
  rejected_because text
  constraint bank_detail_changes_confirmation CHECK ((((state = 'confirmed'::text) = (confirmed_over IS NOT NULL)) AND ((state = 'confirmed'::text) = (confirmed_with IS NOT NULL)) AND ((state = 'confirmed'::text) = (replaced_sealed IS NOT NULL))))
  constraint bank_detail_changes_confirmed_over_check CHECK ((confirmed_over = ANY (ARRAY['phone_call'::text, 'video_call'::text, 'in_person'::text])))
  constraint bank_detail_changes_decided CHECK ((((state = 'pending'::text) = (decided_by IS NULL)) AND ((decided_by IS NULL) = (decided_at IS NULL))))
  constraint bank_detail_changes_pkey PRIMARY KEY (tenant_id, id)
  constraint bank_detail_changes_received_by_check CHECK ((received_by = ANY (ARRAY['email'::text, 'chat'::text, 'letter'::text, 'phone_call'::text, 'video_call'::text, 'in_person'::text])))
  constraint bank_detail_changes_refusal CHECK (((state = ANY (ARRAY['rejected'::text, 'withdrawn'::text])) = (rejected_because IS NOT NULL)))
  constraint bank_detail_changes_rejected_because_check CHECK ((rejected_because = ANY (ARRAY['supplier_denies_it'::text, 'supplier_not_reached'::text, 'entered_wrongly'::text, 'no_longer_needed'::text])))
  constraint bank_detail_changes_second_channel CHECK ((confirmed_over <> received_by))
  constraint bank_detail_changes_second_person CHECK (((state = 'pending'::text) OR ((state = 'withdrawn'::text) = (decided_by = proposed_by))))
  constraint bank_detail_changes_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'confirmed'::text, 'rejected'::text, 'withdrawn'::text])))
  constraint bank_detail_changes_tenant_id_decided_by_fkey FOREIGN KEY (tenant_id, decided_by) REFERENCES memberships(tenant_id, user_id)
  constraint bank_detail_changes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint bank_detail_changes_tenant_id_proposed_by_fkey FOREIGN KEY (tenant_id, proposed_by) REFERENCES memberships(tenant_id, user_id)
  constraint bank_detail_changes_tenant_id_supplier_id_fkey FOREIGN KEY (tenant_id, supplier_id) REFERENCES suppliers(tenant_id, id)
CREATE INDEX bank_detail_changes_of_supplier ON public.bank_detail_changes USING btree (tenant_id, supplier_id, id DESC)
CREATE UNIQUE INDEX bank_detail_changes_one_pending ON public.bank_detail_changes USING btree (tenant_id, supplier_id) WHERE (state = 'pending'::text)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER decided_once BEFORE UPDATE ON public.bank_detail_changes FOR EACH ROW EXECUTE FUNCTION fc.keep_bank_detail_change()
CREATE TRIGGER kept_rows BEFORE DELETE ON public.bank_detail_changes FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.bank_detail_changes FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select, update to fc_definer
grant select to app_rt

table connector_calls (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  session_id uuid not null
  "position" integer not null
  attempt integer not null
  connector_id text not null
  mode text not null
  state text not null default 'intent'::text
  request_digest bytea not null
  answer_digest bytea
  cause text
  decided_by uuid
  decided_because text
  started_at timestamp with time zone not null default clock_timestamp()
  lease_until timestamp with time zone not null
  ended_at timestamp with time zone
  constraint connector_calls_answer_digest_check CHECK ((octet_length(answer_digest) = 32))
  constraint connector_calls_attempt_check CHECK ((attempt > 0))
  constraint connector_calls_attempt_once UNIQUE (tenant_id, session_id, "position", attempt)
  constraint connector_calls_cause_check CHECK (((length(cause) >= 1) AND (length(cause) <= 80)))
  constraint connector_calls_connector_id_check CHECK ((connector_id ~ '^[a-z][a-z0-9_]{0,39}$'::text))
  constraint connector_calls_decided_again CHECK ((((attempt = 1) = (decided_by IS NULL)) AND ((decided_by IS NULL) = (decided_because IS NULL))))
  constraint connector_calls_decided_because_check CHECK ((decided_because = ANY (ARRAY['nothing_was_sent'::text, 'other_side_has_nothing'::text, 'money_came_back'::text])))
  constraint connector_calls_ended CHECK ((((state = ANY (ARRAY['answered'::text, 'failed'::text, 'unknown'::text])) = (ended_at IS NOT NULL)) AND ((state = 'answered'::text) = (answer_digest IS NOT NULL)) AND ((state = ANY (ARRAY['failed'::text, 'unknown'::text])) = (cause IS NOT NULL))))
  constraint connector_calls_mode_check CHECK ((mode = ANY (ARRAY['simulation'::text, 'live_safe'::text, 'manual'::text, 'hybrid'::text])))
  constraint connector_calls_pkey PRIMARY KEY (tenant_id, id)
  constraint connector_calls_position_check CHECK (("position" >= 0))
  constraint connector_calls_request_digest_check CHECK ((octet_length(request_digest) = 32))
  constraint connector_calls_simulated_alone CHECK (((mode = 'simulation'::text) = (connector_id = 'simulated'::text)))
  constraint connector_calls_state_check CHECK ((state = ANY (ARRAY['intent'::text, 'sent'::text, 'answered'::text, 'failed'::text, 'unknown'::text])))
  constraint connector_calls_tenant_id_decided_by_fkey FOREIGN KEY (tenant_id, decided_by) REFERENCES memberships(tenant_id, user_id)
  constraint connector_calls_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint connector_calls_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
CREATE INDEX connector_calls_open ON public.connector_calls USING btree (tenant_id, lease_until) WHERE (state = ANY (ARRAY['intent'::text, 'sent'::text]))
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER forward_alone AFTER UPDATE ON public.connector_calls FOR EACH ROW EXECUTE FUNCTION fc.keep_connector_call()
CREATE TRIGGER kept_rows BEFORE DELETE ON public.connector_calls FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.connector_calls FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER next_attempt AFTER INSERT ON public.connector_calls FOR EACH ROW EXECUTE FUNCTION fc.next_connector_attempt()
grant insert, select to app_rt
grant update (state, answer_digest, cause, ended_at) to app_rt

table corridors (row-level security forced)
  tenant_id uuid not null
  id text not null
  "position" integer not null
  name text not null
  source_country text not null
  source_currency text not null
  destination_country text not null
  mode_ceiling text not null default 'simulation'::text
  body jsonb not null
  constraint corridors_mode_ceiling_check CHECK ((mode_ceiling = ANY (ARRAY['simulation'::text, 'live_safe'::text, 'manual'::text, 'hybrid'::text])))
  constraint corridors_pkey PRIMARY KEY (tenant_id, id)
  constraint corridors_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant delete, select to app_rt
grant select to app_worker
grant insert (tenant_id, id, position, name, source_country, source_currency, destination_country, body) to app_rt
grant update (position, name, source_country, source_currency, destination_country, body) to app_rt

table data_revisions (row-level security forced)
  tenant_id uuid not null
  revision integer not null
  digest bytea not null
  note text not null
  imported_at timestamp with time zone not null default now()
  imported_by uuid -- null: the owner of the server, by a command
  constraint data_revisions_digest_check CHECK ((octet_length(digest) = 32))
  constraint data_revisions_pkey PRIMARY KEY (tenant_id, revision)
  constraint data_revisions_revision_check CHECK ((revision > 0))
  constraint data_revisions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint data_revisions_tenant_id_imported_by_fkey FOREIGN KEY (tenant_id, imported_by) REFERENCES memberships(tenant_id, user_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.data_revisions FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.data_revisions FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt
grant select to app_worker

table decision_candidates (row-level security forced)
  tenant_id uuid not null
  session_id uuid not null
  "position" smallint not null
  candidate_id text not null
  rank smallint
  status text not null
  sent_amount numeric not null
  sent_currency text not null
  received_amount numeric not null
  received_currency text not null
  cost_bps numeric not null
  score numeric not null
  constraint decision_candidates_pkey PRIMARY KEY (tenant_id, session_id, "position")
  constraint decision_candidates_status_check CHECK ((status = ANY (ARRAY['ready'::text, 'conditional'::text, 'refused'::text])))
  constraint decision_candidates_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint decision_candidates_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES decisions(tenant_id, session_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.decision_candidates FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.decision_candidates FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt
grant select to app_worker

table decisions (row-level security forced)
  tenant_id uuid not null
  session_id uuid not null
  id uuid not null
  engine_version text not null
  snapshot_digest bytea not null
  weights_revision text not null
  policy_revision text not null
  market_clock text not null
  result_digest bytea not null
  outcome text not null
  complete boolean not null
  degraded text[] not null default '{}'::text[]
  options jsonb not null
  recommended_id text
  cheapest_id text
  rulings bytea not null
  decided_at timestamp with time zone not null default clock_timestamp()
  constraint decisions_pkey PRIMARY KEY (tenant_id, session_id)
  constraint decisions_result_digest_check CHECK ((octet_length(result_digest) = 32))
  constraint decisions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint decisions_tenant_id_id_key UNIQUE (tenant_id, id)
  constraint decisions_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
  constraint decisions_tenant_id_snapshot_digest_fkey FOREIGN KEY (tenant_id, snapshot_digest) REFERENCES snapshots(tenant_id, digest)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.decisions FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.decisions FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt
grant select to app_worker

table desk_fee_rules (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  merchant_id uuid
  corridor_id text
  fixed_amount numeric not null
  fixed_currency text not null
  bps numeric not null
  minimum_amount numeric not null
  minimum_currency text not null
  reason text not null
  version integer not null default 1
  changed_at timestamp with time zone not null default now()
  changed_by uuid not null
  constraint desk_fee_rules_bps_check CHECK (((bps >= (0)::numeric) AND (bps <= (10000)::numeric)))
  constraint desk_fee_rules_fixed_amount_check CHECK ((fixed_amount >= (0)::numeric))
  constraint desk_fee_rules_minimum_amount_check CHECK ((minimum_amount >= (0)::numeric))
  constraint desk_fee_rules_pkey PRIMARY KEY (tenant_id, id)
  constraint desk_fee_rules_tenant_id_changed_by_fkey FOREIGN KEY (tenant_id, changed_by) REFERENCES memberships(tenant_id, user_id)
  constraint desk_fee_rules_tenant_id_corridor_id_fkey FOREIGN KEY (tenant_id, corridor_id) REFERENCES corridors(tenant_id, id)
  constraint desk_fee_rules_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint desk_fee_rules_tenant_id_merchant_id_corridor_id_key UNIQUE NULLS NOT DISTINCT (tenant_id, merchant_id, corridor_id)
  constraint desk_fee_rules_tenant_id_merchant_id_fkey FOREIGN KEY (tenant_id, merchant_id) REFERENCES merchants(tenant_id, id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant insert, select to app_rt
grant select to app_worker
grant update (fixed_amount, fixed_currency, bps, minimum_amount, minimum_currency, reason, version, changed_at, changed_by) to app_rt

table document_uses (row-level security forced)
  tenant_id uuid not null
  session_id uuid not null
  document_id uuid not null
  amount numeric not null
  currency text not null
  used_at timestamp with time zone not null default clock_timestamp()
  constraint document_uses_amount_check CHECK ((amount >= (0)::numeric))
  constraint document_uses_pkey PRIMARY KEY (tenant_id, session_id, document_id)
  constraint document_uses_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES merchant_documents(tenant_id, id)
  constraint document_uses_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint document_uses_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
CREATE INDEX document_uses_of_document ON public.document_uses USING btree (tenant_id, document_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER kept_rows BEFORE DELETE ON public.document_uses FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.document_uses FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER within_value AFTER INSERT OR UPDATE ON public.document_uses FOR EACH ROW EXECUTE FUNCTION fc.use_document()
grant select to app_rt
grant select to app_worker
grant insert (tenant_id, session_id, document_id, amount, currency) to app_rt
grant update (amount) to app_rt

table estimate_evidence (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  session_id uuid not null
  provider_id text not null
  legs text[] not null
  kind text not null
  observation numeric not null
  at timestamp with time zone not null default clock_timestamp()
  simulation boolean not null default false
  undone_by uuid
  undone_at timestamp with time zone
  undone_because text
  constraint estimate_evidence_in_range CHECK (((scale(observation) <= 6) AND
CASE kind
    WHEN 'latency'::text THEN ((observation >= 0.25) AND (observation <= (4)::numeric))
    WHEN 'slippage'::text THEN ((observation >= (0)::numeric) AND (observation <= (4)::numeric))
    ELSE (observation = ANY (ARRAY[(0)::numeric, (1)::numeric]))
END))
  constraint estimate_evidence_kind_check CHECK ((kind = ANY (ARRAY['trust'::text, 'latency'::text, 'slippage'::text, 'liquidity'::text])))
  constraint estimate_evidence_legs_check CHECK (((cardinality(legs) >= 1) AND (cardinality(legs) <= 6)))
  constraint estimate_evidence_of_real_outcome FOREIGN KEY (tenant_id, session_id, simulation) REFERENCES session_outcomes(tenant_id, session_id, simulation)
  constraint estimate_evidence_once UNIQUE (tenant_id, session_id, provider_id, kind)
  constraint estimate_evidence_pkey PRIMARY KEY (tenant_id, id)
  constraint estimate_evidence_simulation_check CHECK ((NOT simulation))
  constraint estimate_evidence_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint estimate_evidence_tenant_id_undone_by_fkey FOREIGN KEY (tenant_id, undone_by) REFERENCES memberships(tenant_id, user_id)
  constraint estimate_evidence_undone CHECK ((((undone_by IS NULL) = (undone_at IS NULL)) AND ((undone_by IS NULL) = (undone_because IS NULL))))
  constraint estimate_evidence_undone_because_check CHECK ((undone_because = ANY (ARRAY['recorded_wrongly'::text, 'not_the_providers_doing'::text, 'market_moved'::text, 'recorded_twice'::text, 'test_payment'::text])))
CREATE INDEX estimate_evidence_of_provider ON public.estimate_evidence USING btree (tenant_id, provider_id, kind, at, id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER kept_rows BEFORE DELETE ON public.estimate_evidence FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.estimate_evidence FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER undone_once BEFORE UPDATE ON public.estimate_evidence FOR EACH ROW EXECUTE FUNCTION fc.keep_estimate_evidence()
grant insert, select to app_rt
grant update (undone_by, undone_at, undone_because) to app_rt

table execution_step_transitions (row-level security forced)
  tenant_id uuid not null
  step_id uuid not null
  seq integer not null
  before_seq integer generated always as (NULLIF((seq - 1), 0)) stored
  from_state text
  to_state text not null
  at timestamp with time zone not null default clock_timestamp()
  market_clock text not null
  user_id uuid not null
  role text not null
  reason_code text
  note text
  constraint execution_step_transitions_chain FOREIGN KEY (tenant_id, step_id, before_seq, from_state) REFERENCES execution_step_transitions(tenant_id, step_id, seq, to_state)
  constraint execution_step_transitions_check CHECK (((seq = 1) = (from_state IS NULL)))
  constraint execution_step_transitions_check1 CHECK (((seq > 1) OR (to_state = ANY (ARRAY['pending'::text, 'ready'::text]))))
  constraint execution_step_transitions_edge FOREIGN KEY (from_state, to_state) REFERENCES step_edges(from_state, to_state)
  constraint execution_step_transitions_once PRIMARY KEY (tenant_id, step_id, seq)
  constraint execution_step_transitions_seq_check CHECK ((seq > 0))
  constraint execution_step_transitions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint execution_step_transitions_tenant_id_step_id_fkey FOREIGN KEY (tenant_id, step_id) REFERENCES execution_steps(tenant_id, id)
  constraint execution_step_transitions_tenant_id_step_id_seq_to_state_key UNIQUE (tenant_id, step_id, seq, to_state)
  constraint execution_step_transitions_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES memberships(tenant_id, user_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.execution_step_transitions FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.execution_step_transitions FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt

table execution_steps (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  session_id uuid not null
  "position" integer not null
  hop integer not null
  kind text not null
  done_by text not null
  provider_id text not null
  proof_kinds text[] not null
  amount_in numeric not null
  currency_in text not null
  amount_out numeric not null
  currency_out text not null
  to_supplier boolean not null
  reference text not null
  typical text not null
  version integer not null
  state text not null
  rail_owner text
  account_label text
  provider_account_id uuid
  planned_at timestamp with time zone not null default clock_timestamp()
  constraint execution_steps_account_label_check CHECK (((length(account_label) >= 1) AND (length(account_label) <= 80)))
  constraint execution_steps_amount_in_check CHECK ((amount_in > (0)::numeric))
  constraint execution_steps_amount_out_check CHECK ((amount_out > (0)::numeric))
  constraint execution_steps_check CHECK (((rail_owner IS NULL) = (account_label IS NULL)))
  constraint execution_steps_check1 CHECK (((state = ANY (ARRAY['pending'::text, 'ready'::text, 'skipped'::text])) OR (rail_owner IS NOT NULL)))
  constraint execution_steps_done_by_check CHECK ((done_by = ANY (ARRAY['desk_operator'::text, 'merchant'::text, 'settlement_agent'::text, 'provider'::text])))
  constraint execution_steps_hop_check CHECK ((hop >= 0))
  constraint execution_steps_pkey PRIMARY KEY (tenant_id, id)
  constraint execution_steps_position_check CHECK (("position" > 0))
  constraint execution_steps_rail_owner_check CHECK ((rail_owner = ANY (ARRAY['merchant'::text, 'operator'::text, 'provider'::text])))
  constraint execution_steps_state_is_last_transition FOREIGN KEY (tenant_id, id, version, state) REFERENCES execution_step_transitions(tenant_id, step_id, seq, to_state) DEFERRABLE INITIALLY DEFERRED
  constraint execution_steps_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint execution_steps_tenant_id_provider_account_id_fkey FOREIGN KEY (tenant_id, provider_account_id) REFERENCES provider_accounts(tenant_id, id)
  constraint execution_steps_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
  constraint execution_steps_tenant_id_session_id_id_key UNIQUE (tenant_id, session_id, id)
  constraint execution_steps_tenant_id_session_id_position_key UNIQUE (tenant_id, session_id, "position")
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER kept_rows BEFORE DELETE ON public.execution_steps FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.execution_steps FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER move_allowed BEFORE UPDATE OF state ON public.execution_steps FOR EACH ROW EXECUTE FUNCTION fc.check_step_move()
CREATE TRIGGER rail_stays BEFORE UPDATE ON public.execution_steps FOR EACH ROW EXECUTE FUNCTION fc.keep_step()
grant insert, select to app_rt
grant update (version, state, rail_owner, account_label, provider_account_id) to app_rt

table facts (row-level security forced)
  tenant_id uuid not null
  id text not null
  statement text not null
  value text
  unit text
  date text
  source text not null
  url text
  confidence text
  constraint facts_pkey PRIMARY KEY (tenant_id, id)
  constraint facts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant delete, insert, select to app_rt
grant select to app_worker
grant update (statement, value, unit, date, source, url, confidence) to app_rt

table flowclaw_migrations
  name text not null
  sha256 text not null
  applied_at timestamp with time zone not null default now()
  constraint flowclaw_migrations_pkey PRIMARY KEY (name)
grant select to app_rt

table idempotency_keys (row-level security forced)
  tenant_id uuid not null
  user_id uuid not null
  operation text not null
  key text not null
  fingerprint bytea not null
  status integer not null
  body jsonb not null
  created_at timestamp with time zone not null default now()
  constraint idempotency_keys_fingerprint_check CHECK ((octet_length(fingerprint) = 32))
  constraint idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 100)))
  constraint idempotency_keys_pkey PRIMARY KEY (tenant_id, user_id, operation, key)
  constraint idempotency_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant delete, select to app_worker
grant insert, select to app_rt

table known_devices (row-level security forced)
  key bytea not null
  last_at timestamp with time zone not null
  constraint known_devices_key_check CHECK ((octet_length(key) = 32))
  constraint known_devices_pkey PRIMARY KEY (key)
CREATE INDEX known_devices_by_age ON public.known_devices USING btree (last_at)
policy auth_only permissive for all to fc_auth using true with check true
grant delete, insert, select, update to fc_auth

table login_throttle (row-level security forced)
  key bytea not null
  tries double precision not null
  last_at timestamp with time zone not null
  constraint login_throttle_key_check CHECK ((octet_length(key) = 32))
  constraint login_throttle_pkey PRIMARY KEY (key)
CREATE INDEX login_throttle_by_age ON public.login_throttle USING btree (last_at)
policy auth_only permissive for all to fc_auth using true with check true
grant delete, insert, select, update to fc_auth

table market_data (row-level security forced)
  tenant_id uuid not null
  kind text not null
  body jsonb not null
  constraint market_data_kind_check CHECK ((kind = ANY (ARRAY['rates'::text, 'holidays'::text, 'documents'::text, 'weights'::text, 'limits'::text, 'actors'::text, 'legend'::text])))
  constraint market_data_pkey PRIMARY KEY (tenant_id, kind)
  constraint market_data_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant delete, insert, select to app_rt
grant select to app_worker
grant update (body) to app_rt

table memberships (row-level security forced)
  tenant_id uuid not null
  user_id uuid not null
  role text not null
  merchant_id uuid
  display_name text not null
  ended_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  erased_at timestamp with time zone
  role_since timestamp with time zone not null default clock_timestamp()
  constraint memberships_check CHECK (((role = 'merchant_client'::text) = (merchant_id IS NOT NULL)))
  constraint memberships_display_name_check CHECK ((display_name <> ''::text))
  constraint memberships_erased_ended CHECK (((erased_at IS NULL) OR (ended_at IS NOT NULL)))
  constraint memberships_pkey PRIMARY KEY (tenant_id, user_id)
  constraint memberships_role_check CHECK ((role = ANY (ARRAY['platform_admin'::text, 'desk_operator'::text, 'merchant_client'::text, 'settlement_agent'::text])))
  constraint memberships_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint memberships_tenant_id_merchant_id_fkey FOREIGN KEY (tenant_id, merchant_id) REFERENCES merchants(tenant_id, id)
  constraint memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
CREATE INDEX memberships_by_user ON public.memberships USING btree (user_id)
policy auth_lookup permissive for select to fc_auth using true
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using ((tenant_id = ( SELECT fc.tid() AS tid)) OR (( SELECT CURRENT_USER AS "current_user") = 'fc_auth'::name)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER role_stamped BEFORE UPDATE ON public.memberships FOR EACH ROW EXECUTE FUNCTION fc.stamp_role()
grant insert, select, update to fc_auth
grant select to app_rt
grant select to app_worker
grant update (ended_at) to fc_auth

table merchant_asks (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  session_id uuid not null
  kind text not null
  document_code text
  text text not null
  due_at timestamp with time zone not null
  state text not null default 'open'::text
  asked_by uuid not null
  asked_at timestamp with time zone not null default clock_timestamp()
  closed_by uuid
  closed_at timestamp with time zone
  answer_text text
  artifact_id uuid
  constraint merchant_asks_answer_text_check CHECK (((length(answer_text) >= 1) AND (length(answer_text) <= 1000)))
  constraint merchant_asks_check CHECK (((kind = 'document'::text) = (document_code IS NOT NULL)))
  constraint merchant_asks_check1 CHECK (((state = 'open'::text) = (closed_at IS NULL)))
  constraint merchant_asks_check2 CHECK (((state = 'answered'::text) = ((answer_text IS NOT NULL) OR (artifact_id IS NOT NULL))))
  constraint merchant_asks_check3 CHECK (((state <> 'answered'::text) OR (closed_by IS NOT NULL)))
  constraint merchant_asks_check4 CHECK (((state <> 'open'::text) OR (closed_by IS NULL)))
  constraint merchant_asks_document_code_check CHECK (((length(document_code) >= 1) AND (length(document_code) <= 60)))
  constraint merchant_asks_kind_check CHECK ((kind = ANY (ARRAY['document'::text, 'question'::text, 'new_price'::text, 'other_route'::text])))
  constraint merchant_asks_pkey PRIMARY KEY (tenant_id, id)
  constraint merchant_asks_state_check CHECK ((state = ANY (ARRAY['open'::text, 'answered'::text, 'withdrawn'::text])))
  constraint merchant_asks_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES artifacts(tenant_id, id)
  constraint merchant_asks_tenant_id_asked_by_fkey FOREIGN KEY (tenant_id, asked_by) REFERENCES memberships(tenant_id, user_id)
  constraint merchant_asks_tenant_id_closed_by_fkey FOREIGN KEY (tenant_id, closed_by) REFERENCES memberships(tenant_id, user_id)
  constraint merchant_asks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint merchant_asks_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
  constraint merchant_asks_text_check CHECK (((length(text) >= 1) AND (length(text) <= 1000)))
CREATE INDEX merchant_asks_of_session ON public.merchant_asks USING btree (tenant_id, session_id, asked_at)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER closed_once BEFORE UPDATE ON public.merchant_asks FOR EACH ROW EXECUTE FUNCTION fc.keep_merchant_ask()
CREATE TRIGGER kept_rows BEFORE DELETE ON public.merchant_asks FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.merchant_asks FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt
grant select to app_worker
grant update (state, closed_at) to app_worker
grant update (state, closed_by, closed_at, answer_text, artifact_id) to app_rt

table merchant_documents (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  merchant_id uuid not null
  code text not null
  number text not null
  number_key text not null generated always as (upper(btrim(number))) stored
  issued_on date not null
  expires_on date
  amount numeric
  currency text
  artifact_id uuid
  state text not null default 'live'::text
  supersedes uuid
  recorded_by uuid not null
  recorded_by_role text not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  withdrawn_by uuid
  withdrawn_at timestamp with time zone
  withdrawn_because text
  constraint merchant_documents_amount_check CHECK ((amount > (0)::numeric))
  constraint merchant_documents_check CHECK ((expires_on >= issued_on))
  constraint merchant_documents_check1 CHECK (((amount IS NULL) = (currency IS NULL)))
  constraint merchant_documents_code_check CHECK (((length(code) >= 1) AND (length(code) <= 60)))
  constraint merchant_documents_number_check CHECK (((length(number) >= 1) AND (length(number) <= 60)))
  constraint merchant_documents_pkey PRIMARY KEY (tenant_id, id)
  constraint merchant_documents_state_check CHECK ((state = ANY (ARRAY['live'::text, 'withdrawn'::text, 'superseded'::text])))
  constraint merchant_documents_superseded_once UNIQUE (tenant_id, supersedes)
  constraint merchant_documents_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES artifacts(tenant_id, id)
  constraint merchant_documents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint merchant_documents_tenant_id_merchant_id_fkey FOREIGN KEY (tenant_id, merchant_id) REFERENCES merchants(tenant_id, id)
  constraint merchant_documents_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, user_id)
  constraint merchant_documents_tenant_id_supersedes_fkey FOREIGN KEY (tenant_id, supersedes) REFERENCES merchant_documents(tenant_id, id)
  constraint merchant_documents_tenant_id_withdrawn_by_fkey FOREIGN KEY (tenant_id, withdrawn_by) REFERENCES memberships(tenant_id, user_id)
  constraint merchant_documents_withdrawal CHECK ((((state = 'withdrawn'::text) = (withdrawn_by IS NOT NULL)) AND ((withdrawn_by IS NULL) = (withdrawn_at IS NULL)) AND ((withdrawn_by IS NULL) = (withdrawn_because IS NULL))))
  constraint merchant_documents_withdrawn_because_check CHECK ((withdrawn_because = ANY (ARRAY['entered_wrongly'::text, 'cancelled_by_issuer'::text, 'no_longer_needed'::text])))
CREATE INDEX merchant_documents_newest ON public.merchant_documents USING btree (tenant_id, merchant_id, id DESC)
CREATE UNIQUE INDEX merchant_documents_once ON public.merchant_documents USING btree (tenant_id, merchant_id, code, number_key) WHERE (state = 'live'::text)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER end_once BEFORE UPDATE ON public.merchant_documents FOR EACH ROW EXECUTE FUNCTION fc.keep_merchant_document()
CREATE TRIGGER kept_rows BEFORE DELETE ON public.merchant_documents FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.merchant_documents FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant select to app_rt
grant select to app_worker
grant insert (tenant_id, id, merchant_id, code, number, issued_on, expires_on, amount, currency, artifact_id, supersedes, recorded_by, recorded_by_role) to app_rt
grant update (state, withdrawn_by, withdrawn_at, withdrawn_because) to app_rt

table merchants (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  name text not null
  type text not null
  city text not null
  country text not null
  trade text not null
  trade_class text not null
  documents_on_file text[] not null default '{}'::text[]
  created_at timestamp with time zone not null default now()
  version integer not null default 1
  constraint merchants_country_check CHECK ((country ~ '^[A-Z]{2}$'::text))
  constraint merchants_name_check CHECK ((name <> ''::text))
  constraint merchants_pkey PRIMARY KEY (tenant_id, id)
  constraint merchants_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint merchants_tenant_id_name_key UNIQUE (tenant_id, name)
policy auth_lookup permissive for select to fc_auth using true
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using ((tenant_id = ( SELECT fc.tid() AS tid)) OR (( SELECT CURRENT_USER AS "current_user") = 'fc_auth'::name)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant insert, select to app_rt
grant select to app_worker
grant select to fc_auth
grant update (name, type, city, country, trade, trade_class, documents_on_file, version) to app_rt

table message_reads (row-level security forced)
  tenant_id uuid not null
  session_id uuid not null
  side text not null
  through_seq integer not null
  at timestamp with time zone not null default clock_timestamp()
  constraint message_reads_pkey PRIMARY KEY (tenant_id, session_id, side)
  constraint message_reads_side_check CHECK ((side = ANY (ARRAY['desk'::text, 'merchant'::text])))
  constraint message_reads_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint message_reads_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
  constraint message_reads_through_seq_check CHECK ((through_seq > 0))
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant insert, select to app_rt
grant update (through_seq, at) to app_rt

table outbox (row-level security forced)
  tenant_id uuid not null
  id bigint not null generated always as identity
  topic text not null
  body jsonb not null
  created_at timestamp with time zone not null default now()
  xid bigint not null default ((pg_current_xact_id())::text)::bigint
  constraint outbox_pkey PRIMARY KEY (tenant_id, id)
  constraint outbox_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
CREATE INDEX outbox_new ON public.outbox USING btree (tenant_id, xid)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant delete, insert, select to app_rt
grant delete, select to app_worker

table payment_incident_events (row-level security forced)
  tenant_id uuid not null
  incident_id uuid not null
  seq integer not null
  state text not null
  chaser text not null
  action text not null
  due_at timestamp with time zone not null
  note text
  user_id uuid not null
  at timestamp with time zone not null default clock_timestamp()
  constraint payment_incident_events_note_check CHECK (((length(note) >= 1) AND (length(note) <= 300)))
  constraint payment_incident_events_once PRIMARY KEY (tenant_id, incident_id, seq)
  constraint payment_incident_events_seq_check CHECK ((seq > 0))
  constraint payment_incident_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint payment_incident_events_tenant_id_incident_id_fkey FOREIGN KEY (tenant_id, incident_id) REFERENCES payment_incidents(tenant_id, id)
  constraint payment_incident_events_tenant_id_incident_id_seq_state_key UNIQUE (tenant_id, incident_id, seq, state)
  constraint payment_incident_events_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES memberships(tenant_id, user_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.payment_incident_events FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.payment_incident_events FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt
grant select to app_worker

table payment_incidents (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  session_id uuid not null
  version integer not null
  state text not null
  kind text not null
  chaser text not null
  action text not null
  due_at timestamp with time zone not null
  amount_missing numeric
  currency text
  merchant_text text not null
  merchant_note text
  opened_by uuid not null
  opened_at timestamp with time zone not null default clock_timestamp()
  resolution text
  proof_reference text
  resolved_by uuid
  resolved_at timestamp with time zone
  constraint payment_incidents_action_check CHECK ((action = ANY (ARRAY['ask_the_bank'::text, 'trace_the_payment'::text, 'wait_for_the_money'::text, 'correct_the_details'::text, 'bring_a_paper'::text, 'claim_the_difference'::text, 'pay_the_difference'::text])))
  constraint payment_incidents_amount_missing_check CHECK ((amount_missing > (0)::numeric))
  constraint payment_incidents_balanced CHECK (((kind <> 'short_credited'::text) OR (resolution IS NULL) OR (resolution = ANY (ARRAY['written_off'::text, 'opened_by_mistake'::text])) OR ((resolution = 'balance_paid'::text) AND (proof_reference IS NOT NULL))))
  constraint payment_incidents_chaser_check CHECK ((chaser = ANY (ARRAY['desk'::text, 'merchant'::text, 'provider'::text])))
  constraint payment_incidents_check CHECK (((amount_missing IS NULL) = (currency IS NULL)))
  constraint payment_incidents_kind_check CHECK ((kind = ANY (ARRAY['returned'::text, 'recalled'::text, 'short_credited'::text, 'stuck'::text])))
  constraint payment_incidents_merchant_note_check CHECK (((length(merchant_note) >= 1) AND (length(merchant_note) <= 200)))
  constraint payment_incidents_pkey PRIMARY KEY (tenant_id, id)
  constraint payment_incidents_proof_reference_check CHECK (((length(proof_reference) >= 1) AND (length(proof_reference) <= 100)))
  constraint payment_incidents_resolution CHECK ((((state = 'resolved'::text) = (resolution IS NOT NULL)) AND ((resolution IS NULL) = (resolved_by IS NULL)) AND ((resolution IS NULL) = (resolved_at IS NULL))))
  constraint payment_incidents_resolution_check CHECK ((resolution = ANY (ARRAY['money_back'::text, 'arrived_in_full'::text, 'balance_paid'::text, 'written_off'::text, 'opened_by_mistake'::text])))
  constraint payment_incidents_second_person CHECK (((resolved_by <> opened_by) OR ((resolution <> 'written_off'::text) AND ((kind <> 'short_credited'::text) OR (resolution <> 'opened_by_mistake'::text)))))
  constraint payment_incidents_short_of_how_much CHECK (((kind <> 'short_credited'::text) OR (amount_missing IS NOT NULL)))
  constraint payment_incidents_state_check CHECK ((state = ANY (ARRAY['open'::text, 'chasing'::text, 'resolved'::text])))
  constraint payment_incidents_state_is_last_event FOREIGN KEY (tenant_id, id, version, state) REFERENCES payment_incident_events(tenant_id, incident_id, seq, state) DEFERRABLE INITIALLY DEFERRED
  constraint payment_incidents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint payment_incidents_tenant_id_opened_by_fkey FOREIGN KEY (tenant_id, opened_by) REFERENCES memberships(tenant_id, user_id)
  constraint payment_incidents_tenant_id_resolved_by_fkey FOREIGN KEY (tenant_id, resolved_by) REFERENCES memberships(tenant_id, user_id)
  constraint payment_incidents_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
CREATE INDEX payment_incidents_due ON public.payment_incidents USING btree (tenant_id, due_at, id) WHERE (state <> 'resolved'::text)
CREATE INDEX payment_incidents_of_session ON public.payment_incidents USING btree (tenant_id, session_id, id DESC)
CREATE UNIQUE INDEX payment_incidents_one_open ON public.payment_incidents USING btree (tenant_id, session_id, kind) WHERE (state <> 'resolved'::text)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER kept_rows BEFORE DELETE ON public.payment_incidents FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.payment_incidents FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER of_sent AFTER INSERT ON public.payment_incidents FOR EACH ROW EXECUTE FUNCTION fc.open_incident()
CREATE TRIGGER resolved_once BEFORE UPDATE ON public.payment_incidents FOR EACH ROW EXECUTE FUNCTION fc.keep_incident()
grant select to app_rt
grant select to app_worker
grant insert (tenant_id, id, session_id, version, state, kind, chaser, action, due_at, amount_missing, currency, merchant_text, merchant_note, opened_by) to app_rt
grant update (version, state, chaser, action, due_at, merchant_text, merchant_note, resolution, proof_reference, resolved_by, resolved_at) to app_rt

table privacy_requests (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  user_id uuid not null
  kind text not null
  note text
  state text not null default 'open'::text
  requested_at timestamp with time zone not null default now()
  due_at timestamp with time zone not null default (now() + '720:00:00'::interval)
  answered_at timestamp with time zone
  answered_by uuid
  refusal text
  constraint privacy_requests_check CHECK ((due_at = (requested_at + '720:00:00'::interval)))
  constraint privacy_requests_check1 CHECK (((state = 'open'::text) = (answered_at IS NULL)))
  constraint privacy_requests_check2 CHECK (((answered_at IS NULL) = (answered_by IS NULL)))
  constraint privacy_requests_check3 CHECK (((state = 'refused'::text) = (refusal IS NOT NULL)))
  constraint privacy_requests_kind_check CHECK ((kind = ANY (ARRAY['copy'::text, 'correction'::text, 'erasure'::text])))
  constraint privacy_requests_note_check CHECK (((char_length(note) >= 1) AND (char_length(note) <= 500)))
  constraint privacy_requests_pkey PRIMARY KEY (tenant_id, id)
  constraint privacy_requests_refusal_check CHECK ((refusal = ANY (ARRAY['identity_unproved'::text, 'law_keeps_it'::text, 'nothing_wrong'::text, 'not_ours'::text, 'withdrawn'::text, 'person_erased'::text])))
  constraint privacy_requests_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'refused'::text])))
  constraint privacy_requests_tenant_id_answered_by_fkey FOREIGN KEY (tenant_id, answered_by) REFERENCES memberships(tenant_id, user_id)
  constraint privacy_requests_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint privacy_requests_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES memberships(tenant_id, user_id)
CREATE INDEX privacy_requests_by_state ON public.privacy_requests USING btree (tenant_id, ((state = 'open'::text)), id)
CREATE INDEX privacy_requests_by_user ON public.privacy_requests USING btree (tenant_id, user_id)
CREATE UNIQUE INDEX privacy_requests_one_open ON public.privacy_requests USING btree (tenant_id, user_id, kind) WHERE (state = 'open'::text)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER kept BEFORE UPDATE ON public.privacy_requests FOR EACH ROW EXECUTE FUNCTION fc.keep_privacy_request()
grant select to app_rt
grant select to fc_auth
grant insert (tenant_id, id, user_id, kind, note) to app_rt
grant update (note, state, answered_at, answered_by, refusal) to fc_auth
grant update (state, answered_at, answered_by, refusal) to app_rt

table probe_caps (row-level security forced)
  tenant_id uuid not null
  provider_id text not null
  per_probe_usd numeric(20,2) not null
  per_day_usd numeric(20,2) not null
  probes_per_day integer not null
  version integer not null default 1
  set_by uuid not null
  set_at timestamp with time zone not null default clock_timestamp()
  constraint probe_caps_check CHECK ((per_day_usd >= per_probe_usd))
  constraint probe_caps_per_probe_usd_check CHECK ((per_probe_usd > (0)::numeric))
  constraint probe_caps_pkey PRIMARY KEY (tenant_id, provider_id)
  constraint probe_caps_probes_per_day_check CHECK (((probes_per_day >= 0) AND (probes_per_day <= 1000)))
  constraint probe_caps_provider_id_check CHECK (((length(provider_id) >= 1) AND (length(provider_id) <= 80)))
  constraint probe_caps_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint probe_caps_tenant_id_set_by_fkey FOREIGN KEY (tenant_id, set_by) REFERENCES memberships(tenant_id, user_id)
  constraint probe_caps_version_check CHECK ((version > 0))
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant insert, select to app_rt
grant update (per_probe_usd, per_day_usd, probes_per_day, version, set_by, set_at) to app_rt

table probe_reservations (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  session_id uuid not null
  "position" integer not null
  provider_id text not null
  day text not null
  amount_usd numeric(20,2) not null
  state text not null default 'reserved'::text
  policy_revision text not null
  reserved_at timestamp with time zone not null default clock_timestamp()
  ended_at timestamp with time zone
  constraint probe_reservations_amount_usd_check CHECK ((amount_usd > (0)::numeric))
  constraint probe_reservations_day_check CHECK ((day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'::text))
  constraint probe_reservations_ended CHECK (((state = 'reserved'::text) = (ended_at IS NULL)))
  constraint probe_reservations_pkey PRIMARY KEY (tenant_id, id)
  constraint probe_reservations_position_check CHECK (("position" >= 0))
  constraint probe_reservations_provider_id_check CHECK ((((length(provider_id) >= 1) AND (length(provider_id) <= 80)) AND (provider_id <> '*'::text)))
  constraint probe_reservations_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'used'::text, 'released'::text])))
  constraint probe_reservations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint probe_reservations_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
CREATE INDEX probe_reservations_of_day ON public.probe_reservations USING btree (tenant_id, day, provider_id) WHERE (state <> 'released'::text)
CREATE UNIQUE INDEX probe_reservations_one_of_step ON public.probe_reservations USING btree (tenant_id, session_id, "position") WHERE (state <> 'released'::text)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER ends_once AFTER UPDATE ON public.probe_reservations FOR EACH ROW EXECUTE FUNCTION fc.keep_probe_reservation()
CREATE TRIGGER kept_rows BEFORE DELETE ON public.probe_reservations FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.probe_reservations FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER within_caps AFTER INSERT ON public.probe_reservations FOR EACH ROW EXECUTE FUNCTION fc.within_probe_caps()
grant insert, select to app_rt
grant update (state, ended_at) to app_rt

table proofs (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  session_id uuid not null
  step_id uuid not null
  kind text not null
  artifact_id uuid not null
  sha256 bytea not null
  amount numeric
  currency text
  happened_at timestamp with time zone
  payee text
  account_last4 text
  reference text
  charges text
  transaction_hash text
  differences jsonb not null
  state text not null default 'submitted'::text
  submitted_by uuid not null
  submitted_at timestamp with time zone not null default clock_timestamp()
  decided_by uuid
  decided_at timestamp with time zone
  reason_code text
  constraint proofs_account_last4_check CHECK ((account_last4 ~ '^[0-9A-Za-z]{4}$'::text))
  constraint proofs_charges_check CHECK ((charges = ANY (ARRAY['OUR'::text, 'SHA'::text, 'BEN'::text])))
  constraint proofs_check CHECK ((((state = 'submitted'::text) = (decided_by IS NULL)) AND ((decided_by IS NULL) = (decided_at IS NULL))))
  constraint proofs_check1 CHECK (((state = 'rejected'::text) <= (reason_code IS NOT NULL)))
  constraint proofs_difference_by_second_person CHECK (((state <> 'accepted'::text) OR (differences = '[]'::jsonb) OR ((decided_by <> submitted_by) AND (reason_code IS NOT NULL))))
  constraint proofs_pkey PRIMARY KEY (tenant_id, id)
  constraint proofs_state_check CHECK ((state = ANY (ARRAY['submitted'::text, 'accepted'::text, 'rejected'::text])))
  constraint proofs_tenant_id_artifact_id_sha256_fkey FOREIGN KEY (tenant_id, artifact_id, sha256) REFERENCES artifacts(tenant_id, id, sha256)
  constraint proofs_tenant_id_decided_by_fkey FOREIGN KEY (tenant_id, decided_by) REFERENCES memberships(tenant_id, user_id)
  constraint proofs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint proofs_tenant_id_session_id_step_id_fkey FOREIGN KEY (tenant_id, session_id, step_id) REFERENCES execution_steps(tenant_id, session_id, id)
  constraint proofs_tenant_id_submitted_by_fkey FOREIGN KEY (tenant_id, submitted_by) REFERENCES memberships(tenant_id, user_id)
CREATE INDEX proofs_of_session ON public.proofs USING btree (tenant_id, session_id, id)
CREATE UNIQUE INDEX proofs_file_serves_once ON public.proofs USING btree (tenant_id, sha256) WHERE (state <> 'rejected'::text)
CREATE UNIQUE INDEX proofs_one_of_a_kind ON public.proofs USING btree (tenant_id, step_id, kind) WHERE (state <> 'rejected'::text)
CREATE UNIQUE INDEX proofs_transaction_serves_once ON public.proofs USING btree (tenant_id, transaction_hash) WHERE ((state <> 'rejected'::text) AND (transaction_hash IS NOT NULL))
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER file_usable AFTER INSERT ON public.proofs FOR EACH ROW EXECUTE FUNCTION fc.check_proof()
CREATE TRIGGER judged_once BEFORE UPDATE ON public.proofs FOR EACH ROW EXECUTE FUNCTION fc.keep_proof()
CREATE TRIGGER kept_rows BEFORE DELETE ON public.proofs FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.proofs FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt
grant update (state, decided_by, decided_at, reason_code) to app_rt

table provider_accounts (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  provider_id text not null
  label text not null
  currency text not null
  country text
  rail_owner text not null
  merchant_id uuid
  reference_masked text not null
  metadata_sealed bytea not null -- sealed: account reference, holder and instructions
  created_at timestamp with time zone not null default now()
  created_by uuid not null
  retired_at timestamp with time zone
  retired_by uuid
  constraint provider_accounts_check CHECK (((rail_owner = 'merchant'::text) = (merchant_id IS NOT NULL)))
  constraint provider_accounts_check1 CHECK (((retired_at IS NULL) = (retired_by IS NULL)))
  constraint provider_accounts_country_check CHECK ((country ~ '^[A-Z]{2}$'::text))
  constraint provider_accounts_currency_check CHECK ((currency <> ''::text))
  constraint provider_accounts_label_check CHECK ((label <> ''::text))
  constraint provider_accounts_metadata_sealed_check CHECK (((get_byte(metadata_sealed, 0) = 1) AND ((octet_length(metadata_sealed) >= 34) AND (octet_length(metadata_sealed) <= 16384))))
  constraint provider_accounts_pkey PRIMARY KEY (tenant_id, id)
  constraint provider_accounts_provider_id_check CHECK ((provider_id <> ''::text))
  constraint provider_accounts_rail_owner_check CHECK ((rail_owner = ANY (ARRAY['merchant'::text, 'operator'::text, 'provider'::text])))
  constraint provider_accounts_reference_masked_check CHECK ((reference_masked <> ''::text))
  constraint provider_accounts_tenant_id_created_by_fkey FOREIGN KEY (tenant_id, created_by) REFERENCES memberships(tenant_id, user_id)
  constraint provider_accounts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint provider_accounts_tenant_id_merchant_id_fkey FOREIGN KEY (tenant_id, merchant_id) REFERENCES merchants(tenant_id, id)
  constraint provider_accounts_tenant_id_retired_by_fkey FOREIGN KEY (tenant_id, retired_by) REFERENCES memberships(tenant_id, user_id)
CREATE UNIQUE INDEX provider_accounts_live_label ON public.provider_accounts USING btree (tenant_id, provider_id, label) WHERE (retired_at IS NULL)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant select to app_rt
grant insert (tenant_id, id, provider_id, label, currency, country, rail_owner, merchant_id, reference_masked, metadata_sealed, created_by) to app_rt
grant update (retired_at, retired_by) to app_rt

table provider_outages (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  provider_id text not null
  reason text not null
  source text not null
  since timestamp with time zone not null
  reported_by uuid not null
  reported_at timestamp with time zone not null default clock_timestamp()
  ended_by uuid
  ended_at timestamp with time zone
  ended_because text
  constraint provider_outages_ended CHECK ((((ended_at IS NULL) = (ended_by IS NULL)) AND ((ended_at IS NULL) = (ended_because IS NULL))))
  constraint provider_outages_ended_because_check CHECK ((ended_because = ANY (ARRAY['works_again'::text, 'reported_wrongly'::text])))
  constraint provider_outages_pkey PRIMARY KEY (tenant_id, id)
  constraint provider_outages_reason_check CHECK ((reason = ANY (ARRAY['not_answering'::text, 'not_quoting'::text, 'payments_failing'::text, 'payments_late'::text, 'maintenance'::text, 'provider_notice'::text])))
  constraint provider_outages_source_check CHECK ((source = ANY (ARRAY['phone_call'::text, 'screen_capture'::text, 'email'::text, 'chat'::text, 'webhook'::text, 'rate_feed'::text])))
  constraint provider_outages_tenant_id_ended_by_fkey FOREIGN KEY (tenant_id, ended_by) REFERENCES memberships(tenant_id, user_id)
  constraint provider_outages_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint provider_outages_tenant_id_reported_by_fkey FOREIGN KEY (tenant_id, reported_by) REFERENCES memberships(tenant_id, user_id)
CREATE INDEX provider_outages_newest ON public.provider_outages USING btree (tenant_id, id DESC)
CREATE UNIQUE INDEX provider_outages_one_open ON public.provider_outages USING btree (tenant_id, provider_id) WHERE (ended_at IS NULL)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER ends_once BEFORE UPDATE ON public.provider_outages FOR EACH ROW EXECUTE FUNCTION fc.keep_provider_outage()
CREATE TRIGGER kept_rows BEFORE DELETE ON public.provider_outages FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.provider_outages FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt
grant update (ended_by, ended_at, ended_because) to app_rt

table providers (row-level security forced)
  tenant_id uuid not null
  id text not null
  "position" integer not null
  name text not null
  category text not null
  body jsonb not null
  estimates jsonb not null
  constraint providers_pkey PRIMARY KEY (tenant_id, id)
  constraint providers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant delete, insert, select to app_rt
grant select to app_worker
grant update (position, name, category, body, estimates) to app_rt

table quote_sources (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  provider_id text not null
  label text not null
  secret_sealed bytea not null -- sealed: what the provider signs its quotes by
  secret_version integer not null default 1
  created_by uuid not null
  created_at timestamp with time zone not null default clock_timestamp()
  constraint quote_sources_label UNIQUE (tenant_id, label)
  constraint quote_sources_label_check CHECK (((length(label) >= 1) AND (length(label) <= 80)))
  constraint quote_sources_pkey PRIMARY KEY (tenant_id, id)
  constraint quote_sources_provider_id_check CHECK (((length(provider_id) >= 1) AND (length(provider_id) <= 80)))
  constraint quote_sources_secret_version_check CHECK ((secret_version > 0))
  constraint quote_sources_tenant_id_created_by_fkey FOREIGN KEY (tenant_id, created_by) REFERENCES memberships(tenant_id, user_id)
  constraint quote_sources_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant insert, select to app_rt
grant update (secret_sealed, secret_version) to app_rt

table quotes (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  kind text not null
  provider_id text not null
  leg text not null
  from_currency text not null
  to_currency text not null
  from_country text
  to_country text
  session_id uuid
  sell_amount numeric
  buy_amount numeric
  price numeric not null
  price_unit text not null
  price_per text not null
  total_price numeric not null
  fee_amount numeric not null default 0
  fee_currency text not null
  fee_details text
  spread_bps numeric not null
  said_as_spread boolean not null default false
  observed_at timestamp with time zone not null
  expires_at timestamp with time zone not null
  source text not null
  artifact_id uuid
  evidence_sha256 bytea
  captured_by uuid not null
  captured_at timestamp with time zone not null default clock_timestamp()
  supersedes uuid
  consumed_by uuid
  consumed_at timestamp with time zone
  constraint quotes_buy_amount_check CHECK ((buy_amount > (0)::numeric))
  constraint quotes_consumed CHECK (((consumed_by IS NULL) = (consumed_at IS NULL)))
  constraint quotes_evidence CHECK (((artifact_id IS NULL) = (evidence_sha256 IS NULL)))
  constraint quotes_evidence_sha256_check CHECK ((octet_length(evidence_sha256) = 32))
  constraint quotes_fee_amount_check CHECK ((fee_amount >= (0)::numeric))
  constraint quotes_fee_details_check CHECK (((length(fee_details) >= 1) AND (length(fee_details) <= 200)))
  constraint quotes_fee_of_an_amount CHECK ((((fee_currency = from_currency) OR (fee_currency = to_currency)) AND ((fee_amount = (0)::numeric) OR (num_nonnulls(sell_amount, buy_amount) = 1))))
  constraint quotes_firm CHECK (((kind <> 'firm'::text) OR ((session_id IS NOT NULL) AND (num_nonnulls(sell_amount, buy_amount) = 1))))
  constraint quotes_kind_check CHECK ((kind = ANY (ARRAY['indicative'::text, 'firm'::text, 'operator_observed'::text])))
  constraint quotes_leg_check CHECK ((length(leg) <= 200))
  constraint quotes_one_side CHECK ((num_nonnulls(sell_amount, buy_amount) <= 1))
  constraint quotes_only_firm_consumed CHECK (((consumed_by IS NULL) OR (kind = 'firm'::text)))
  constraint quotes_pair CHECK (((from_currency <> to_currency) AND (((price_unit = from_currency) AND (price_per = to_currency)) OR ((price_unit = to_currency) AND (price_per = from_currency)))))
  constraint quotes_pkey PRIMARY KEY (tenant_id, id)
  constraint quotes_price_check CHECK ((price > (0)::numeric))
  constraint quotes_sell_amount_check CHECK ((sell_amount > (0)::numeric))
  constraint quotes_source_check CHECK ((source = ANY (ARRAY['phone_call'::text, 'screen_capture'::text, 'email'::text, 'chat'::text, 'market_file'::text, 'webhook'::text, 'rate_feed'::text])))
  constraint quotes_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES artifacts(tenant_id, id)
  constraint quotes_tenant_id_captured_by_fkey FOREIGN KEY (tenant_id, captured_by) REFERENCES memberships(tenant_id, user_id)
  constraint quotes_tenant_id_consumed_by_fkey FOREIGN KEY (tenant_id, consumed_by) REFERENCES session_repricings(tenant_id, id)
  constraint quotes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint quotes_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
  constraint quotes_tenant_id_supersedes_fkey FOREIGN KEY (tenant_id, supersedes) REFERENCES quotes(tenant_id, id)
  constraint quotes_total CHECK (COALESCE((abs((total_price - fc.quote_total(price, (price_unit = from_currency), sell_amount, buy_amount, fee_amount, (fee_currency = from_currency)))) <= ((0.5 * power((10)::numeric, ((- scale(total_price)))::numeric)) + ((total_price / price) * power((10)::numeric, ((- scale(price)))::numeric)))), false))
  constraint quotes_total_price_check CHECK ((total_price > (0)::numeric))
  constraint quotes_validity CHECK (((expires_at > observed_at) AND (expires_at <= (observed_at +
CASE kind
    WHEN 'firm'::text THEN '24:00:00'::interval
    WHEN 'indicative'::text THEN '7 days'::interval
    ELSE '90 days'::interval
END))))
CREATE INDEX quotes_of_leg ON public.quotes USING btree (tenant_id, leg, id DESC) WHERE (session_id IS NULL)
CREATE INDEX quotes_of_session ON public.quotes USING btree (tenant_id, session_id, id DESC) WHERE (session_id IS NOT NULL)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER kept_rows BEFORE DELETE ON public.quotes FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.quotes FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER used_once BEFORE UPDATE ON public.quotes FOR EACH ROW EXECUTE FUNCTION fc.keep_quote()
grant insert, select to app_rt
grant update (consumed_by, consumed_at) to app_rt

table rate_buckets (row-level security forced)
  key bytea not null
  per_s double precision not null
  burst integer not null
  wanted integer not null
  granted integer not null
  tokens double precision not null
  at timestamp with time zone not null
  constraint rate_buckets_burst_check CHECK ((burst > 0))
  constraint rate_buckets_granted_check CHECK ((granted >= 0))
  constraint rate_buckets_key_check CHECK ((octet_length(key) = 32))
  constraint rate_buckets_per_s_check CHECK ((per_s > (0)::double precision))
  constraint rate_buckets_pkey PRIMARY KEY (key)
  constraint rate_buckets_tokens_check CHECK ((tokens >= (0)::double precision))
  constraint rate_buckets_wanted_check CHECK ((wanted > 0))
policy auth_only permissive for all to fc_auth using true with check true
grant delete, insert, select, update to fc_auth

table recovery_codes (row-level security forced)
  code_hash bytea not null -- secret: SHA-256 of a recovery code
  user_id uuid not null
  used_at timestamp with time zone
  constraint recovery_codes_code_hash_check CHECK ((octet_length(code_hash) = 32))
  constraint recovery_codes_pkey PRIMARY KEY (code_hash)
  constraint recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
CREATE INDEX recovery_codes_by_user ON public.recovery_codes USING btree (user_id)
policy auth_only permissive for all to fc_auth using true with check true
grant delete, insert, select, update to fc_auth

table route_session_transitions (row-level security forced)
  tenant_id uuid not null
  session_id uuid not null
  seq integer not null
  before_seq integer generated always as (NULLIF((seq - 1), 0)) stored
  from_state text
  to_state text not null
  at timestamp with time zone not null default clock_timestamp()
  market_clock text not null
  user_id uuid not null
  role text not null
  reason text
  constraint route_session_transitions_chain FOREIGN KEY (tenant_id, session_id, before_seq, from_state) REFERENCES route_session_transitions(tenant_id, session_id, seq, to_state)
  constraint route_session_transitions_check CHECK (((seq = 1) = (from_state IS NULL)))
  constraint route_session_transitions_check1 CHECK (((seq > 1) OR (to_state = ANY (ARRAY['draft'::text, 'recommended'::text, 'no_route'::text, 'policy_unavailable'::text]))))
  constraint route_session_transitions_edge FOREIGN KEY (from_state, to_state) REFERENCES session_edges(from_state, to_state)
  constraint route_session_transitions_once PRIMARY KEY (tenant_id, session_id, seq)
  constraint route_session_transitions_seq_check CHECK ((seq > 0))
  constraint route_session_transitions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint route_session_transitions_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
  constraint route_session_transitions_tenant_id_session_id_seq_to_state_key UNIQUE (tenant_id, session_id, seq, to_state)
  constraint route_session_transitions_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES memberships(tenant_id, user_id)
CREATE INDEX route_session_transitions_of_person ON public.route_session_transitions USING btree (tenant_id, user_id, session_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.route_session_transitions FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.route_session_transitions FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt
grant select to app_worker

table route_sessions (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  reference text not null
  version integer not null
  state text not null
  outcome text
  merchant_id uuid not null
  supplier_id uuid not null
  corridor_id text not null
  mode_ceiling text not null
  requested_by uuid not null
  requested_by_role text not null
  on_behalf_reason text
  invoice_number text not null
  invoice_key text not null generated always as (upper(btrim(invoice_number))) stored
  description text not null
  amount_side text not null
  amount numeric not null
  currency text not null
  intent jsonb not null
  requested_at timestamp with time zone not null
  due_at timestamp with time zone
  valid_until timestamp with time zone
  needed_by text not null
  degraded text[] not null default '{}'::text[]
  sends_amount numeric
  sends_currency text
  receives_amount numeric
  receives_currency text
  cost_bps numeric
  desk_fee_amount numeric
  desk_fee_currency text
  desk_fee_rule_id uuid
  search_text text not null
  created_at timestamp with time zone not null default now()
  why text not null default ''::text
  documents_used text[]
  accepted_details_version integer -- which version of the supplier's bank details stood when the route was accepted; null is the first one, or not accepted yet
  content_version integer not null default 1
  agreed_content_version integer
  chosen_candidate_id text
  required_approvals integer not null default 1
  four_eyes_because text[] not null default '{}'::text[]
  accepted_by uuid -- who said for the merchant that it agrees: the merchant itself, or somebody of the desk for it
  execution_mode text
  invoice_total numeric -- the whole invoice, in the currency of the invoice, where it was said
  paused_at timestamp with time zone -- since when, by the market clock, the desk's clock stands; due_at moves on by as much when it goes on
  providers_used text[]
  offered_by uuid -- the re-pricing whose price is on offer or agreed; null: the decision's
  approval_rules_version integer -- by which set of rules required_approvals was found; null: by the product's own
  constraint route_sessions_accepted_by FOREIGN KEY (tenant_id, accepted_by) REFERENCES memberships(tenant_id, user_id)
  constraint route_sessions_agreed_content_version_check CHECK ((agreed_content_version > 0))
  constraint route_sessions_amount_check CHECK ((amount > (0)::numeric))
  constraint route_sessions_amount_side_check CHECK ((amount_side = ANY (ARRAY['merchant_sends'::text, 'supplier_receives'::text])))
  constraint route_sessions_approval_rules FOREIGN KEY (tenant_id, approval_rules_version) REFERENCES approval_rule_sets(tenant_id, version)
  constraint route_sessions_content_version_check CHECK ((content_version > 0))
  constraint route_sessions_desk_fee_amount_check CHECK ((desk_fee_amount >= (0)::numeric))
  constraint route_sessions_execution_mode_check CHECK ((execution_mode = ANY (ARRAY['simulation'::text, 'live_safe'::text, 'manual'::text, 'hybrid'::text])))
  constraint route_sessions_invoice_total_check CHECK ((invoice_total > (0)::numeric))
  constraint route_sessions_mode_ceiling_check CHECK ((mode_ceiling = ANY (ARRAY['simulation'::text, 'live_safe'::text, 'manual'::text, 'hybrid'::text])))
  constraint route_sessions_outcome_check CHECK ((outcome = ANY (ARRAY['ready'::text, 'conditional'::text, 'no_route'::text])))
  constraint route_sessions_pkey PRIMARY KEY (tenant_id, id)
  constraint route_sessions_required_approvals_check CHECK (((required_approvals >= 1) AND (required_approvals <= 3)))
  constraint route_sessions_state_is_last_transition FOREIGN KEY (tenant_id, id, version, state) REFERENCES route_session_transitions(tenant_id, session_id, seq, to_state) DEFERRABLE INITIALLY DEFERRED
  constraint route_sessions_tenant_id_corridor_id_fkey FOREIGN KEY (tenant_id, corridor_id) REFERENCES corridors(tenant_id, id)
  constraint route_sessions_tenant_id_desk_fee_rule_id_fkey FOREIGN KEY (tenant_id, desk_fee_rule_id) REFERENCES desk_fee_rules(tenant_id, id)
  constraint route_sessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint route_sessions_tenant_id_merchant_id_fkey FOREIGN KEY (tenant_id, merchant_id) REFERENCES merchants(tenant_id, id)
  constraint route_sessions_tenant_id_merchant_id_supplier_id_fkey FOREIGN KEY (tenant_id, merchant_id, supplier_id) REFERENCES suppliers(tenant_id, merchant_id, id)
  constraint route_sessions_tenant_id_offered_by_fkey FOREIGN KEY (tenant_id, offered_by) REFERENCES session_repricings(tenant_id, id)
  constraint route_sessions_tenant_id_reference_key UNIQUE (tenant_id, reference)
  constraint route_sessions_tenant_id_requested_by_fkey FOREIGN KEY (tenant_id, requested_by) REFERENCES memberships(tenant_id, user_id)
CREATE INDEX route_sessions_committed ON public.route_sessions USING btree (tenant_id, merchant_id, requested_at) WHERE (state = ANY (ARRAY['accepted'::text, 'awaiting_merchant'::text, 'approved'::text, 'executing'::text, 'paused'::text, 'completed'::text]))
CREATE INDEX route_sessions_completed ON public.route_sessions USING btree (tenant_id, supplier_id) WHERE (state = 'completed'::text)
CREATE INDEX route_sessions_newest ON public.route_sessions USING btree (tenant_id, requested_at DESC, id DESC)
CREATE INDEX route_sessions_of_invoice ON public.route_sessions USING btree (tenant_id, supplier_id, invoice_key)
CREATE INDEX route_sessions_of_merchant ON public.route_sessions USING btree (tenant_id, merchant_id, requested_at DESC, id DESC)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER agreed_details BEFORE UPDATE OF agreed_content_version ON public.route_sessions FOR EACH ROW WHEN ((new.agreed_content_version IS DISTINCT FROM old.agreed_content_version)) EXECUTE FUNCTION fc.stamp_agreed_details()
CREATE TRIGGER asks_closed BEFORE UPDATE OF state ON public.route_sessions FOR EACH ROW WHEN (((old.state = 'awaiting_merchant'::text) AND (new.state <> 'awaiting_merchant'::text))) EXECUTE FUNCTION fc.close_asks()
CREATE TRIGGER executed_as_approved BEFORE UPDATE ON public.route_sessions FOR EACH ROW EXECUTE FUNCTION fc.keep_what_is_executed()
CREATE TRIGGER move_allowed BEFORE UPDATE OF state ON public.route_sessions FOR EACH ROW EXECUTE FUNCTION fc.check_session_move()
CREATE TRIGGER no_open_incident BEFORE UPDATE OF state ON public.route_sessions FOR EACH ROW WHEN (((new.state = 'completed'::text) AND (old.state <> 'completed'::text))) EXECUTE FUNCTION fc.refuse_open_incident()
CREATE TRIGGER not_screened_out BEFORE UPDATE OF state ON public.route_sessions FOR EACH ROW WHEN (((new.state = 'executing'::text) AND (old.state <> 'executing'::text))) EXECUTE FUNCTION fc.refuse_screened_out()
CREATE TRIGGER supplier_not_held BEFORE UPDATE OF state ON public.route_sessions FOR EACH ROW WHEN (((new.state = ANY (ARRAY['approved'::text, 'executing'::text])) OR ((new.state = 'accepted'::text) AND (old.state <> 'awaiting_merchant'::text)))) EXECUTE FUNCTION fc.refuse_held_supplier()
grant insert, select to app_rt
grant select to app_worker
grant update (version, state, due_at, paused_at) to app_worker
grant update (version, state, due_at, valid_until, degraded, sends_amount, sends_currency, receives_amount, receives_currency, cost_bps, desk_fee_amount, desk_fee_currency, documents_used, content_version, agreed_content_version, chosen_candidate_id, required_approvals, four_eyes_because, accepted_by, execution_mode, paused_at, offered_by, approval_rules_version) to app_rt

table screenings (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  session_id uuid not null
  subject text not null
  nth integer not null
  result text not null
  list_name text not null
  list_date date not null
  screened_at timestamp with time zone not null
  expires_at timestamp with time zone not null
  details_version integer not null
  artifact_id uuid
  note text
  screened_by uuid not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  cleared_by uuid
  cleared_at timestamp with time zone
  cleared_because text
  constraint screenings_clearance CHECK ((((cleared_by IS NULL) = (cleared_at IS NULL)) AND ((cleared_by IS NULL) = (cleared_because IS NULL))))
  constraint screenings_cleared_because_check CHECK ((cleared_because = ANY (ARRAY['other_person'::text, 'other_company'::text, 'entry_out_of_date'::text, 'name_only'::text])))
  constraint screenings_details_version_check CHECK ((details_version > 0))
  constraint screenings_doubts_are_cleared CHECK (((cleared_by IS NULL) OR (result = 'possible_hit'::text)))
  constraint screenings_expiry CHECK ((expires_at > screened_at))
  constraint screenings_in_turn UNIQUE (tenant_id, session_id, subject, nth)
  constraint screenings_list_name_check CHECK (((length(list_name) >= 1) AND (length(list_name) <= 120)))
  constraint screenings_note_check CHECK (((length(note) >= 1) AND (length(note) <= 500)))
  constraint screenings_pkey PRIMARY KEY (tenant_id, id)
  constraint screenings_result_check CHECK ((result = ANY (ARRAY['no_hit'::text, 'possible_hit'::text, 'hit'::text])))
  constraint screenings_second_person CHECK ((cleared_by <> screened_by))
  constraint screenings_subject_check CHECK ((subject = ANY (ARRAY['payer'::text, 'payee'::text, 'bank'::text, 'goods'::text, 'wallet'::text])))
  constraint screenings_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES artifacts(tenant_id, id)
  constraint screenings_tenant_id_cleared_by_fkey FOREIGN KEY (tenant_id, cleared_by) REFERENCES memberships(tenant_id, user_id)
  constraint screenings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint screenings_tenant_id_screened_by_fkey FOREIGN KEY (tenant_id, screened_by) REFERENCES memberships(tenant_id, user_id)
  constraint screenings_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER cleared_once BEFORE UPDATE ON public.screenings FOR EACH ROW EXECUTE FUNCTION fc.keep_screening()
CREATE TRIGGER in_turn BEFORE INSERT ON public.screenings FOR EACH ROW EXECUTE FUNCTION fc.add_screening()
CREATE TRIGGER kept_rows BEFORE DELETE ON public.screenings FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.screenings FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant select to app_rt
grant select to app_worker
grant insert (tenant_id, id, session_id, subject, nth, result, list_name, list_date, screened_at, expires_at, details_version, artifact_id, note, screened_by) to app_rt
grant update (cleared_by, cleared_at, cleared_because) to app_rt

table session_claims (row-level security forced)
  tenant_id uuid not null
  session_id uuid not null
  user_id uuid not null
  claimed_at timestamp with time zone not null default clock_timestamp()
  expires_at timestamp with time zone not null default (clock_timestamp() + '00:15:00'::interval)
  constraint session_claims_check CHECK ((expires_at > claimed_at))
  constraint session_claims_pkey PRIMARY KEY (tenant_id, session_id)
  constraint session_claims_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint session_claims_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
  constraint session_claims_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES memberships(tenant_id, user_id)
CREATE INDEX session_claims_of_user ON public.session_claims USING btree (tenant_id, user_id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant delete, insert, select, update to app_rt
grant select to app_worker

table session_edges
  from_state text not null
  to_state text not null
  constraint session_edges_pkey PRIMARY KEY (from_state, to_state)
grant select to app_rt
grant select to app_worker

table session_messages (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  session_id uuid not null
  seq integer not null
  from_side text not null
  user_id uuid not null
  text text
  artifact_id uuid
  ask_id uuid
  at timestamp with time zone not null default clock_timestamp()
  constraint session_messages_check CHECK (((ask_id IS NULL) = ((text IS NOT NULL) OR (artifact_id IS NOT NULL))))
  constraint session_messages_from_side_check CHECK ((from_side = ANY (ARRAY['desk'::text, 'merchant'::text])))
  constraint session_messages_in_order UNIQUE (tenant_id, session_id, seq)
  constraint session_messages_pkey PRIMARY KEY (tenant_id, id)
  constraint session_messages_seq_check CHECK ((seq > 0))
  constraint session_messages_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES artifacts(tenant_id, id)
  constraint session_messages_tenant_id_ask_id_fkey FOREIGN KEY (tenant_id, ask_id) REFERENCES merchant_asks(tenant_id, id)
  constraint session_messages_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint session_messages_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
  constraint session_messages_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES memberships(tenant_id, user_id)
  constraint session_messages_text_check CHECK (((length(text) >= 1) AND (length(text) <= 1000)))
CREATE UNIQUE INDEX session_messages_of_ask ON public.session_messages USING btree (tenant_id, ask_id, from_side) WHERE (ask_id IS NOT NULL)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.session_messages FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.session_messages FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt

table session_offers (row-level security forced)
  tenant_id uuid not null
  session_id uuid not null
  content_version integer not null
  because text not null
  reason_code text not null
  note text
  candidate_id text not null
  candidate jsonb not null
  market_clock timestamp with time zone not null
  snapshot_digest bytea not null
  policy_revision text not null
  sends_amount numeric not null
  sends_currency text not null
  receives_amount numeric not null
  receives_currency text not null
  cost_bps numeric not null
  desk_fee_amount numeric
  desk_fee_currency text
  valid_until timestamp with time zone not null
  made_by uuid not null
  made_at timestamp with time zone not null default clock_timestamp()
  before_fee_amount numeric
  before_fee_currency text
  constraint session_offers_because_check CHECK ((because = ANY (ARRAY['other_route'::text, 'new_price'::text, 'payee_details'::text])))
  constraint session_offers_before_fee_amount_check CHECK ((before_fee_amount >= (0)::numeric))
  constraint session_offers_content_version_check CHECK ((content_version > 1))
  constraint session_offers_desk_fee_amount_check CHECK ((desk_fee_amount >= (0)::numeric))
  constraint session_offers_pkey PRIMARY KEY (tenant_id, session_id, content_version)
  constraint session_offers_receives_amount_check CHECK ((receives_amount > (0)::numeric))
  constraint session_offers_sends_amount_check CHECK ((sends_amount > (0)::numeric))
  constraint session_offers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint session_offers_tenant_id_made_by_fkey FOREIGN KEY (tenant_id, made_by) REFERENCES memberships(tenant_id, user_id)
  constraint session_offers_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.session_offers FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.session_offers FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt

table session_outcomes (row-level security forced)
  tenant_id uuid not null
  session_id uuid not null
  closed_seq integer not null
  result text not null
  because text
  simulation boolean not null
  sent_amount numeric not null
  sent_currency text not null
  received_amount numeric
  received_currency text
  rate numeric
  cost_bps numeric
  cost_difference_bps numeric
  arrived_at timestamp with time zone
  after_p50_s integer
  after_p90_s integer
  fell text
  score numeric not null
  hops jsonb not null
  prediction jsonb not null
  prediction_digest bytea not null
  constraint session_outcomes_because_check CHECK ((because = ANY (ARRAY['provider_refused'::text, 'not_enough_liquidity'::text, 'bank_returned'::text, 'wrong_details'::text, 'compliance_stop'::text, 'recalled'::text, 'called_off'::text])))
  constraint session_outcomes_check CHECK (((jsonb_typeof(prediction) = 'object'::text) AND (COALESCE(jsonb_array_length((prediction -> 'hops'::text)), 0) = jsonb_array_length(hops))))
  constraint session_outcomes_check1 CHECK (((result = 'completed'::text) = (because IS NULL)))
  constraint session_outcomes_check2 CHECK ((((received_amount IS NULL) = (received_currency IS NULL)) AND ((received_amount IS NULL) = (rate IS NULL)) AND ((received_amount IS NULL) = (cost_bps IS NULL)) AND ((received_amount IS NULL) = (cost_difference_bps IS NULL))))
  constraint session_outcomes_check3 CHECK ((((arrived_at IS NULL) = (fell IS NULL)) AND ((arrived_at IS NULL) = (after_p50_s IS NULL)) AND ((arrived_at IS NULL) = (after_p90_s IS NULL))))
  constraint session_outcomes_check4 CHECK (((result <> 'completed'::text) OR ((received_amount IS NOT NULL) AND (arrived_at IS NOT NULL))))
  constraint session_outcomes_fell_check CHECK ((fell = ANY (ARRAY['by_p50'::text, 'by_p90'::text, 'after_p90'::text])))
  constraint session_outcomes_hops_check CHECK (((jsonb_typeof(hops) = 'array'::text) AND ((jsonb_array_length(hops) >= 1) AND (jsonb_array_length(hops) <= 6))))
  constraint session_outcomes_of_its_state FOREIGN KEY (tenant_id, session_id, closed_seq, result) REFERENCES route_session_transitions(tenant_id, session_id, seq, to_state)
  constraint session_outcomes_pkey PRIMARY KEY (tenant_id, session_id)
  constraint session_outcomes_prediction_digest_check CHECK ((octet_length(prediction_digest) = 32))
  constraint session_outcomes_rate_check CHECK ((rate >= (0)::numeric))
  constraint session_outcomes_received_amount_check CHECK ((received_amount > (0)::numeric))
  constraint session_outcomes_result_check CHECK ((result = ANY (ARRAY['completed'::text, 'failed'::text, 'returned'::text])))
  constraint session_outcomes_score_check CHECK (((score >= (0)::numeric) AND (score <= (100)::numeric)))
  constraint session_outcomes_sent_amount_check CHECK ((sent_amount > (0)::numeric))
  constraint session_outcomes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint session_outcomes_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
  constraint session_outcomes_tenant_id_session_id_simulation_key UNIQUE (tenant_id, session_id, simulation)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.session_outcomes FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.session_outcomes FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt

table session_repricings (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  session_id uuid not null
  session_version integer not null
  candidate_id text not null
  engine_version text not null
  snapshot_digest bytea not null
  weights_revision text not null
  policy_revision text not null
  market_clock text not null
  result_digest bytea not null
  rulings bytea not null
  status text not null
  refusals text[] not null
  before_sent numeric not null
  before_received numeric not null
  before_cost_bps numeric not null
  sent_currency text not null
  received_currency text not null
  sent numeric
  received numeric
  cost_bps numeric
  arrival_p90 text
  valid_until timestamp with time zone
  drift_bps numeric
  tolerance_bps numeric not null
  within_tolerance boolean not null
  because text[] not null
  quote_ids uuid[] not null
  repriced_by uuid not null
  repriced_at timestamp with time zone not null default clock_timestamp()
  constraint session_repricings_check CHECK ((((status = 'gone'::text) = (sent IS NULL)) AND ((sent IS NULL) = (received IS NULL)) AND ((sent IS NULL) = (cost_bps IS NULL)) AND ((sent IS NULL) = (drift_bps IS NULL)) AND ((sent IS NULL) = (arrival_p90 IS NULL))))
  constraint session_repricings_check1 CHECK ((within_tolerance = (because = '{}'::text[])))
  constraint session_repricings_check2 CHECK (((status <> ALL (ARRAY['gone'::text, 'refused'::text])) OR (NOT within_tolerance)))
  constraint session_repricings_pkey PRIMARY KEY (tenant_id, id)
  constraint session_repricings_result_digest_check CHECK ((octet_length(result_digest) = 32))
  constraint session_repricings_status_check CHECK ((status = ANY (ARRAY['ready'::text, 'conditional'::text, 'refused'::text, 'gone'::text])))
  constraint session_repricings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint session_repricings_tenant_id_repriced_by_fkey FOREIGN KEY (tenant_id, repriced_by) REFERENCES memberships(tenant_id, user_id)
  constraint session_repricings_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
  constraint session_repricings_tenant_id_snapshot_digest_fkey FOREIGN KEY (tenant_id, snapshot_digest) REFERENCES snapshots(tenant_id, digest)
CREATE INDEX session_repricings_of_session ON public.session_repricings USING btree (tenant_id, session_id, id DESC)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.session_repricings FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.session_repricings FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt

table signed_quotes (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  source_id uuid not null
  provider_id text not null
  quote_ref text not null
  sell_asset text not null
  buy_asset text not null
  sell_amount numeric
  buy_amount numeric
  price numeric not null
  fee_amount numeric not null
  fee_currency text not null
  observed_at timestamp with time zone not null
  expires_at timestamp with time zone not null
  received_at timestamp with time zone not null default clock_timestamp()
  body_digest bytea not null
  secret_version integer not null
  constraint signed_quotes_body_digest_check CHECK ((octet_length(body_digest) = 32))
  constraint signed_quotes_buy_amount_check CHECK ((buy_amount > (0)::numeric))
  constraint signed_quotes_check CHECK ((buy_asset <> sell_asset))
  constraint signed_quotes_check1 CHECK ((expires_at > observed_at))
  constraint signed_quotes_fee_amount_check CHECK ((fee_amount >= (0)::numeric))
  constraint signed_quotes_once UNIQUE (tenant_id, source_id, quote_ref)
  constraint signed_quotes_one_amount CHECK (((sell_amount IS NULL) <> (buy_amount IS NULL)))
  constraint signed_quotes_pkey PRIMARY KEY (tenant_id, id)
  constraint signed_quotes_price_check CHECK ((price > (0)::numeric))
  constraint signed_quotes_quote_ref_check CHECK (((length(quote_ref) >= 1) AND (length(quote_ref) <= 60)))
  constraint signed_quotes_sell_amount_check CHECK ((sell_amount > (0)::numeric))
  constraint signed_quotes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint signed_quotes_tenant_id_source_id_fkey FOREIGN KEY (tenant_id, source_id) REFERENCES quote_sources(tenant_id, id)
CREATE INDEX signed_quotes_newest ON public.signed_quotes USING btree (tenant_id, provider_id, id DESC)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.signed_quotes FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.signed_quotes FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt

table simulations (row-level security forced)
  tenant_id uuid not null
  session_id uuid not null
  seed text not null
  starts_at text not null
  played_to integer not null default 0
  constraint simulations_pkey PRIMARY KEY (tenant_id, session_id)
  constraint simulations_played_to_check CHECK ((played_to >= 0))
  constraint simulations_seed_check CHECK (((length(seed) >= 1) AND (length(seed) <= 100)))
  constraint simulations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint simulations_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES route_sessions(tenant_id, id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER goes_forward BEFORE UPDATE ON public.simulations FOR EACH ROW EXECUTE FUNCTION fc.keep_simulation()
CREATE TRIGGER kept_rows BEFORE DELETE ON public.simulations FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER kept_table BEFORE TRUNCATE ON public.simulations FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER of_simulated_sessions AFTER INSERT ON public.simulations FOR EACH ROW EXECUTE FUNCTION fc.check_simulation()
grant insert, select to app_rt
grant update (played_to) to app_rt

table snapshots (row-level security forced)
  tenant_id uuid not null
  digest bytea not null
  files bytea
  created_at timestamp with time zone not null default now()
  base_digest bytea
  "overlay" jsonb -- observed prices, learned estimates, outages and newer mids; no name of a person
  whole boolean not null generated always as ((files IS NOT NULL)) stored
  on_whole boolean generated always as (
CASE
    WHEN (base_digest IS NOT NULL) THEN true
    ELSE NULL::boolean
END) stored
  constraint snapshots_base FOREIGN KEY (tenant_id, base_digest, on_whole) REFERENCES snapshots(tenant_id, digest, whole)
  constraint snapshots_digest_check CHECK ((octet_length(digest) = 32))
  constraint snapshots_files_or_overlay CHECK ((((files IS NULL) = (base_digest IS NOT NULL)) AND ((base_digest IS NULL) = ("overlay" IS NULL))))
  constraint snapshots_pkey PRIMARY KEY (tenant_id, digest)
  constraint snapshots_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint snapshots_whole UNIQUE (tenant_id, digest, whole)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
CREATE TRIGGER frozen_rows BEFORE DELETE OR UPDATE ON public.snapshots FOR EACH ROW EXECUTE FUNCTION fc.refuse_change()
CREATE TRIGGER frozen_table BEFORE TRUNCATE ON public.snapshots FOR EACH STATEMENT EXECUTE FUNCTION fc.refuse_change()
grant insert, select to app_rt
grant select to app_worker

table step_edges
  from_state text not null
  to_state text not null
  constraint step_edges_pkey PRIMARY KEY (from_state, to_state)
grant select to app_rt
grant select to app_worker

table suppliers (row-level security forced)
  tenant_id uuid not null
  id uuid not null
  merchant_id uuid not null
  legal_name text not null
  legal_name_zh text
  country text not null
  city text not null
  method text not null
  settlement_currency text not null
  payee_type text not null
  payee_is_contract_seller boolean not null
  accepts_other_settlement boolean not null
  prefers text
  network text
  bank_name text
  account_number text -- secret: bank account, IBAN or wallet address
  account_masked text not null
  bic text
  cnaps text -- secret: bank routing number of the account
  cnaps_masked text
  details_state text not null default 'confirmed'::text
  paid_before boolean not null default false
  created_at timestamp with time zone not null default now()
  bank_details_sealed bytea -- sealed: account number and CNAPS
  details_version integer not null default 1
  constraint suppliers_bank_details_are_sealed CHECK (((account_number IS NULL) AND (cnaps IS NULL) AND (bank_details_sealed IS NOT NULL))) NOT VALID
  constraint suppliers_country_check CHECK ((country ~ '^[A-Z]{2}$'::text))
  constraint suppliers_details_state_check CHECK ((details_state = ANY (ARRAY['confirmed'::text, 'change_held'::text])))
  constraint suppliers_details_version_check CHECK ((details_version > 0))
  constraint suppliers_legal_name_check CHECK ((legal_name <> ''::text))
  constraint suppliers_pkey PRIMARY KEY (tenant_id, id)
  constraint suppliers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint suppliers_tenant_id_merchant_id_fkey FOREIGN KEY (tenant_id, merchant_id) REFERENCES merchants(tenant_id, id)
  constraint suppliers_tenant_id_merchant_id_id_key UNIQUE (tenant_id, merchant_id, id)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant select to fc_definer
grant insert (tenant_id, id, merchant_id, legal_name, legal_name_zh, country, city, method, settlement_currency, payee_type, payee_is_contract_seller, accepts_other_settlement, prefers, network, bank_name, account_masked, bic, cnaps_masked, details_state, paid_before, created_at, bank_details_sealed) to app_rt
grant select (tenant_id, id, merchant_id, legal_name, legal_name_zh, country, city, method, settlement_currency, payee_type, payee_is_contract_seller, accepts_other_settlement, prefers, network, bank_name, account_masked, bic, cnaps_masked, details_state, paid_before, created_at, bank_details_sealed, details_version) to app_rt
grant select (tenant_id, id, merchant_id, legal_name, legal_name_zh, country, city, method, settlement_currency, payee_type, payee_is_contract_seller, accepts_other_settlement, prefers, network, bank_name, account_masked, bic, cnaps_masked, details_state, paid_before, created_at, details_version) to app_worker
grant update (bank_name, account_masked, bic, cnaps_masked, details_state, bank_details_sealed, details_version) to fc_definer

table tenant_data_keys (row-level security forced)
  tenant_id uuid not null
  version integer not null
  key_id text not null
  wrapped bytea not null -- sealed: a data key, wrapped by the key that key_id names outside the database
  created_at timestamp with time zone not null default now()
  constraint tenant_data_keys_key_id_check CHECK ((key_id <> ''::text))
  constraint tenant_data_keys_pkey PRIMARY KEY (tenant_id, version)
  constraint tenant_data_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint tenant_data_keys_version_check CHECK ((version > 0))
  constraint tenant_data_keys_wrapped_check CHECK (((octet_length(wrapped) >= 32) AND (octet_length(wrapped) <= 8192)))
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant insert, select to app_rt
grant select to app_worker

table tenant_settings (row-level security forced)
  tenant_id uuid not null
  market_clock text
  data_revision integer
  snapshot_digest bytea
  version integer not null default 1
  price_drift_tolerance_bps numeric not null default 25
  constraint tenant_settings_market_clock_check CHECK ((market_clock ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$'::text))
  constraint tenant_settings_pkey PRIMARY KEY (tenant_id)
  constraint tenant_settings_price_drift_tolerance_bps_check CHECK (((price_drift_tolerance_bps >= (0)::numeric) AND (price_drift_tolerance_bps <= (1000)::numeric)))
  constraint tenant_settings_tenant_id_data_revision_fkey FOREIGN KEY (tenant_id, data_revision) REFERENCES data_revisions(tenant_id, revision)
  constraint tenant_settings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id)
  constraint tenant_settings_tenant_id_snapshot_digest_fkey FOREIGN KEY (tenant_id, snapshot_digest) REFERENCES snapshots(tenant_id, digest)
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using (tenant_id = ( SELECT fc.tid() AS tid)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant select to app_rt
grant select to app_worker
grant update (market_clock, data_revision, snapshot_digest, version) to app_rt

table tenants (row-level security forced)
  tenant_id uuid not null
  name text not null
  time_zone text not null
  created_at timestamp with time zone not null default now()
  second_factor_of_admins text not null default 'required'::text
  constraint tenants_name_check CHECK ((name <> ''::text))
  constraint tenants_pkey PRIMARY KEY (tenant_id)
  constraint tenants_second_factor_of_admins_check CHECK ((second_factor_of_admins = ANY (ARRAY['required'::text, 'off'::text])))
policy auth_lookup permissive for select to fc_auth using true
policy tenant_named permissive for all to public using (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid) with check (tenant_id = (NULLIF(split_part(current_setting('fc.tenant'::text, true), '|'::text, 1), ''::text))::uuid)
policy tenant_signed restrictive for all to public using ((tenant_id = ( SELECT fc.tid() AS tid)) OR (( SELECT CURRENT_USER AS "current_user") = 'fc_auth'::name)) with check (tenant_id = ( SELECT fc.tid() AS tid))
grant select to app_rt
grant select to app_worker
grant select to fc_auth

table users (row-level security forced)
  id uuid not null
  email text
  password_hash text -- secret: argon2id hash
  disabled_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  kind text not null default 'person'::text
  constraint users_email_check CHECK (((email = lower(email)) AND (email ~~ '%_@_%'::text)))
  constraint users_email_key UNIQUE (email)
  constraint users_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'program'::text])))
  constraint users_pkey PRIMARY KEY (id)
  constraint users_sign_in_by_kind CHECK (
CASE kind
    WHEN 'person'::text THEN ((email IS NOT NULL) AND (password_hash IS NOT NULL))
    ELSE ((email IS NULL) AND (password_hash IS NULL))
END)
policy auth_only permissive for all to fc_auth using true with check true
grant insert, select, update to fc_auth

table fc.tenant_key
  only_row boolean not null default true
  inner_pad bytea not null -- secret: signs the tenant context
  outer_pad bytea not null -- secret: signs the tenant context
  constraint tenant_key_inner_pad_check CHECK ((octet_length(inner_pad) = 64))
  constraint tenant_key_only_row_check CHECK (only_row)
  constraint tenant_key_outer_pad_check CHECK ((octet_length(outer_pad) = 64))
  constraint tenant_key_pkey PRIMARY KEY (only_row)
grant select to fc_definer

CREATE OR REPLACE FUNCTION fc.account_sessions(p_token_hash bytea)
 RETURNS TABLE(id uuid, started_at timestamp with time zone, last_seen_at timestamp with time zone, current boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select s.id, s.created_at, s.last_seen_at, s.token_hash = p_token_hash from auth_sessions s
  join memberships m on m.tenant_id = s.of_tenant and m.user_id = s.user_id and m.ended_at is null
  where s.user_id = fc.live_session_user(p_token_hash) and s.expires_at > now() and s.last_seen_at > now() - interval '30 minutes'
  order by s.token_hash = p_token_hash desc, s.last_seen_at desc, s.id limit 100
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.add_screening()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.api_key_actor(p_secret_hash bytea)
 RETURNS TABLE(session_id uuid, user_id uuid, tenant_id uuid, role text, merchant_id uuid, display_name text, scopes text[])
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
  used timestamptz;
begin
  select k.id, k.user_id, k.tenant_id, m.role, m.merchant_id, m.display_name, k.scopes, s.last_used_at
  into session_id, user_id, tenant_id, role, merchant_id, display_name, scopes, used
  from api_key_secrets s
  join api_keys k on k.tenant_id = s.of_tenant and k.id = s.key_id and k.revoked_at is null and k.expires_at > now()
  join users u on u.id = k.user_id and u.kind = 'program' and u.disabled_at is null
  join memberships m on m.tenant_id = k.tenant_id and m.user_id = k.user_id and m.ended_at is null
  where s.secret_hash = p_secret_hash and fc.may_have_keys(k.tenant_id, k.created_by);
  if not found then
    return;
  end if;
  -- Once a minute is enough to tell a key that is used from one that is not, and spares a write on every read.
  if used is null or used < now() - interval '1 minute' then
    update api_key_secrets s set last_used_at = now() where s.secret_hash = p_secret_hash;
  end if;
  return next;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.api_key_uses()
 RETURNS TABLE(key_id uuid, last_used_at timestamp with time zone, stopped boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select s.key_id, s.last_used_at, not fc.may_have_keys(k.tenant_id, k.created_by)
  from api_key_secrets s join api_keys k on k.tenant_id = s.of_tenant and k.id = s.key_id where s.of_tenant = fc.tid()
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.append_audit(p_payload bytea)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  tenant uuid := fc.tid();
  said jsonb := convert_from(p_payload, 'UTF8')::jsonb;
  head audit_heads;
  moment timestamptz;
begin
  if tenant is null then
    raise exception 'audit without a tenant' using errcode = '42501';
  end if;
  select * into head from audit_heads where tenant_id = tenant for update;
  if not found then
    insert into audit_heads (tenant_id, seq, hash) values (tenant, 0, fc.audit_genesis(tenant)) on conflict do nothing;
    select * into head from audit_heads where tenant_id = tenant for update;
  end if;
  -- Read under the lock, so that times rise with the numbers.
  moment := clock_timestamp();
  head.seq := head.seq + 1;
  head.hash := fc.audit_hash(head.hash, head.seq, moment, p_payload);
  insert into audit_events (tenant_id, seq, at, user_id, action, entity, entity_id, transition_seq, payload, hash)
  values (tenant, head.seq, moment, (said ->> 'user_id')::uuid, said ->> 'action', said ->> 'entity', said ->> 'entity_id', (said ->> 'transition_seq')::integer, p_payload, head.hash);
  update audit_heads set seq = head.seq, hash = head.hash where tenant_id = tenant;
  return head.seq;
end $function$
-- owner fc_definer, execute app_rt, app_worker, fc_definer

CREATE OR REPLACE FUNCTION fc.approval_rules_in_force(p_tenant uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select coalesce((select version from approval_rule_sets where tenant_id = p_tenant and state = 'confirmed' order by version desc limit 1), 0)
$function$
-- owner migrator, execute app_rt

CREATE OR REPLACE FUNCTION fc.approval_rules_ok(p_rules jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$
-- owner migrator, execute app_rt

CREATE OR REPLACE FUNCTION fc.approvals_that_hold(s route_sessions)
 RETURNS bigint
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select count(distinct a.user_id) from approvals a join suppliers p on p.tenant_id = s.tenant_id and p.id = s.supplier_id
  where a.tenant_id = s.tenant_id and a.session_id = s.id and a.content_version = s.content_version and a.details_version = p.details_version
    and (s.required_approvals = 1 or (a.user_id <> s.requested_by and a.user_id is distinct from s.accepted_by))
$function$
-- owner migrator, execute app_rt

CREATE OR REPLACE FUNCTION fc.audit_genesis(p_tenant uuid)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select sha256(convert_to('flowclaw audit v1|' || p_tenant::text, 'UTF8'))
$function$
-- owner migrator, execute app_rt, app_worker, fc_definer

CREATE OR REPLACE FUNCTION fc.audit_hash(p_before bytea, p_seq bigint, p_at timestamp with time zone, p_payload bytea)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select sha256(p_before || int8send(p_seq) || int8send((extract(epoch from p_at) * 1000000)::bigint) || p_payload)
$function$
-- owner migrator, execute app_rt, app_worker, fc_definer

CREATE OR REPLACE FUNCTION fc.begin_second_factor(p_token_hash bytea, p_secret bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  insert into account_factors as f (user_id, totp_secret) select id, p_secret from (select fc.live_session_user(p_token_hash) as id) a where id is not null
  on conflict (user_id) do update set totp_secret = excluded.totp_secret, begun_at = now(), last_step = 0 where f.enrolled_at is null;
  return found;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.begun_second_factor(p_token_hash bytea)
 RETURNS TABLE(totp_secret bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select f.totp_secret from account_factors f
  where f.user_id = fc.live_session_user(p_token_hash) and f.enrolled_at is null and f.begun_at > now() - interval '15 minutes'
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.change_member(p_by uuid, p_user_id uuid, p_role text, p_merchant_id uuid, OUT status text, OUT sessions_ended integer, OUT keys_revoked uuid[])
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  tenant uuid := fc.tid();
  key uuid;
begin
  sessions_ended := 0;
  keys_revoked := '{}';
  -- Every live admin's row, in one order: two admins who demote each other come one after the other, and the second finds what the first did.
  perform from memberships m where m.tenant_id = tenant and m.role = 'platform_admin' and m.ended_at is null order by m.user_id for update;
  if not exists (select from memberships m where m.tenant_id = tenant and m.user_id = p_by and m.role = 'platform_admin' and m.ended_at is null) then
    status := 'not_allowed';
    return;
  end if;
  update memberships m set role = coalesce(p_role, m.role), merchant_id = case when p_role is null then m.merchant_id else p_merchant_id end,
    ended_at = case when p_role is null then now() end
  where m.tenant_id = tenant and m.user_id = p_user_id and m.ended_at is null
    and exists (select from users u where u.id = p_user_id and u.kind = 'person');
  if not found then
    status := 'not_found';
    return;
  end if;
  if not exists (select from memberships m join users u on u.id = m.user_id and u.disabled_at is null and u.kind = 'person'
    where m.tenant_id = tenant and m.role = 'platform_admin' and m.ended_at is null) then
    status := 'last_admin';
    return;
  end if;
  with gone as (
    delete from auth_sessions where user_id = p_user_id and of_tenant = tenant returning expires_at > now() and last_seen_at > now() - interval '30 minutes' as live
  ) select count(*) filter (where live) into sessions_ended from gone;
  if p_role is distinct from 'platform_admin' then
    -- One that is made beside this is not seen here; it opens nothing either, because its maker is asked for on every request.
    for key in select k.id from api_keys k where k.tenant_id = tenant and k.created_by = p_user_id and k.revoked_at is null order by k.id loop
      perform fc.revoke_api_key(key, p_by);
      keys_revoked := keys_revoked || key;
    end loop;
  end if;
  status := 'changed';
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.change_password(p_token_hash bytea, p_old text, p_new text, p_next_token_hash bytea)
 RETURNS TABLE(lasts_s integer, ended integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  account uuid := fc.live_session_user(p_token_hash);
begin
  -- The account's row first: a sign-in that verified the old password waits for it (open_session below), or its session is ended here.
  update users set password_hash = p_new where id = account and password_hash = p_old;
  if not found then
    return;
  end if;
  update auth_sessions set token_hash = p_next_token_hash, last_seen_at = now() where token_hash = p_token_hash
  returning extract(epoch from expires_at - now())::integer into lasts_s;
  if not found then
    -- Signed out while the password was hashed: nothing is changed for a session that is over.
    raise exception 'the session has ended' using errcode = 'FC002';
  end if;
  with gone as (
    delete from auth_sessions where user_id = account and token_hash <> p_next_token_hash
    returning expires_at > now() and last_seen_at > now() - interval '30 minutes' as live
  ) select count(*) filter (where live) into ended from gone;
  return next;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.check_approval()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.check_proof()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if not exists (select from artifacts where tenant_id = new.tenant_id and id = new.artifact_id and state = 'clean' and (session_id is null or session_id = new.session_id) for share) then
    raise exception 'the file is not one that can prove this step' using errcode = '23514', constraint = 'proofs_file_usable';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.check_rule_set()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.check_session_move()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if new.state in ('approved', 'executing') and old.state <> 'paused' then
    if new.agreed_content_version is distinct from new.content_version then
      raise exception 'the merchant has not agreed to what stands' using errcode = '23514', constraint = 'route_sessions_agreed';
    end if;
    if fc.approvals_that_hold(new) < new.required_approvals then
      raise exception 'approvals are missing' using errcode = '23514', constraint = 'route_sessions_approved';
    end if;
  end if;
  if new.state = 'executing' and (new.execution_mode is null or array_position(array['simulation', 'live_safe', 'manual', 'hybrid'], new.execution_mode)
    > array_position(array['simulation', 'live_safe', 'manual', 'hybrid'], new.mode_ceiling)) then
    raise exception 'the mode is above its ceiling' using errcode = '23514', constraint = 'route_sessions_mode_within_ceiling';
  end if;
  if new.state = 'completed' and exists (select from execution_steps t where t.tenant_id = new.tenant_id and t.session_id = new.id and t.state not in ('confirmed', 'skipped')) then
    raise exception 'a step is not done' using errcode = '23514', constraint = 'route_sessions_steps_done';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.check_simulation()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if not exists (select from route_sessions s where s.tenant_id = new.tenant_id and s.id = new.session_id and s.execution_mode = 'simulation') then
    raise exception 'what is real is not simulated' using errcode = '23514', constraint = 'simulations_of_simulated_sessions';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.check_step_move()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  s route_sessions;
begin
  select * into s from route_sessions where tenant_id = new.tenant_id and id = new.session_id for share;
  if new.state <> 'skipped' and s.state <> 'executing' and not (s.state = 'paused' and new.state in ('failed', 'unknown')) then
    raise exception 'the session is not executing' using errcode = '23514', constraint = 'execution_steps_while_executing';
  end if;
  if new.state in ('ready', 'in_progress', 'awaiting_proof', 'confirmed') and exists (select from execution_steps b
    where b.tenant_id = new.tenant_id and b.session_id = new.session_id and b.position < new.position and b.state <> 'confirmed') then
    raise exception 'a step before this one is not done' using errcode = '23514', constraint = 'execution_steps_in_order';
  end if;
  if new.state = 'confirmed' and s.execution_mode <> 'simulation' and exists (select from unnest(new.proof_kinds) as needed(kind)
    where not exists (select from proofs p where p.tenant_id = new.tenant_id and p.step_id = new.id and p.kind = needed.kind and p.state = 'accepted')) then
    raise exception 'a proof is missing' using errcode = '23514', constraint = 'execution_steps_proved';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.close_asks()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if new.state = 'accepted' then
    if exists (select from merchant_asks a where a.tenant_id = new.tenant_id and a.session_id = new.id and a.state = 'open') then
      raise exception 'the merchant has not answered yet' using errcode = '23514', constraint = 'route_sessions_asks_closed';
    end if;
  else
    update merchant_asks a set state = 'withdrawn', closed_at = clock_timestamp() where a.tenant_id = new.tenant_id and a.session_id = new.id and a.state = 'open';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.confirm_bank_details(p_id uuid, p_by uuid, p_over text, p_with text, p_sealed bytea, p_replaced bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  change bank_detail_changes;
begin
  update bank_detail_changes set state = 'confirmed', decided_by = p_by, decided_at = clock_timestamp(), confirmed_over = p_over, confirmed_with = p_with, replaced_sealed = p_replaced
  where tenant_id = fc.tid() and id = p_id and state = 'pending' returning * into change;
  if not found then
    return false;
  end if;
  update suppliers set details_state = 'confirmed', details_version = details_version + 1, bank_details_sealed = p_sealed, account_masked = change.account_masked,
    cnaps_masked = change.cnaps_masked, bank_name = change.bank_name, bic = change.bic
  where tenant_id = fc.tid() and id = change.supplier_id;
  return true;
end $function$
-- owner fc_definer, execute app_rt, fc_definer

CREATE OR REPLACE FUNCTION fc.create_account(p_id uuid, p_email text, p_password_hash text)
 RETURNS uuid
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  insert into users (id, email, password_hash) values (p_id, lower(p_email), p_password_hash)
  on conflict (email) do update set email = excluded.email returning id
$function$
-- owner fc_auth, execute fc_auth

CREATE OR REPLACE FUNCTION fc.create_api_key(p_id uuid, p_user_id uuid, p_role text, p_merchant_id uuid, p_label text, p_prefix text, p_secret_hash bytea, p_scopes text[], p_lasts interval, p_by uuid, p_live_max integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  tenant uuid := fc.tid();
begin
  -- Two at once must not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('api keys of ' || tenant, 0));
  if (select count(*) from api_keys where tenant_id = tenant and revoked_at is null and expires_at > now()) >= p_live_max then
    return false;
  end if;
  insert into users (id, kind) values (p_user_id, 'program');
  insert into memberships (tenant_id, user_id, role, merchant_id, display_name) values (tenant, p_user_id, p_role, p_merchant_id, p_label);
  insert into api_keys (tenant_id, id, user_id, label, prefix, scopes, created_by, expires_at)
  values (tenant, p_id, p_user_id, p_label, p_prefix, p_scopes, p_by, now() + p_lasts);
  insert into api_key_secrets (key_id, of_tenant, secret_hash) values (p_id, tenant, p_secret_hash);
  return true;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.device_row(p_key bytea, p_email text)
 RETURNS bytea
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select sha256(p_key || convert_to(u.password_hash, 'UTF8') || coalesce(f.totp_secret, ''::bytea))
  from users u left join account_factors f on f.user_id = u.id and f.enrolled_at is not null where u.email = p_email
$function$
-- owner fc_auth, execute fc_auth

CREATE OR REPLACE FUNCTION fc.disable_second_factor(p_token_hash bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  account uuid := fc.live_session_user(p_token_hash);
begin
  delete from account_factors where user_id = account and enrolled_at is not null;
  if not found then
    return false;
  end if;
  delete from recovery_codes where user_id = account;
  return true;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.end_account_sessions(p_token_hash bytea)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with gone as (
    delete from auth_sessions where user_id = fc.live_session_user(p_token_hash)
    returning expires_at > now() and last_seen_at > now() - interval '30 minutes' as live
  ) select count(*) filter (where live)::integer from gone
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.end_session(p_token_hash bytea)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with ended as (delete from auth_sessions where token_hash = p_token_hash returning 1)
  select exists (select from ended)
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.enrol_second_factor(p_token_hash bytea, p_secret bytea, p_step bigint, p_code_hashes bytea[], p_next_token_hash bytea)
 RETURNS TABLE(lasts_s integer, ended integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  account uuid := fc.live_session_user(p_token_hash);
begin
  -- The account's row first, as a change of password does: a sign-in without a code waits for it, or its session is ended here.
  perform from users where id = account for update;
  update account_factors set enrolled_at = now(), last_step = p_step where user_id = account and enrolled_at is null and totp_secret = p_secret;
  if not found then
    return;
  end if;
  delete from recovery_codes where user_id = account;
  insert into recovery_codes (code_hash, user_id) select h, account from unnest(p_code_hashes) as h;
  update auth_sessions set token_hash = p_next_token_hash, proved_at = now(), last_seen_at = now() where token_hash = p_token_hash
  returning extract(epoch from expires_at - now())::integer into lasts_s;
  if not found then
    raise exception 'the session has ended' using errcode = 'FC002';
  end if;
  with gone as (
    delete from auth_sessions where user_id = account and token_hash <> p_next_token_hash
    returning expires_at > now() and last_seen_at > now() - interval '30 minutes' as live
  ) select count(*) filter (where live) into ended from gone;
  return next;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.erase_member(p_by uuid, p_user_id uuid, OUT status text, OUT links_blanked integer, OUT requests_closed integer)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  tenant uuid := fc.tid();
  member record;
begin
  links_blanked := 0;
  requests_closed := 0;
  if not exists (select from memberships m where m.tenant_id = tenant and m.user_id = p_by and m.role = 'platform_admin' and m.ended_at is null) then
    status := 'not_allowed';
    return;
  end if;
  if not exists (select from memberships m where m.tenant_id = tenant and m.user_id = p_user_id) then
    status := 'not_found';
    return;
  end if;
  -- The account's row is held by whoever joins a company with it, and by two companies that erase the same person at once: the second sees the first.
  perform from users u where u.id = p_user_id and u.kind = 'person' for update;
  if not found then
    status := 'not_found';
    return;
  end if;
  select m.ended_at, m.erased_at, u.email into member from memberships m join users u on u.id = m.user_id where m.tenant_id = tenant and m.user_id = p_user_id;
  if member.ended_at is null then
    status := 'not_ended';
    return;
  elsif member.erased_at is not null then
    status := 'already';
    return;
  end if;
  update memberships set display_name = fc.erased_name(p_user_id), erased_at = now() where tenant_id = tenant and user_id = p_user_id;
  update account_links set email = fc.erased_email(p_user_id), display_name = case when display_name is not null then fc.erased_name(p_user_id) end,
    revoked_at = case when used_at is null then coalesce(revoked_at, now()) end
  where tenant_id = tenant and (email = member.email or user_id = p_user_id or used_by = p_user_id);
  get diagnostics links_blanked = row_count;
  update privacy_requests set state = case kind when 'erasure' then 'done' else 'refused' end, refusal = case kind when 'erasure' then null else 'person_erased' end, answered_at = now(), answered_by = p_by
  where tenant_id = tenant and user_id = p_user_id and state = 'open';
  get diagnostics requests_closed = row_count;
  update privacy_requests set note = null where tenant_id = tenant and user_id = p_user_id and note is not null;
  if not exists (select from memberships m where m.user_id = p_user_id and m.erased_at is null) then
    delete from auth_sessions where user_id = p_user_id;
    delete from recovery_codes where user_id = p_user_id;
    delete from account_factors where user_id = p_user_id;
    -- In the form of a hash, so that a try at it takes as long as any other; the hash of no password, and the account is disabled.
    update users set email = fc.erased_email(p_user_id), password_hash = '$argon2id$v=19$m=65536,t=3,p=1$' || repeat('A', 22) || '$' || repeat('A', 43), disabled_at = coalesce(disabled_at, now()) where id = p_user_id;
  end if;
  status := 'erased';
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.erased_email(p_user_id uuid)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select p_user_id::text || '@erased.invalid'
$function$
-- owner migrator, execute fc_auth

CREATE OR REPLACE FUNCTION fc.erased_name(p_user_id uuid)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select 'Erased person ' || left(encode(sha256(convert_to(p_user_id::text, 'UTF8')), 'hex'), 8)
$function$
-- owner migrator, execute fc_auth

CREATE OR REPLACE FUNCTION fc.find_account(p_email text)
 RETURNS TABLE(user_id uuid, password_hash text, disabled boolean, memberships jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select u.id, u.password_hash, u.disabled_at is not null,
    coalesce((select jsonb_agg(jsonb_build_object('tenant_id', m.tenant_id, 'role', m.role, 'merchant_id', m.merchant_id, 'display_name', m.display_name) order by t.name)
      from memberships m join tenants t using (tenant_id) where m.user_id = u.id and m.ended_at is null), '[]')
  from users u where u.email = p_email
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.find_link(p_token_hash bytea)
 RETURNS TABLE(tenant_id uuid, id uuid, purpose text, tenant_name text, email text, role text, merchant_id uuid, expires_at timestamp with time zone, account_id uuid, password_hash text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select l.tenant_id, l.id, l.purpose, t.name, l.email, coalesce(l.role, m.role), coalesce(l.merchant_id, m.merchant_id), l.expires_at, u.id, u.password_hash
  from account_links l join tenants t on t.tenant_id = l.tenant_id
  left join users u on case when l.user_id is null then u.email = l.email else u.id = l.user_id end
  left join memberships m on m.tenant_id = l.tenant_id and m.user_id = u.id and m.ended_at is null
  where l.token_hash = p_token_hash and l.used_at is null and l.revoked_at is null and l.expires_at > now()
    and (l.purpose = 'invite' or m.user_id is not null)
    and (l.made_by is null or exists (select from memberships a join users au on au.id = a.user_id and au.disabled_at is null
      where a.tenant_id = l.tenant_id and a.user_id = l.made_by and a.role = 'platform_admin' and a.ended_at is null))
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.find_tenants(p_name text)
 RETURNS TABLE(tenant_id uuid, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select t.tenant_id, t.name from tenants t where lower(btrim(t.name)) = lower(btrim(p_name)) order by t.created_at, t.tenant_id limit 20
$function$
-- owner fc_auth, execute fc_auth

CREATE OR REPLACE FUNCTION fc.forget_device(p_key bytea, p_email text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  delete from known_devices where key = fc.device_row(p_key, p_email)
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.forgive_login(forget bytea[], give_back bytea[], known bytea, p_email text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  device bytea := fc.device_row(known, p_email);
begin
  delete from login_throttle where key = any (forget);
  update login_throttle set tries = greatest(tries - 1, 0) where key = any (give_back);
  if device is not null then
    delete from known_devices where key in (select d.key from known_devices d where d.last_at < now() - interval '90 days' limit 20 for update skip locked);
    insert into known_devices (key, last_at) values (device, clock_timestamp()) on conflict (key) do update set last_at = clock_timestamp();
  end if;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE PROCEDURE fc."freeze"(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
begin
  execute format('create trigger frozen_rows before update or delete on %s for each row execute function fc.refuse_change()', target);
  execute format('create trigger frozen_table before truncate on %s for each statement execute function fc.refuse_change()', target);
end $procedure$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.give_back_login(keys bytea[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  update login_throttle set tries = greatest(tries - 1, 0) where key = any (keys)
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.has_second_factor(p_user_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select exists (select from account_factors where user_id = p_user_id and enrolled_at is not null)
$function$
-- owner fc_auth, execute fc_auth

CREATE OR REPLACE FUNCTION fc.is_known_device(p_key bytea, p_email text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select exists (select from known_devices where key = fc.device_row(p_key, p_email) and last_at > now() - interval '90 days')
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.is_second_admin(p_tenant uuid, p_by uuid, p_proposer uuid, p_since timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select p_by <> p_proposer
    and exists (select from memberships m where m.tenant_id = p_tenant and m.user_id = p_by and m.role = 'platform_admin' and m.ended_at is null and m.role_since < p_since)
    and not exists (select from account_links l where l.tenant_id = p_tenant and l.made_by = p_proposer and l.used_by = p_by and l.used_at > clock_timestamp() - interval '7 days')
$function$
-- owner migrator, execute app_rt

CREATE OR REPLACE FUNCTION fc.keep_artifact()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if old.state in ('refused', 'removed') and new.state is distinct from old.state and not (old.state = 'refused' and new.state = 'removed')
    or old.state = 'clean' and new.state not in ('clean', 'removed') then
    raise exception 'an artifact is judged once' using errcode = '42501', constraint = 'artifacts_judged_once';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_bank_detail_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if old.state <> 'pending' or (new.tenant_id, new.id, new.supplier_id, new.received_by, new.details_sealed, new.account_masked, new.proposed_by, new.proposed_at)
    is distinct from (old.tenant_id, old.id, old.supplier_id, old.received_by, old.details_sealed, old.account_masked, old.proposed_by, old.proposed_at) then
    raise exception 'a change of bank details is decided once' using errcode = '42501', constraint = 'bank_detail_changes_decided_once';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_connector_call()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not (old.state = 'intent' and new.state in ('sent', 'failed', 'unknown') or old.state = 'sent' and new.state in ('answered', 'failed', 'unknown')) then
    raise exception 'a call goes from % to no %', old.state, new.state using errcode = '23514', constraint = 'connector_calls_forward';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_estimate_evidence()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if (new.tenant_id, new.id, new.session_id, new.provider_id, new.legs, new.kind, new.observation, new.at, new.simulation)
      is distinct from (old.tenant_id, old.id, old.session_id, old.provider_id, old.legs, old.kind, old.observation, old.at, old.simulation)
    or old.undone_at is not null and (new.undone_by, new.undone_at, new.undone_because) is distinct from (old.undone_by, old.undone_at, old.undone_because) then
    raise exception 'evidence is taken back once and never changed' using errcode = '42501', constraint = 'estimate_evidence_undone_once';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_incident()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if new is distinct from old and (old.state = 'resolved' or new.state = 'open' or new.version <> old.version + 1) then
    raise exception 'an incident goes on step by step, and is resolved once' using errcode = '42501', constraint = 'payment_incidents_resolved_once';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_merchant_ask()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if old.state <> 'open' or (new.tenant_id, new.id, new.session_id, new.kind, new.document_code, new.text, new.due_at, new.asked_by, new.asked_at)
    is distinct from (old.tenant_id, old.id, old.session_id, old.kind, old.document_code, old.text, old.due_at, old.asked_by, old.asked_at) then
    raise exception 'what was asked stays, and is answered or taken back once' using errcode = '42501', constraint = 'merchant_asks_closed_once';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_merchant_document()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- number_key is made after this.
  if (to_jsonb(new) - '{number_key}'::text[]) is distinct from (to_jsonb(old) - '{number_key}'::text[]) and (old.state <> 'live'
    or (to_jsonb(new) - '{number_key,state,withdrawn_by,withdrawn_at,withdrawn_because}'::text[]) is distinct from (to_jsonb(old) - '{number_key,state,withdrawn_by,withdrawn_at,withdrawn_because}'::text[])) then
    raise exception 'a paper is a record, and its end is final' using errcode = '42501', constraint = 'merchant_documents_end_once';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_privacy_request()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if (new.tenant_id, new.id, new.user_id, new.kind, new.requested_at, new.due_at) is distinct from (old.tenant_id, old.id, old.user_id, old.kind, old.requested_at, old.due_at)
    or (new.note is distinct from old.note and new.note is not null) then
    raise exception 'a privacy request is not changed' using errcode = '42501';
  end if;
  if old.state <> 'open' and (new.state, new.answered_at, new.answered_by, new.refusal) is distinct from (old.state, old.answered_at, old.answered_by, old.refusal) then
    raise exception 'a privacy request is answered once' using errcode = '42501';
  end if;
  -- An erasure is done by fc.erase_member alone, never by saying so.
  if old.state = 'open' and new.state = 'done' and new.kind = 'erasure'
    and not exists (select from public.memberships m where m.tenant_id = new.tenant_id and m.user_id = new.user_id and m.erased_at is not null) then
    raise exception 'the person is not erased' using errcode = '42501';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_probe_reservation()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if old.state <> 'reserved' or new.state = 'reserved' then
    raise exception 'a reservation ends once' using errcode = '23514', constraint = 'probe_reservations_end_once';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_proof()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if old.state <> 'submitted' then
    raise exception 'a proof is judged once' using errcode = '42501', constraint = 'proofs_judged_once';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_provider_outage()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if (old.ended_at is not null and (new.ended_at, new.ended_by, new.ended_because) is distinct from (old.ended_at, old.ended_by, old.ended_because)) or to_jsonb(new) - 'ended_by' - 'ended_at' - 'ended_because' is distinct from to_jsonb(old) - 'ended_by' - 'ended_at' - 'ended_because' then
    raise exception 'an outage ends once' using errcode = '42501', constraint = 'provider_outages_ends_once';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_quote()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if (old.consumed_by is not null and (new.consumed_by, new.consumed_at) is distinct from (old.consumed_by, old.consumed_at))
    or to_jsonb(new) - 'consumed_by' - 'consumed_at' is distinct from to_jsonb(old) - 'consumed_by' - 'consumed_at' then
    raise exception 'a quote is used once and never changed' using errcode = '42501', constraint = 'quotes_used_once';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_rule_set()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_screening()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if old.cleared_by is not null or (to_jsonb(new) - '{cleared_by,cleared_at,cleared_because}'::text[]) is distinct from (to_jsonb(old) - '{cleared_by,cleared_at,cleared_because}'::text[]) then
    raise exception 'a screening is a record, cleared once' using errcode = '42501', constraint = 'screenings_cleared_once';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_simulation()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if (new.tenant_id, new.session_id, new.seed, new.starts_at) is distinct from (old.tenant_id, old.session_id, old.seed, old.starts_at) or new.played_to < old.played_to then
    raise exception 'a simulation goes forward alone' using errcode = '42501', constraint = 'simulations_go_forward';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_step()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if old.state not in ('pending', 'ready') and (new.rail_owner, new.account_label, new.provider_account_id) is distinct from (old.rail_owner, old.account_label, old.provider_account_id) then
    raise exception 'the account of a step that has begun stays' using errcode = '42501', constraint = 'execution_steps_rail_stays';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.keep_supplier_payable(p_supplier uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  supplier suppliers;
begin
  select * into supplier from suppliers where tenant_id = fc.tid() and id = p_supplier for share;
  return case when supplier.details_state = 'confirmed' then supplier.details_version end;
end $function$
-- owner fc_definer, execute app_rt, fc_definer

CREATE OR REPLACE FUNCTION fc.keep_what_is_executed()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.list_members()
 RETURNS TABLE(user_id uuid, email text, display_name text, role text, merchant_id uuid, merchant_name text, state text, created_at timestamp with time zone, ended_at timestamp with time zone, erased_at timestamp with time zone, last_seen_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select m.user_id, case when m.erased_at is null then u.email else fc.erased_email(u.id) end, m.display_name, m.role, m.merchant_id, c.name,
    case when m.ended_at is not null then 'ended' when u.disabled_at is not null then 'disabled' else 'active' end, m.created_at, m.ended_at, m.erased_at,
    (select max(s.last_seen_at) from auth_sessions s where s.user_id = m.user_id and s.of_tenant = m.tenant_id)
  from memberships m join users u on u.id = m.user_id and u.kind = 'person' left join merchants c on c.tenant_id = m.tenant_id and c.id = m.merchant_id
  where m.tenant_id = fc.tid()
  order by m.ended_at is not null, m.display_name, m.user_id limit 1000
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.live_member_of_address(p_email text)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with members as materialized (
    select m.user_id, (select u.email from users u where u.id = m.user_id and u.kind = 'person') as email from memberships m where m.tenant_id = fc.tid() and m.ended_at is null
  ) select user_id from members where email = p_email
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.live_session_user(p_token_hash bytea)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select s.user_id from auth_sessions s
  join users u on u.id = s.user_id and u.disabled_at is null
  join memberships m on m.tenant_id = s.of_tenant and m.user_id = s.user_id and m.ended_at is null
  where s.token_hash = p_token_hash and s.expires_at > now() and s.last_seen_at > now() - interval '30 minutes'
$function$
-- owner fc_auth, execute fc_auth

CREATE OR REPLACE FUNCTION fc.login_tries(tries double precision, last_at timestamp with time zone, free integer)
 RETURNS double precision
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select greatest(0, tries - free * extract(epoch from clock_timestamp() - last_at) / 3600)
$function$
-- owner migrator, execute fc_auth

CREATE OR REPLACE FUNCTION fc.login_wait_ms(tries double precision, last_at timestamp with time zone, free integer, base_ms integer, cap_ms integer)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- Rounded up: a try a moment ago counts whole.
  select case when ceil(now_tries) < free then 0
    else ceil(least(cap_ms, base_ms * power(2, least(ceil(now_tries) - free, 20))) - extract(epoch from clock_timestamp() - last_at) * 1000)::integer end
  from fc.login_tries(tries, last_at, free) as n(now_tries)
$function$
-- owner migrator, execute fc_auth

CREATE OR REPLACE FUNCTION fc.may_have_keys(p_tenant uuid, p_user_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select exists (select from memberships m join users u on u.id = m.user_id and u.kind = 'person' and u.disabled_at is null
    where m.tenant_id = p_tenant and m.user_id = p_user_id and m.role = 'platform_admin' and m.ended_at is null)
$function$
-- owner fc_auth, execute fc_auth

CREATE OR REPLACE FUNCTION fc.must_enrol(p_tenant_id uuid, p_user_id uuid, p_role text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select p_role = 'platform_admin' and not fc.has_second_factor(p_user_id)
    and exists (select from tenants where tenant_id = p_tenant_id and second_factor_of_admins = 'required')
$function$
-- owner fc_auth, execute fc_auth

CREATE OR REPLACE FUNCTION fc.next_connector_attempt()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  before connector_calls;
begin
  if new.state <> 'intent' then
    raise exception 'a call begins as an intent' using errcode = '23514', constraint = 'connector_calls_begin_as_intent';
  end if;
  if new.attempt > 1 then
    select * into before from connector_calls where tenant_id = new.tenant_id and session_id = new.session_id and position = new.position and attempt = new.attempt - 1;
    if not found or before.state not in ('failed', 'unknown') then
      raise exception 'the attempt before has not ended without an answer' using errcode = '23514', constraint = 'connector_calls_after_the_last';
    end if;
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.open_incident()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  at_state text;
begin
  select state into at_state from route_sessions where tenant_id = new.tenant_id and id = new.session_id for no key update;
  if new.state <> 'open' or new.version <> 1 or at_state not in ('executing', 'paused', 'failed', 'completed') then
    raise exception 'an incident is opened on a payment that was sent' using errcode = '23514', constraint = 'payment_incidents_of_sent';
  end if;
  return null;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.open_session(p_token_hash bytea, p_id uuid, p_user_id uuid, p_tenant_id uuid, p_replaces bytea, p_lasts interval, p_verified text, p_step bigint, p_code_hash bytea)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  ends timestamptz := now() + p_lasts;
begin
  perform from users where id = p_user_id and disabled_at is null and password_hash = p_verified for share;
  if not found then
    return null;
  end if;
  if fc.has_second_factor(p_user_id) and not fc.spend_factor(p_user_id, p_step, p_code_hash) then
    return null;
  end if;
  delete from auth_sessions where user_id = p_user_id and (expires_at < now() or token_hash = p_replaces);
  insert into auth_sessions (token_hash, id, user_id, of_tenant, expires_at)
  select p_token_hash, p_id, m.user_id, m.tenant_id, ends from memberships m
  where m.user_id = p_user_id and m.tenant_id = p_tenant_id and m.ended_at is null;
  if not found then
    return null;
  end if;
  return ends;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.own_account(p_token_hash bytea)
 RETURNS TABLE(id uuid, email text, created_at timestamp with time zone, second_factor_begun_at timestamp with time zone, second_factor_enrolled_at timestamp with time zone, recovery_codes_left integer, recovery_codes_used integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select u.id, u.email, u.created_at, f.begun_at, f.enrolled_at,
    (select count(*)::integer from recovery_codes c where c.user_id = u.id and c.used_at is null), (select count(*)::integer from recovery_codes c where c.user_id = u.id and c.used_at is not null)
  from users u left join account_factors f on f.user_id = u.id
  where u.id = fc.live_session_user(p_token_hash)
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.own_sessions(p_token_hash bytea)
 RETURNS TABLE(id uuid, of_tenant uuid, started_at timestamp with time zone, last_seen_at timestamp with time zone, proved_at timestamp with time zone, expires_at timestamp with time zone, current boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select s.id, s.of_tenant, s.created_at, s.last_seen_at, s.proved_at, s.expires_at, s.token_hash = p_token_hash
  from auth_sessions s where s.user_id = fc.live_session_user(p_token_hash) order by s.last_seen_at desc, s.id
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.propose_bank_details(p_id uuid, p_supplier uuid, p_by uuid, p_received_by text, p_sealed bytea, p_masked text, p_cnaps_masked text, p_bank_name text, p_bic text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  supplier suppliers;
begin
  update suppliers set details_state = 'change_held' where tenant_id = fc.tid() and id = p_supplier and details_state = 'confirmed' returning * into supplier;
  if not found then
    return false;
  end if;
  insert into bank_detail_changes (tenant_id, id, supplier_id, received_by, details_sealed, account_masked, cnaps_masked, bank_name, bic,
    replaced_account_masked, replaced_cnaps_masked, replaced_bank_name, replaced_bic, proposed_by)
  values (fc.tid(), p_id, p_supplier, p_received_by, p_sealed, p_masked, p_cnaps_masked, p_bank_name, p_bic,
    supplier.account_masked, supplier.cnaps_masked, supplier.bank_name, supplier.bic, p_by);
  return true;
end $function$
-- owner fc_definer, execute app_rt, fc_definer

CREATE OR REPLACE PROCEDURE fc.protect(IN target regclass, IN auth_reads boolean DEFAULT false)
 LANGUAGE plpgsql
AS $procedure$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy tenant_named on %s as permissive for all to public'
    ' using (tenant_id = nullif(split_part(current_setting(''fc.tenant'', true), ''|'', 1), '''')::uuid)'
    ' with check (tenant_id = nullif(split_part(current_setting(''fc.tenant'', true), ''|'', 1), '''')::uuid)', target);
  if auth_reads then
    -- Before sign-in there is no tenant: the functions of fc_auth look a session or an account up across tenants, and only read.
    execute format('create policy auth_lookup on %s as permissive for select to fc_auth using (true)', target);
    execute format('grant select on %s to fc_auth', target);
    execute format(
      'create policy tenant_signed on %s as restrictive for all to public'
      ' using (tenant_id = (select fc.tid()) or (select current_user) = ''fc_auth'')'
      ' with check (tenant_id = (select fc.tid()))', target);
  else
    execute format(
      'create policy tenant_signed on %s as restrictive for all to public'
      ' using (tenant_id = (select fc.tid())) with check (tenant_id = (select fc.tid()))', target);
  end if;
end $procedure$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.prove_session(p_token_hash bytea, p_verified text, p_step bigint, p_code_hash bytea, p_next_token_hash bytea)
 RETURNS TABLE(lasts_s integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  account uuid := fc.live_session_user(p_token_hash);
begin
  perform from users where id = account for share;
  if not found then
    return;
  end if;
  if fc.has_second_factor(account) then
    if not fc.spend_factor(account, p_step, p_code_hash) then
      return;
    end if;
  elsif not exists (select from users where id = account and password_hash = p_verified) then
    return;
  end if;
  return query update auth_sessions set token_hash = p_next_token_hash, proved_at = now(), last_seen_at = now() where token_hash = p_token_hash
    returning extract(epoch from expires_at - now())::integer;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.quote_total(price numeric, unit_is_sold boolean, sold numeric, bought numeric, fee numeric, fee_is_sold boolean)
 RETURNS numeric
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  s numeric := sold;
  b numeric := bought;
begin
  if s is null and b is null then
    return price;
  end if;
  if s is not null then
    b := s - case when fee_is_sold then fee else 0 end;
    b := case when unit_is_sold then b / price else b * price end - case when fee_is_sold then 0 else fee end;
  else
    s := b + case when fee_is_sold then 0 else fee end;
    s := case when unit_is_sold then s * price else s / price end + case when fee_is_sold then fee else 0 end;
  end if;
  if s <= 0 or b <= 0 then
    return null;
  end if;
  return case when unit_is_sold then s / b else b / s end;
end $function$
-- owner migrator, execute app_rt

CREATE OR REPLACE FUNCTION fc.read_member(p_user_id uuid)
 RETURNS TABLE(user_id uuid, email text, display_name text, role text, merchant_id uuid, merchant_name text, state text, created_at timestamp with time zone, ended_at timestamp with time zone, erased_at timestamp with time zone, last_seen_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select m.user_id, case when m.erased_at is null then u.email else fc.erased_email(u.id) end, m.display_name, m.role, m.merchant_id, c.name,
    case when m.ended_at is not null then 'ended' when u.disabled_at is not null then 'disabled' else 'active' end, m.created_at, m.ended_at, m.erased_at,
    (select max(s.last_seen_at) from auth_sessions s where s.user_id = m.user_id and s.of_tenant = m.tenant_id)
  from memberships m join users u on u.id = m.user_id and u.kind = 'person' left join merchants c on c.tenant_id = m.tenant_id and c.id = m.merchant_id
  where m.tenant_id = fc.tid() and m.user_id = p_user_id
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  raise exception '% of % is refused: its rows are a record', tg_op, tg_table_name using errcode = '42501';
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.refuse_held_supplier()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  stands integer := fc.keep_supplier_payable(new.supplier_id);
begin
  if stands is null then
    raise exception 'the bank details of the supplier are being changed' using errcode = '23514', constraint = 'route_sessions_supplier_not_held';
  end if;
  if new.state = 'accepted' then
    new.accepted_details_version := stands;
  end if;
  return new;
end $function$
-- owner fc_definer, execute fc_definer

CREATE OR REPLACE FUNCTION fc.refuse_open_incident()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if exists (select from payment_incidents where tenant_id = new.tenant_id and session_id = new.id and state <> 'resolved') then
    raise exception 'the payment has an open incident' using errcode = '23514', constraint = 'route_sessions_no_open_incident';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.refuse_screened_out()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if exists (
    select from (select distinct on (subject) result, cleared_by from screenings where tenant_id = new.tenant_id and session_id = new.id order by subject, nth desc) newest
    where fc.screening_stops(newest.result, newest.cleared_by)
  ) then
    raise exception 'a screening of the payment found a hit' using errcode = '23514', constraint = 'route_sessions_not_screened_out';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.reject_bank_details(p_id uuid, p_by uuid, p_because text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  supplier uuid;
begin
  update bank_detail_changes set state = case when proposed_by = p_by then 'withdrawn' else 'rejected' end, decided_by = p_by, decided_at = clock_timestamp(), rejected_because = p_because
  where tenant_id = fc.tid() and id = p_id and state = 'pending' returning supplier_id into supplier;
  if not found then
    return false;
  end if;
  update suppliers set details_state = 'confirmed' where tenant_id = fc.tid() and id = supplier;
  return true;
end $function$
-- owner fc_definer, execute app_rt, fc_definer

CREATE OR REPLACE FUNCTION fc.renew_recovery_codes(p_token_hash bytea, p_code_hashes bytea[])
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  account uuid := fc.live_session_user(p_token_hash);
begin
  perform from account_factors where user_id = account and enrolled_at is not null for update;
  if not found then
    return false;
  end if;
  delete from recovery_codes where user_id = account;
  insert into recovery_codes (code_hash, user_id) select h, account from unnest(p_code_hashes) as h;
  return true;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.replace_password_hash(p_user_id uuid, p_old text, p_new text)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with changed as (update users set password_hash = p_new where id = p_user_id and password_hash = p_old returning 1)
  select exists (select from changed)
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.reserve_login(keys bytea[], free integer[], base_ms integer[], cap_ms integer[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  wait_ms integer := 0;
  taken integer;
begin
  delete from login_throttle where key in (select t.key from login_throttle t where t.last_at < now() - interval '1 day' limit 20 for update skip locked);
  begin
    -- One statement: two tries at once cannot both see the last free place.
    with wanted as (
      select * from unnest(keys, free, base_ms, cap_ms) as w(key, free, base_ms, cap_ms) order by 1
    ), held as (
      insert into login_throttle as t (key, tries, last_at)
      select w.key, 1, clock_timestamp() from wanted w order by w.key
      on conflict (key) do update set
        tries = fc.login_tries(t.tries, t.last_at, (select w.free from wanted w where w.key = t.key)) + 1,
        last_at = clock_timestamp()
      where fc.login_wait_ms(t.tries, t.last_at, (select w.free from wanted w where w.key = t.key),
        (select w.base_ms from wanted w where w.key = t.key), (select w.cap_ms from wanted w where w.key = t.key)) <= 0
      returning 1
    )
    select count(*) into taken from held;
    if taken < cardinality(keys) then
      raise exception 'delayed' using errcode = 'FC001';
    end if;
  exception when sqlstate 'FC001' then
    select coalesce(max(fc.login_wait_ms(t.tries, t.last_at, w.free, w.base_ms, w.cap_ms)), 0) into wait_ms
    from unnest(keys, free, base_ms, cap_ms) as w(key, free, base_ms, cap_ms) join login_throttle t on t.key = w.key;
    -- A wait that ended between the two statements is still a refusal: the try was not counted.
    wait_ms := greatest(wait_ms, 1);
  end;
  return wait_ms;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.reset_second_factor(p_user_id uuid)
 RETURNS TABLE(outcome text, sessions_ended integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  sessions_ended := 0;
  if not exists (select from memberships where tenant_id = fc.tid() and user_id = p_user_id and ended_at is null) then
    outcome := 'missing';
  elsif exists (select from memberships where tenant_id <> fc.tid() and user_id = p_user_id and ended_at is null) then
    outcome := 'elsewhere';
  else
    perform from users where id = p_user_id for update;
    delete from account_factors where user_id = p_user_id;
    delete from recovery_codes where user_id = p_user_id;
    with gone as (
      delete from auth_sessions where user_id = p_user_id
      returning expires_at > now() and last_seen_at > now() - interval '30 minutes' as live
    ) select count(*) filter (where live) into sessions_ended from gone;
    outcome := 'reset';
  end if;
  return next;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.revoke_api_key(p_id uuid, p_by uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  tenant uuid := fc.tid();
  program uuid;
begin
  update api_keys set revoked_at = now(), revoked_by = p_by where tenant_id = tenant and id = p_id and revoked_at is null returning user_id into program;
  if not found then
    return false;
  end if;
  update api_key_secrets set secret_hash = null where key_id = p_id;
  update memberships set ended_at = now() where tenant_id = tenant and user_id = program and ended_at is null;
  return true;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.screening_stops(result text, cleared_by uuid)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select result = 'hit' or (result = 'possible_hit' and cleared_by is null)
$function$
-- owner migrator, execute app_rt, app_worker

CREATE OR REPLACE FUNCTION fc.second_factor(p_user_id uuid)
 RETURNS TABLE(totp_secret bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select f.totp_secret from account_factors f where f.user_id = p_user_id and f.enrolled_at is not null
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.second_factor_state(p_token_hash bytea)
 RETURNS TABLE(enrolled_at timestamp with time zone, recovery_codes_left integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select f.enrolled_at, (select count(*)::integer from recovery_codes c where c.user_id = a.id and c.used_at is null)
  from (select fc.live_session_user(p_token_hash) as id) a left join account_factors f on f.user_id = a.id and f.enrolled_at is not null
  where a.id is not null
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.session_actor(p_token_hash bytea)
 RETURNS TABLE(session_id uuid, user_id uuid, tenant_id uuid, role text, merchant_id uuid, display_name text, expires_at timestamp with time zone, proved boolean, must_enrol boolean)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
  seen timestamptz;
begin
  select s.id, s.user_id, s.of_tenant, m.role, m.merchant_id, m.display_name, least(s.expires_at, s.last_seen_at + interval '30 minutes'),
    s.proved_at > now() - interval '5 minutes', fc.must_enrol(m.tenant_id, m.user_id, m.role), s.last_seen_at
  into session_id, user_id, tenant_id, role, merchant_id, display_name, expires_at, proved, must_enrol, seen
  from auth_sessions s
  join users u on u.id = s.user_id and u.disabled_at is null
  join memberships m on m.tenant_id = s.of_tenant and m.user_id = s.user_id and m.ended_at is null
  where s.token_hash = p_token_hash and s.expires_at > now() and s.last_seen_at > now() - interval '30 minutes';
  if not found then
    return;
  end if;
  -- Once a minute is enough to keep an idle time of 30 minutes, and spares a write on every read.
  if seen < now() - interval '1 minute' then
    update auth_sessions s set last_seen_at = now() where s.token_hash = p_token_hash;
    expires_at := least(expires_at + (now() - seen), (select s.expires_at from auth_sessions s where s.token_hash = p_token_hash));
  end if;
  return next;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.session_detail(p_token_hash bytea)
 RETURNS TABLE(email text, expires_at timestamp with time zone, proved_until timestamp with time zone, enrolled boolean, must_enrol boolean, tenant jsonb, merchant jsonb, memberships jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select u.email, least(s.expires_at, s.last_seen_at + interval '30 minutes'), s.proved_at + interval '5 minutes',
    fc.has_second_factor(u.id), fc.must_enrol(m.tenant_id, m.user_id, m.role),
    jsonb_build_object('id', t.tenant_id, 'name', t.name, 'time_zone', t.time_zone),
    (select jsonb_build_object('id', c.id, 'name', c.name, 'city', c.city, 'country', c.country) from merchants c
      where c.tenant_id = m.tenant_id and c.id = m.merchant_id),
    (select jsonb_agg(jsonb_build_object('tenant_id', o.tenant_id, 'tenant_name', ot.name, 'role', o.role, 'merchant_id', o.merchant_id,
        'merchant_name', (select oc.name from merchants oc where oc.tenant_id = o.tenant_id and oc.id = o.merchant_id)) order by ot.name)
      from memberships o join tenants ot using (tenant_id) where o.user_id = u.id and o.ended_at is null)
  from auth_sessions s
  join users u on u.id = s.user_id and u.disabled_at is null
  join memberships m on m.tenant_id = s.of_tenant and m.user_id = s.user_id and m.ended_at is null
  join tenants t on t.tenant_id = s.of_tenant
  where s.token_hash = p_token_hash and s.expires_at > now() and s.last_seen_at > now() - interval '30 minutes'
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.spend_factor(p_user_id uuid, p_step bigint, p_code_hash bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if p_code_hash is not null then
    update recovery_codes set used_at = now() where code_hash = p_code_hash and user_id = p_user_id and used_at is null;
  else
    update account_factors set last_step = p_step where user_id = p_user_id and enrolled_at is not null and last_step < p_step;
  end if;
  return found;
end $function$
-- owner fc_auth, execute fc_auth

CREATE OR REPLACE FUNCTION fc.stamp_agreed_details()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  new.accepted_details_version := fc.keep_supplier_payable(new.supplier_id);
  if new.accepted_details_version is null then
    raise exception 'the bank details of the supplier are being changed' using errcode = '23514', constraint = 'route_sessions_supplier_not_held';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.stamp_role()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  new.role_since := case when new.role is distinct from old.role or (old.ended_at is not null and new.ended_at is null) then clock_timestamp() else old.role_since end;
  return new;
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.switch_tenant(p_token_hash bytea, p_tenant_id uuid, p_next_token_hash bytea, p_next_id uuid)
 RETURNS TABLE(lasts_s integer, role text, merchant_id uuid, display_name text)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  update auth_sessions s set token_hash = p_next_token_hash, id = p_next_id, of_tenant = m.tenant_id, last_seen_at = now()
  from memberships m
  where s.token_hash = p_token_hash and s.user_id = fc.live_session_user(p_token_hash)
    and m.user_id = s.user_id and m.tenant_id = p_tenant_id and m.ended_at is null and m.tenant_id <> s.of_tenant
  returning extract(epoch from s.expires_at - now())::integer, m.role, m.merchant_id, m.display_name
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.take_tokens(p_keys bytea[], p_per_s double precision[], p_bursts integer[], p_wanted integer[], p_forget boolean)
 RETURNS TABLE(key bytea, granted integer, wait_ms integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.tenant_ids()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select tenant_id from tenants order by tenant_id
$function$
-- owner fc_auth, execute fc_auth

CREATE OR REPLACE FUNCTION fc.tenants_to_sign()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select tenant_id from tenants order by tenant_id
$function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.tid()
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  context text := current_setting('fc.tenant', true);
  parts text[];
  key record;
begin
  -- After COMMIT a setting made with SET LOCAL reads as '' on the same connection.
  if context is null or context = '' then
    return null;
  end if;
  parts := string_to_array(context, '|');
  select inner_pad, outer_pad into key from fc.tenant_key;
  if not found or cardinality(parts) <> 3
    or encode(sha256(key.outer_pad || sha256(key.inner_pad || convert_to(parts[1] || '|' || parts[2], 'UTF8'))), 'hex') <> parts[3]
    or to_timestamp(parts[2]::bigint) < clock_timestamp()
  then
    raise exception 'tenant context refused' using errcode = '42501';
  end if;
  return parts[1]::uuid;
end $function$
-- owner fc_definer, execute app_rt, app_worker, fc_auth, fc_definer

CREATE OR REPLACE FUNCTION fc.tokens_now(tokens double precision, at timestamp with time zone, per_s double precision, burst integer, now_at timestamp with time zone)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select least(burst, tokens + per_s * greatest(0, extract(epoch from now_at - at)::double precision))
$function$
-- owner migrator, execute fc_auth

CREATE OR REPLACE FUNCTION fc.use_document()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
end $function$
-- owner migrator, execute owner alone

CREATE OR REPLACE FUNCTION fc.use_link(p_token_hash bytea, p_account_id uuid, p_verified text, p_new_hash text)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  link record;
  ended integer := 0;
begin
  -- One of many at once gets the row; the others wait for it and find it used.
  perform from account_links l where l.tenant_id = fc.tid() and l.token_hash = p_token_hash and l.used_at is null and l.revoked_at is null for update;
  if not found then
    return null;
  end if;
  select l.* into link from account_links l join fc.find_link(p_token_hash) f on f.tenant_id = l.tenant_id and f.id = l.id where l.tenant_id = fc.tid();
  if not found then
    return null;
  end if;
  if link.purpose = 'invite' and p_verified is null then
    insert into users (id, email, password_hash) values (p_account_id, link.email, p_new_hash);
  else
    -- The account's row is held by whoever joins a company with it and by whoever recovers or erases it, so that none misses the other.
    perform from users u where u.id = p_account_id and u.disabled_at is null
      and case link.purpose when 'invite' then u.email = link.email and u.password_hash = p_verified else u.id = link.user_id end for update;
    if not found then
      return null;
    end if;
  end if;
  if link.purpose = 'invite' then
    insert into memberships as m (tenant_id, user_id, role, merchant_id, display_name)
    values (link.tenant_id, p_account_id, link.role, link.merchant_id, link.display_name)
    on conflict (tenant_id, user_id) do update set role = excluded.role, merchant_id = excluded.merchant_id, display_name = excluded.display_name, ended_at = null, erased_at = null
    where m.ended_at is not null;
    if not found then
      return null;
    end if;
  else
    if exists (select from memberships m where m.user_id = p_account_id and m.tenant_id <> link.tenant_id and m.ended_at is null) then
      return null;
    end if;
    update users set password_hash = p_new_hash where id = p_account_id;
    with gone as (
      delete from auth_sessions where user_id = p_account_id returning expires_at > now() and last_seen_at > now() - interval '30 minutes' as live
    ) select count(*) filter (where live) into ended from gone;
  end if;
  update account_links set used_at = now(), used_by = p_account_id where tenant_id = link.tenant_id and id = link.id;
  return ended;
end $function$
-- owner fc_auth, execute app_rt, fc_auth

CREATE OR REPLACE FUNCTION fc.within_probe_caps()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  cap probe_caps;
  caps integer := 0;
  probes bigint;
  total_usd numeric;
begin
  for cap in select * from probe_caps where tenant_id = new.tenant_id and provider_id in ('*', new.provider_id) order by provider_id <> '*' for no key update loop
    caps := caps + 1;
    select count(*), coalesce(sum(amount_usd), 0) into probes, total_usd from probe_reservations
      where tenant_id = new.tenant_id and day = new.day and state <> 'released' and (cap.provider_id = '*' or provider_id = cap.provider_id);
    if new.amount_usd > cap.per_probe_usd or total_usd > cap.per_day_usd or probes > cap.probes_per_day then
      raise exception 'over the cap of %', cap.provider_id using errcode = '23514', constraint = 'probe_cap_exceeded';
    end if;
  end loop;
  if caps <> 2 then
    raise exception 'no cap is set' using errcode = '23514', constraint = 'probe_cap_missing';
  end if;
  if new.state <> 'reserved' then
    raise exception 'a probe is reserved first' using errcode = '23514', constraint = 'probe_reservations_reserved_first';
  end if;
  return new;
end $function$
-- owner migrator, execute owner alone
