-- One row per group: subjects in whom treatment-emergent events could be seen, and the days in which they could.
-- room: outcomes
select
    coalesce(population.STRATA, '(missing)') as strata,
    count(*) as n_exposed,
    sum(adexpo.EXPDAYS)::bigint as days,
from population
join adexpo using (USUBJID)
group by all
order by strata
