-- One row per group: how many subjects, and at how many sites.
-- room: counts
select
    coalesce(STRATA, '(missing)') as strata,
    count(*) as n,
    count(distinct adsl.SITEID) as n_sites,
from population
join adsl using (USUBJID)
group by all
order by strata
