-- One sentence of what the engine found, for a desk's list: a queue must say why a row needs somebody without computing each decision again.
alter table route_sessions add column why text not null default '';
