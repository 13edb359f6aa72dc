-- One row per days since enrolment that are known, whole months since enrolment at the cut-off, how the endpoint stood
-- room: outcomes
-- on the last day known, and what became of follow-up. Whoever was not seen for a year before the cut-off is silent,
-- whatever the disposition says.
with known as (
    select USUBJID, CNSR, coalesce(ADT, STARTDT + round(AVAL * $unit_days)::integer - 1) as known_to
    from adtte
    where PARAMCD = $endpoint
)

select
    greatest(date_diff('day', adsl.ENRLDT, known_to) + 1, 1)::integer as days,
    floor(date_diff('day', adsl.ENRLDT, $cutoff::date) / 30.4375)::integer as now,
    known.CNSR as cnsr,
    case
        when adsl.EOSSTT = 'ONGOING' and coalesce(adsl.LSTALVDT, known_to) >= $cutoff::date - 365 then 'followed'
        when adsl.EOSSTT = 'ONGOING' then 'silent'
        when adsl.EOSSTT = 'COMPLETED' then 'completed'
        else 'left'
    end as followup,
    count(*) as n,
from population
join adsl using (USUBJID)
join known using (USUBJID)
where known_to is not null and adsl.ENRLDT is not null
group by all
order by all
