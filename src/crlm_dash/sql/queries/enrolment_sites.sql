-- One row per site.
-- room: counts
select
    coalesce(adsl.SITEID, '(missing)') as siteid,
    min(COUNTRY) as country,
    min(ENRLDT) filter (ENRLFL = 'Y') as first_enrolled,
    count(*) as n_screened,
    count(*) filter (ENRLFL = 'Y') as n_enrolled,
    count(*) filter (elsum.OUTCOME = 'failed') as n_failed,
    count(*) filter (elsum.OUTCOME in ('refused', 'withdrawn')) as n_refused,
    n_failed / n_screened as failure_rate,
from population
join adsl using (USUBJID)
left join elsum using (USUBJID)
group by all
order by siteid
