-- Which papers the recommended route goes through. A cap on a document counts the payments that use it, not every payment of a merchant who has it.
-- Null in sessions of before: they count wherever the merchant had the document.
alter table route_sessions add column documents_used text[];
