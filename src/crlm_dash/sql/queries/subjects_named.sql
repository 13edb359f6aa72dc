-- One row per subject asked for that the cut has, of the viewer's sites.
-- room: listing
select USUBJID
from adlist
where list_contains($subjects::varchar[], USUBJID)
order by USUBJID
