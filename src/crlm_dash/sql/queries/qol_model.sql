-- One row per group and set of visits at which one scale was answered: subjects with a change, and sums over them.
-- room: outcomes
-- What a mixed model with a random intercept needs to know of the data (`stats.mixed_model`): b is a subject's baseline, t
-- the sum of the changes. Only visits in $visits count.
with people as (
    select
        coalesce(population.STRATA, '(missing)') as strata, adqol.USUBJID,
        list(adqol.VISITNUM order by adqol.VISITNUM) as visits,
        any_value(adqol.BASE) as b, sum(adqol.CHG) as t, sum(adqol.CHG * adqol.CHG) as squares,
    from population
    join adqol using (USUBJID)
    where adqol.PARAMCD = $scale and adqol.ANL01FL = 'Y' and adqol.CHG is not null
        and list_contains($visits, adqol.VISITNUM)
    group by all
)

select
    strata,
    visits,
    count(*) as n,
    sum(b) as base_sum,
    sum(b * b) as base_squares,
    sum(t) as change_sum,
    sum(b * t) as base_changes,
    sum(t * t) as sum_squares,
    sum(squares) as squares,
from people
group by strata, visits
order by strata, visits
