-- One row per screened subject of the viewer's sites and criterion that is not met, from the data or as recorded.
-- room: listing
select
    adel.USUBJID,
    adel.CRITERION as criterion,
    adel.RESULT as result,
    adel.VALUE as value,
    adel.UNIT as unit,
    adel.LIMIT_TEXT as limit_text,
    adel.DT as date,
    adel.RECORDED as recorded,
    adel.RECDT as recorded_on,
from population
join adel using (USUBJID)
where adel.RESULT = 'not met' or adel.RECORDED = 'not met'
order by adel.USUBJID, adel.ORD
limit $row_limit
