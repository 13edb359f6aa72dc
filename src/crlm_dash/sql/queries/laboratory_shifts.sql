-- One row per graded test, group, grade at baseline and worst grade after it (low and high values): subjects.
-- room: outcomes
-- NULL: the grade is not known. after: whether there is any value after baseline. Who has no value at all has no row.
select
    adlbsum.PARAMCD,
    coalesce(population.STRATA, '(missing)') as strata,
    adlbsum.BTOXGRL, adlbsum.BTOXGRH, adlbsum.WTOXGRL, adlbsum.WTOXGRH,
    adlbsum.N_POST > 0 as after,
    count(*) as n,
from population
join adlbsum using (USUBJID)
group by all
order by all
