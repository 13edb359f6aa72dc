-- One row per planned visit of the viewer's sites that is overdue, by site, the longest overdue first.
-- room: listing
-- Its window closed before the cut-off and nothing is recorded of it. `seen_since`: the last visit made after it fell due.
-- n_found counts all of them, also those beyond $row_limit.
with overdue as (
    select adsv.USUBJID, adsv.VISITNUM, adsv.VISIT, adsv.DUE, coalesce(adsv.WINDOW_HIGH, adsv.DUE) as CLOSED
    from adsv
    where adsv.STATUS = 'overdue' and (len($visits::double[]) = 0 or list_contains($visits::double[], adsv.VISITNUM))
),

listed as (
    select overdue.*, adsl.SITEID, adsl.LSTALVDT, count(*) over () as n_found
    from population
    join overdue using (USUBJID)
    join adsl using (USUBJID)
    where $site = '' or adsl.SITEID = $site
    order by adsl.SITEID, overdue.CLOSED, overdue.USUBJID
    limit $row_limit
)

select
    listed.SITEID,
    listed.USUBJID,
    coalesce(any_value(listed.VISIT), 'Visit ' || listed.VISITNUM) as visit,
    listed.DUE as due,
    listed.CLOSED as closed,
    date_diff('day', listed.CLOSED, $cutoff::date) as days_overdue,
    any_value(listed.LSTALVDT) as last_contact,
    max(adsv.ACTUAL) as seen_since,
    any_value(listed.n_found) as n_found,
from listed
left join adsv on adsv.USUBJID = listed.USUBJID and adsv.ACTUAL > listed.DUE
group by listed.SITEID, listed.USUBJID, listed.VISITNUM, listed.DUE, listed.CLOSED
order by listed.SITEID, listed.CLOSED, listed.USUBJID, listed.VISITNUM
