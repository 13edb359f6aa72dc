-- One row: how many of those screened came how far.
-- room: outcomes
select
    count(*) as n_screened,
    count(*) filter (adsl.RFICDT is not null) as n_consented,
    count(*) filter (elsum.VERDICT <> 'undecided') as n_decided,
    count(*) filter (elsum.VERDICT = 'eligible') as n_eligible,
    count(*) filter (elsum.OUTCOME = 'enrolled') as n_enrolled,
    count(*) filter (adsl.SAFFL = 'Y') as n_treated,
from population
join adsl using (USUBJID)
join elsum using (USUBJID)
