-- One row per group: subjects, of them with a baseline of one scale, with a change from it, with too little room to get worse.
-- room: outcomes
-- Who has less than $points between the baseline and the worst end of the scale ($worst) can never be called worse.
with scored as (
    select
        USUBJID, bool_or(ABLFL = 'Y') as based, count(CHG) filter (ANL01FL = 'Y') > 0 as changed,
        bool_or(ABLFL = 'Y' and abs(AVAL - $worst) < $points - 1e-9) as floored,
    from adqol
    where PARAMCD = $scale
    group by USUBJID
)

select
    coalesce(population.STRATA, '(missing)') as strata,
    count(*) as n,
    count(*) filter (scored.based) as n_baseline,
    count(*) filter (scored.changed) as n_change,
    count(*) filter (scored.floored) as n_floor,
from population
left join scored using (USUBJID)
group by all
order by strata
