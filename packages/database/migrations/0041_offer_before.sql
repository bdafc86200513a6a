-- The desk's own fee in the price that an offer takes the place of: the session's row holds the fee of the newest offer alone, and a merchant is shown what it
-- agreed to beside what is offered.
alter table session_offers
  add column before_fee_amount numeric check (before_fee_amount >= 0),
  add column before_fee_currency text;
