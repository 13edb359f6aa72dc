-- One row per site: since when it screens, and how screening ended.
-- room: counts
select
    coalesce(adsl.SITEID, '(missing)') as siteid,
    min(adsl.COUNTRY) as country,
    min(coalesce(adsl.SCRNDT, adsl.RFICDT)) as first_screened,
    count(*) as n_screened,
    count(*) filter (adsl.ENRLFL = 'Y') as n_enrolled,
    count(*) filter (elsum.OUTCOME = 'failed') as n_failed,
    count(*) filter (elsum.OUTCOME in ('refused', 'withdrawn')) as n_refused,
from population
join adsl using (USUBJID)
left join elsum using (USUBJID)
group by all
order by siteid
