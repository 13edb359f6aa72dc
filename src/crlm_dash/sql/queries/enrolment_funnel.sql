-- One row: how many consented, and what became of them before treatment.
-- room: counts
-- A refusal or withdrawal is not an eligibility failure; who is neither enrolled, failed nor gone is pending.
select
    count(*) as n_screened,
    count(*) filter (ENRLFL = 'Y') as n_enrolled,
    count(*) filter (elsum.OUTCOME = 'failed') as n_failed,
    count(*) filter (elsum.OUTCOME = 'refused') as n_refused,
    count(*) filter (elsum.OUTCOME = 'withdrawn') as n_withdrawn,
    count(*) filter (ENRLFL = 'Y' and ENRLDT is null) as n_undated,
    count(distinct adsl.SITEID) as n_sites,
    min(RFICDT) as first_consent,
    max(RFICDT) as last_consent,
    min(ENRLDT) filter (ENRLFL = 'Y') as first_enrolled,
    max(ENRLDT) filter (ENRLFL = 'Y') as last_enrolled,
from population
join adsl using (USUBJID)
left join elsum using (USUBJID)
