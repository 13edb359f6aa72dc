-- One row per group: how many subjects of the population are in it.
-- room: outcomes
select
    coalesce(STRATA, '(missing)') as strata,
    count(*) as n,
from population
group by all
order by strata
