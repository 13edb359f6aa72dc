-- One row per patient of a list that the cut has, of the viewer's sites.
-- room: listing
select
    USUBJID,
    SITEID,
    STATUS as status,
    RESPONSE as response,
    RSPDT as imaged,
    PDDT as progressed,
    N_OVERDUE as overdue,
    coalesce(SUMS, []) as sums,
from adlist
where list_contains($subjects::varchar[], USUBJID)
order by USUBJID
