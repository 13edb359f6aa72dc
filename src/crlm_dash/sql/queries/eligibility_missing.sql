-- One row per screened subject of the viewer's sites with a criterion that a missing fact leaves unknown.
-- room: listing
select
    elsum.USUBJID,
    elsum.SITEID,
    elsum.OUTCOME as outcome,
    elsum.UNKNOWN as criteria,
    elsum.MISSING as facts,
from population
join elsum using (USUBJID)
where elsum.MISSING <> ''
order by elsum.OUTCOME <> 'pending', elsum.OUTCOME <> 'enrolled', elsum.SITEID, elsum.USUBJID
limit $row_limit
