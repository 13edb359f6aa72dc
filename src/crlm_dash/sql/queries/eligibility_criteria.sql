-- One row per criterion on record: how many met it or not, and for how many it was the first or the only one.
-- room: counts
-- Criteria are as the sites recorded them (IE); adel holds a subject and criterion once. Unknown is whoever has neither word, and is never counted as met.
with answers as (
    select adel.*
    from population
    join adel using (USUBJID)
),

failures as (
    select
        USUBJID,
        CRITERION,
        row_number() over (partition by USUBJID order by ORD, CRITERION) = 1 as is_first,
        count(*) over (partition by USUBJID) = 1 as is_sole,
    from answers
    where RECORDED = 'not met'
),

screened as (
    select count(*) as n from population
)

select
    answers.CRITERION as criterion,
    lower(min(answers.IECAT)) as type,
    min(answers.ORD) as ord,
    count(*) filter (answers.RECORDED = 'met') as n_met,
    count(*) filter (answers.RECORDED = 'not met') as n_not_met,
    any_value(screened.n) - n_met - n_not_met as n_unknown,
    count(*) filter (failures.is_first) as n_first,
    count(*) filter (failures.is_sole) as n_sole,
from answers
cross join screened
left join failures on failures.USUBJID = answers.USUBJID and failures.CRITERION = answers.CRITERION
group by answers.CRITERION
order by ord, criterion
