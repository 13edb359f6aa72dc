-- One row per outcome of screening.
-- room: counts
with unmet as (
    select distinct USUBJID
    from adel
    where RECORDED = 'not met'
),

outcomes as (
    select
        case
            when adsl.ENRLFL = 'Y' and unmet.USUBJID is not null then 'enrolled_unmet'
            when adsl.ENRLFL = 'Y' then 'enrolled'
            when adsl.SCRFFL = 'Y' and unmet.USUBJID is not null then 'failed'
            when adsl.SCRFFL = 'Y' then 'failed_unrecorded'
            when adsl.REFUSFL = 'Y' then 'refused'
            else 'pending'
        end as outcome,
    from population
    join adsl using (USUBJID)
    left join unmet using (USUBJID)
)

select
    outcome,
    count(*) as n,
from outcomes
group by outcome
order by outcome
