-- One row per screened subject of the viewer's sites and deviation, by site.
-- room: listing
select
    eldev.SITEID,
    eldev.USUBJID,
    eldev.KIND as kind,
    eldev.CRITERION as criterion,
    eldev.RESULT as result,
    eldev.VALUE as value,
    eldev.UNIT as unit,
    eldev.LIMIT_TEXT as limit_text,
    eldev.DT as date,
    eldev.RECORDED as recorded,
from population
join eldev using (USUBJID)
order by eldev.SITEID, eldev.USUBJID, eldev.ORD nulls first
limit $row_limit
