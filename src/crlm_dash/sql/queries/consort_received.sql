-- One row per arm and arm whose treatment was begun (NULL: none so far).
-- room: counts
select
    coalesce(population.STRATA, '(missing)') as strata,
    adsl.TRT01A as received,
    count(*) as n,
from population
join adsl using (USUBJID)
group by all
order by all
