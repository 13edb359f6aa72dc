-- One row per group and step of ten percentage points of the best change of the targets' sum: subjects.
-- room: outcomes
-- A step is named by its lower end; growth of 100 % and more is one.
select
    coalesce(population.STRATA, '(missing)') as strata,
    cast(least(floor(adbor.BESTPCHG / 10), 10) * 10 as integer) as step,
    count(*) as n,
from population
join adbor using (USUBJID)
where adbor.BESTPCHG is not null
group by all
order by all
