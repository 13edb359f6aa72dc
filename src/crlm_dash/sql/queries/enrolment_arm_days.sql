-- One row per arm and day on which someone was enrolled; the day is NULL where it is not known.
-- room: counts
select
    coalesce(population.STRATA, '(missing)') as strata,
    adsl.ENRLDT as day,
    count(*) as n,
from population
join adsl using (USUBJID)
group by all
order by day, strata
