-- What the audit is searched by: person, action, time, and the sessions that somebody moved. The kind of thing and the thing have the index of
-- audit_events_once.
create index audit_events_of_person on audit_events (tenant_id, user_id, seq);
create index audit_events_of_action on audit_events (tenant_id, action, seq);
create index audit_events_at on audit_events (tenant_id, at);
create index route_session_transitions_of_person on route_session_transitions (tenant_id, user_id, session_id);
