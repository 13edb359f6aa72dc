-- One row per group, length of follow-up in days from enrolment and whether it ended by death: a number of subjects.
-- room: outcomes
select
    coalesce(STRATA, '(missing)') as strata,
    date_diff('day', ENRLDT, coalesce(DTHDT, LSTALVDT)) + 1 as time,
    DTHDT is not null as event,
    count(*) as n,
from members
where coalesce(DTHDT, LSTALVDT) >= ENRLDT
group by all
order by all
