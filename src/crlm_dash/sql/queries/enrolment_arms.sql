-- One row per arm: how many are enrolled.
-- room: counts
select
    coalesce(STRATA, '(missing)') as strata,
    count(*) as n,
from population
group by all
order by strata
