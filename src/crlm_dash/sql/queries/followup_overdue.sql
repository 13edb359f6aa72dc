-- One row per planned visit of the viewer's sites that is overdue, by site, the longest overdue first.
-- room: listing
-- Its window closed before the cut-off and nothing is recorded of it. `seen_since`: the last visit made after it fell due.
-- n_found counts all of them, also those beyond $row_limit.
with overdue as (
    select SUBJKEY, VISITNUM, VISIT, DUE, coalesce(WINDOW_HIGH, DUE) as CLOSED
    from adsv
    where STATUS = 'overdue' and (len($visits::double[]) = 0 or list_contains($visits::double[], VISITNUM))
),

listed as (
    select overdue.*, members.USUBJID, members.SITEID, members.LSTALVDT, count(*) over () as n_found
    from members
    join overdue using (SUBJKEY)
    where $site = '' or members.SITEID = $site
    order by members.SITEID, overdue.CLOSED, members.USUBJID
    limit $row_limit
),

seen as (
    select SUBJKEY, listed.VISITNUM, max(adsv.ACTUAL) as seen_since
    from listed
    join adsv using (SUBJKEY)
    where adsv.ACTUAL > listed.DUE
    group by all
)

select
    listed.SITEID,
    listed.USUBJID,
    coalesce(listed.VISIT, 'Visit ' || VISITNUM) as visit,
    listed.DUE as due,
    listed.CLOSED as closed,
    date_diff('day', listed.CLOSED, $cutoff::date) as days_overdue,
    listed.LSTALVDT as last_contact,
    seen.seen_since,
    listed.n_found,
from listed
left join seen using (SUBJKEY, VISITNUM)
order by listed.SITEID, listed.CLOSED, listed.USUBJID, VISITNUM
