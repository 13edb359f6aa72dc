-- One row: the subject's first planned visit that has not been made and still can be; none where there is none.
-- room: records
select
    VISIT as visit,
    DUE as due,
    STATUS as status,
from adsv
where STATUS in ('overdue', 'due', 'not yet') and DUE is not null
order by DUE
limit 1
