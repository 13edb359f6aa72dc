-- One row per site, and one for all of them (siteid NULL): patients, and what became of their planned visits.
-- room: outcomes
-- Expected: made, or not made though the window has closed. `n_with_expected`: patients of whom a visit was expected.
-- $kind of visits: 'imaging', 'qol', or '' for all.
with visits as (
    select
        USUBJID,
        case $kind when 'imaging' then N_IMG_EXPECTED when 'qol' then N_QOL_EXPECTED else N_EXPECTED end as expected,
        case $kind when 'imaging' then N_IMG_IN_WINDOW when 'qol' then N_QOL_IN_WINDOW else N_IN_WINDOW end as in_window,
        case $kind when 'imaging' then N_IMG_OVERDUE when 'qol' then N_QOL_OVERDUE else N_OVERDUE end as overdue,
        if($kind = 'qol', N_BOTH_OVERDUE, N_IMG_OVERDUE) as overdue_imaging,
    from adsvsum
),

by_site as (
    select
        coalesce(members.SITEID, '(missing)') as siteid,
        count(*) as n,
        count(*) filter (visits.expected > 0) as n_with_expected,
        sum(visits.expected) as n_expected,
        sum(visits.in_window) as n_in_window,
        sum(visits.overdue) as n_overdue,
        count(*) filter (visits.overdue > 0) as n_with_overdue,
        count(*) filter (visits.overdue_imaging > 0) as n_with_overdue_imaging,
    from members
    left join visits using (USUBJID)
    where $site = '' or members.SITEID = $site
    group by all
)

select
    siteid,
    coalesce(sum(n), 0)::bigint as n,
    coalesce(sum(n_with_expected), 0)::bigint as n_with_expected,
    coalesce(sum(n_expected), 0)::bigint as n_expected,
    coalesce(sum(n_in_window), 0)::bigint as n_in_window,
    coalesce(sum(n_overdue), 0)::bigint as n_overdue,
    coalesce(sum(n_with_overdue), 0)::bigint as n_with_overdue,
    coalesce(sum(n_with_overdue_imaging), 0)::bigint as n_with_overdue_imaging,
from by_site
group by grouping sets ((siteid), ())
order by siteid nulls first
