-- One row per pattern of covariates, group, time, entry and censoring code of one endpoint: a number of subjects.
-- room: outcomes
-- A subject is at risk in (ENTRY, AVAL]; who is never at risk is counted in survival_denominators. Entries and exits
-- are not paired anew here, as the curves do: within a pattern of many covariates there is next to nobody to pair.
with patterns as (
    select
        USUBJID,
        columns(lambda name: list_contains($covariates, name)),
    from adsl
)

select
    coalesce(population.STRATA, '(missing)') as strata,
    adtte.AVAL as time,
    coalesce(adtte.ENTRY, 0.0) as entry,
    adtte.CNSR as cnsr,
    patterns.* exclude (USUBJID),
    count(*) as n,
from population
join patterns using (USUBJID)
join adtte using (USUBJID)
where adtte.PARAMCD = $endpoint and adtte.AVAL > coalesce(adtte.ENTRY, 0.0)
group by all
order by all
