-- One row per length of follow-up in days and whether it ended by death, from enrolment.
-- room: outcomes
select
    date_diff('day', ENRLDT, coalesce(DTHDT, LSTALVDT)) + 1 as time,
    DTHDT is not null as event,
    count(*) as n,
from population
join adsl using (USUBJID)
where coalesce(DTHDT, LSTALVDT) >= ENRLDT
group by all
order by all
