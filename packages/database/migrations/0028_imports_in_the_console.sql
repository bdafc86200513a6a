-- Corridor data is imported by the company's own Platform Admin too, not by the owner of the server alone. Row-level security keeps it to the own
-- tenant, imports and snapshots stay a record that nobody changes, and how far a corridor may go (mode_ceiling) is not the serving role's to write.
alter table data_revisions add column imported_by uuid;
comment on column data_revisions.imported_by is 'null: the owner of the server, by a command';
alter table data_revisions add foreign key (tenant_id, imported_by) references memberships;

grant insert on data_revisions, snapshots to app_rt;
grant insert (tenant_id, id, position, name, source_country, source_currency, destination_country, body), delete on corridors to app_rt;
grant update (position, name, source_country, source_currency, destination_country, body) on corridors to app_rt;
grant insert, delete on providers, market_data, facts to app_rt;
grant update (position, name, category, body, estimates) on providers to app_rt;
grant update (body) on market_data to app_rt;
grant update (statement, value, unit, date, source, url, confidence) on facts to app_rt;
grant update (data_revision, snapshot_digest) on tenant_settings to app_rt;
