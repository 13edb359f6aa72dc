-- One row per site of the viewer's: how many screened subjects it has.
-- room: listing
select
    SITEID as siteid,
    count(*) as n,
from adlist
group by SITEID
order by SITEID
