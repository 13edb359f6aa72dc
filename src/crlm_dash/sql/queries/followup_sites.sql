-- One row per site, and one for all of them (siteid NULL): patients, and what became of their planned visits.
-- room: outcomes
-- Expected: made, or not made though the window has closed. `n_with_expected`: patients of whom a visit was expected.
with visits as (
    select
        adsv.USUBJID,
        count(*) as expected,
        count(*) filter (adsv.STATUS = 'done') as in_window,
        count(*) filter (adsv.STATUS = 'overdue') as overdue,
    from adsv
    where adsv.STATUS in ('done', 'early', 'late', 'missed', 'overdue') and (len($visits::double[]) = 0 or list_contains($visits::double[], adsv.VISITNUM))
    group by adsv.USUBJID
),

scans as (
    select distinct adsv.USUBJID, true as is_overdue
    from adsv
    where adsv.STATUS = 'overdue' and list_contains($imaging::double[], adsv.VISITNUM)
        and (len($visits::double[]) = 0 or list_contains($visits::double[], adsv.VISITNUM))
)

select
    if(grouping(adsl.SITEID) = 1, null, coalesce(adsl.SITEID, '(missing)')) as siteid,
    count(*) as n,
    count(*) filter (visits.expected > 0) as n_with_expected,
    coalesce(sum(visits.expected), 0) as n_expected,
    coalesce(sum(visits.in_window), 0) as n_in_window,
    coalesce(sum(visits.overdue), 0) as n_overdue,
    count(*) filter (visits.overdue > 0) as n_with_overdue,
    count(*) filter (scans.is_overdue) as n_with_overdue_imaging,
from population
join adsl using (USUBJID)
left join visits using (USUBJID)
left join scans using (USUBJID)
where $site = '' or adsl.SITEID = $site
group by grouping sets ((adsl.SITEID), ())
order by siteid nulls first
