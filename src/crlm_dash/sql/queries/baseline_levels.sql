-- One row per group, baseline characteristic and its value (NULL missing): a number of subjects.
-- room: counts
-- Subjects alike in every characteristic are counted together first: a million subjects are some thousand patterns.
with described as (
    select
        population.STRATA,
        cast(columns(lambda name: list_contains($characteristics, name)) as varchar),
    from population
    join adsl using (USUBJID)
),

patterns as (
    select *, count(*) as n_subjects from described group by all
)

select
    coalesce(STRATA, '(missing)') as strata,
    characteristic,
    level,
    sum(n_subjects)::bigint as n,
from patterns
unpivot include nulls (level for characteristic in (columns(* exclude (STRATA, n_subjects))))
group by all
order by all
