-- One row per site.
-- room: counts
select
    coalesce(SITEID, '(missing)') as siteid,
    min(COUNTRY) as country,
    min(ENRLDT) filter (ENRLFL = 'Y') as first_enrolled,
    count(*) as n_screened,
    count(*) filter (ENRLFL = 'Y') as n_enrolled,
    count(*) filter (ENRLFL is distinct from 'Y' and SCRFFL = 'Y') as n_failed,
    count(*) filter (ENRLFL is distinct from 'Y' and SCRFFL is distinct from 'Y' and REFUSFL = 'Y') as n_refused,
    n_failed / n_screened as failure_rate,
from population
join adsl using (USUBJID)
group by all
order by siteid
