-- One row per group, time, entry and censoring code of one endpoint: how many subjects share them.
-- room: outcomes
-- A subject is at risk in (ENTRY, AVAL]; who is never at risk is counted in survival_denominators.
select
    coalesce(population.STRATA, '(missing)') as strata,
    adtte.AVAL as time,
    coalesce(adtte.ENTRY, 0.0) as entry,
    adtte.CNSR as cnsr,
    count(*) as n,
from population
join adtte using (USUBJID)
where adtte.PARAMCD = $endpoint and adtte.AVAL > coalesce(adtte.ENTRY, 0.0)
group by all
order by all
