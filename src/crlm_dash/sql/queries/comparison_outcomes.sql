-- One row per group, pattern of covariates, time, entry, censoring code and cause of one endpoint: a number of subjects.
-- room: outcomes
-- As comparison_design, with what became of the subjects. Who is never at risk is there with time 0: the propensity is
-- estimated from everybody. Groups stand last in the order, so that draws do not depend on what they are called.
with patterns as (
    select
        USUBJID,
        columns(lambda name: list_contains($covariates, name)),
    from adsl
)

select
    coalesce(adtte.AVAL, 0.0) as time,
    if(adtte.AVAL is null, 0.0, coalesce(adtte.ENTRY, 0.0)) as entry,
    coalesce(adtte.CNSR, 1) as cnsr,
    coalesce(adtte.CAUSE, 0) as cause,
    patterns.* exclude (USUBJID),
    coalesce(population.STRATA, '(missing)') as strata,
    count(*) as n,
from population
join patterns using (USUBJID)
left join adtte on adtte.USUBJID = population.USUBJID and adtte.PARAMCD = $endpoint
group by all
order by all
