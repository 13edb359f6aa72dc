-- One row per outcome of screening.
-- room: counts
with screened as (
    select
        adsl.ENRLFL,
        adsl.SCRFFL,
        adsl.REFUSFL,
        adsl.USUBJID in (select USUBJID from adel where RECORDED = 'not met') as is_unmet,
    from population
    join adsl using (USUBJID)
)

select
    case
        when ENRLFL = 'Y' and is_unmet then 'enrolled_unmet'
        when ENRLFL = 'Y' then 'enrolled'
        when SCRFFL = 'Y' and is_unmet then 'failed'
        when SCRFFL = 'Y' then 'failed_unrecorded'
        when REFUSFL = 'Y' then 'refused'
        else 'pending'
    end as outcome,
    count(*) as n,
from screened
group by outcome
order by outcome
