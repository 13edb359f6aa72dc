-- One row: how many values the_column of the_table has, and whether they tell the arm.
--
-- The arm is told by a column if the commonest arm of each value is right for 95 of 100 subjects, or if a value of
-- at least 10 subjects lies in one arm but for 5 of 100 (a dose of 0, say); never where there is only one arm.
with levels as (
    select
        clean(cast(delivered.the_column as varchar)) as LEVEL,
        subjects.ARM,
        count(*) as N,
    from the_table as delivered
    inner join protocol_subjects as subjects
        on subjects.USUBJID = delivered.USUBJID
    where delivered.the_column is not null
        and (subjects.ARM is not null or not exists (select 1 from protocol_subjects where ARM is not null))
    group by all
),

by_level as (
    select
        LEVEL,
        sum(N) as N,
        max(N) as N_LARGEST,
    from levels
    group by LEVEL
)

select
    count(*) as N_LEVELS,
    coalesce(max(length(LEVEL)), 0) as LONGEST,
    (select count(distinct ARM) from protocol_subjects) > 1
        and count(*) > 1
        and (
            (sum(N_LARGEST) >= 0.95 * sum(N) and count(*) <= sum(N) / 2)
            or max(N) filter (where N_LARGEST >= 0.95 * N) >= 10
        ) as TELLS_ARM,
from by_level;
