-- One row per site and month of 30.4375 days back from the cut-off in which someone was enrolled; 0 is the last.
-- room: counts
select
    coalesce(adsl.SITEID, '(missing)') as siteid,
    floor(date_diff('day', adsl.ENRLDT, $cutoff::date) / 30.4375)::integer as months_back,
    count(*) as n,
from population
join adsl using (USUBJID)
where adsl.ENRLDT is not null
group by all
order by all
