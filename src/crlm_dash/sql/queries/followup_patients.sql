-- One row per visit, planned or made, of the first patients of the viewer's sites, by site and day of enrolment.
-- room: listing
-- n_found counts all patients found, also those beyond $row_limit. 'due soon': the window is open at the cut-off, or the
-- visit is due within $soon_days after it. Empty $visits: every visit; else those with these numbers.
with chosen as (
    select SUBJKEY, USUBJID, SITEID, ENRLDT, count(*) over () as n_found
    from members
    where $site = '' or SITEID = $site
    order by SITEID, ENRLDT, USUBJID
    limit $row_limit
)

select
    chosen.USUBJID,
    chosen.SITEID,
    adsv.VISITNUM as visitnum,
    coalesce(adsv.VISIT, 'Visit ' || adsv.VISITNUM) as visit,
    adsv.DUE as due,
    adsv.WINDOW_LOW as window_low,
    adsv.WINDOW_HIGH as window_high,
    adsv.ACTUAL as actual,
    case
        when adsv.STATUS = 'due' then 'due soon'
        when adsv.STATUS = 'not yet' and adsv.DUE <= $cutoff::date + $soon_days then 'due soon'
        else adsv.STATUS
    end as status,
    chosen.n_found,
from chosen
join adsv using (SUBJKEY)
where len($visits::double[]) = 0 or list_contains($visits::double[], adsv.VISITNUM)
order by chosen.SITEID, chosen.ENRLDT, chosen.USUBJID, adsv.VISITNUM
