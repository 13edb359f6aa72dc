-- One row per calendar month and site in which someone was enrolled.
-- room: counts
-- `cumulative` is what all sites together had enrolled by the end of the month.
with months as (
    select
        date_trunc('month', adsl.ENRLDT) as month,
        coalesce(adsl.SITEID, '(missing)') as siteid,
        count(*) as n,
    from population
    join adsl using (USUBJID)
    where adsl.ENRLDT is not null
    group by all
)

select
    month,
    siteid,
    n,
    sum(n) over (order by month) as cumulative,
from months
order by month, siteid
