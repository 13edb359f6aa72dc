-- One row per site: how many faults its patients' records have.
-- room: quality
select
    coalesce(adsl.SITEID, '(missing)') as siteid,
    count(*) as n,
from faults
join adsl using (USUBJID)
group by all
order by siteid
