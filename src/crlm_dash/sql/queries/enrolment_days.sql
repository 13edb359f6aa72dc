-- One row per day and site on which someone was screened or enrolled.
-- room: counts
-- `screened` and `enrolled` are what the site had screened and enrolled by the end of the day.
with dated as (
    select SITEID, SCRNDT as day, 1 as was_screened, 0 as was_enrolled from population join adsl using (USUBJID)
    union all
    select SITEID, ENRLDT, 0, 1 from population join adsl using (USUBJID) where ENRLFL = 'Y'
),

counted as (
    select
        day,
        coalesce(SITEID, '(missing)') as siteid,
        sum(was_screened)::bigint as n_screened,
        sum(was_enrolled)::bigint as n_enrolled,
    from dated
    where day is not null
    group by all
)

select
    day,
    siteid,
    n_screened,
    n_enrolled,
    sum(n_screened) over site_so_far::bigint as screened,
    sum(n_enrolled) over site_so_far::bigint as enrolled,
from counted
window site_so_far as (partition by siteid order by day)
order by day, siteid
