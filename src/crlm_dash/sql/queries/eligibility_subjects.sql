-- One row per screened subject and criterion the site recorded as not met.
-- room: listing
select
    adel.USUBJID,
    adel.CRITERION as criterion,
    adel.RECDT as date,
    adel.RECORDED as recorded,
from population
join adel using (USUBJID)
where adel.RECORDED = 'not met'
order by adel.USUBJID, adel.ORD, adel.CRITERION
limit $row_limit
