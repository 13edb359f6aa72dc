-- One row per graded test, group and reason: subjects with values after baseline and none before to relate them to.
-- room: outcomes
select
    adlbsum.PARAMCD,
    coalesce(population.STRATA, '(missing)') as strata,
    adlbsum.NOBASE as why,
    count(*) as n,
from population
join adlbsum using (USUBJID)
where adlbsum.N_POST > 0 and adlbsum.NOBASE is not null
group by all
order by all
