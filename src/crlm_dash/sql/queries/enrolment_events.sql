-- One row per day on which an event of the endpoint came, all arms together.
-- room: outcomes
select
    coalesce(adtte.ADT, adtte.STARTDT + round(adtte.AVAL * $unit_days)::integer - 1) as day,
    count(*) as n,
from population
join adtte using (USUBJID)
where adtte.PARAMCD = $endpoint and adtte.CNSR = 0 and day is not null
group by all
order by day
