-- One row per group and calendar day with events of one endpoint: their number (day NULL where it is not recorded).
-- room: outcomes
select
    coalesce(population.STRATA, '(missing)') as strata,
    adtte.ADT as day,
    count(*) as n_event,
from population
join adtte using (USUBJID)
where adtte.PARAMCD = $endpoint and adtte.CNSR = 0 and adtte.AVAL > coalesce(adtte.ENTRY, 0.0)
group by all
order by all
