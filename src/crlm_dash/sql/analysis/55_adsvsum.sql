-- One row per subject of whom a planned visit was expected by the cut-off: how many, and what became of them.
--
-- Expected: made, or not made though its window has closed. N_IMG_… and N_QOL_… count the visits that the protocol
-- marks as of imaging or quality of life, N_BOTH_OVERDUE those overdue that are both.

create or replace table adsvsum as
with expected as (
    select a.SUBJKEY, a.USUBJID, a.STATUS, coalesce(v.IMAGING, false) as IMAGING, coalesce(v.QOL, false) as QOL
    from adsv a
    left join planned_visits v using (VISITNUM)
    where a.STATUS in ('done', 'early', 'late', 'missed', 'overdue')
)

select
    SUBJKEY,
    USUBJID,
    cast(count(*) as integer) as N_EXPECTED,
    cast(count(*) filter (STATUS = 'done') as integer) as N_IN_WINDOW,
    cast(count(*) filter (STATUS = 'missed') as integer) as N_MISSED,
    cast(count(*) filter (STATUS = 'overdue') as integer) as N_OVERDUE,
    cast(count(*) filter (IMAGING) as integer) as N_IMG_EXPECTED,
    cast(count(*) filter (IMAGING and STATUS = 'done') as integer) as N_IMG_IN_WINDOW,
    cast(count(*) filter (IMAGING and STATUS = 'overdue') as integer) as N_IMG_OVERDUE,
    cast(count(*) filter (QOL) as integer) as N_QOL_EXPECTED,
    cast(count(*) filter (QOL and STATUS = 'done') as integer) as N_QOL_IN_WINDOW,
    cast(count(*) filter (QOL and STATUS = 'overdue') as integer) as N_QOL_OVERDUE,
    cast(count(*) filter (IMAGING and QOL and STATUS = 'overdue') as integer) as N_BOTH_OVERDUE,
from expected
group by SUBJKEY, USUBJID
order by SUBJKEY;
