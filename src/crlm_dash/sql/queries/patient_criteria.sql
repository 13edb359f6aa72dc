-- One row per criterion of the subject, as the site recorded it.
-- room: records
select
    CRITERION as criterion,
    lower(IECAT) as type,
    RECORDED as recorded,
    RECDT as date,
from adel
order by ORD, CRITERION
