-- One row per group and pattern of the covariates in which groups are to be made alike: a number of subjects.
-- room: counts
-- What is known before any outcome: who chose what, and how the groups differ. No subject is named.
with patterns as (
    select
        USUBJID,
        columns(lambda name: list_contains($covariates, name)),
    from adsl
)

select
    patterns.* exclude (USUBJID),
    coalesce(population.STRATA, '(missing)') as strata,
    count(*) as n,
from population
join patterns using (USUBJID)
group by all
order by all
