-- One row per group: subjects with values after baseline, with a grade of any, and with one of grade 3 or higher.
-- room: outcomes
select
    coalesce(population.STRATA, '(missing)') as strata,
    count(*) filter (adlbpeak.N_POST > 0) as n_after,
    count(*) filter (adlbpeak.N_GRADED > 0) as n_graded,
    count(*) filter (adlbpeak.WORST >= 3) as n_severe,
from population
join adlbpeak using (USUBJID)
group by all
order by strata
