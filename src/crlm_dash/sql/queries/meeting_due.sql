-- One row per patient of the viewer's sites whose imaging is overdue or falls due by a day, the longest due first.
-- room: listing
-- $imaging are the numbers of the visits that the protocol marks as imaging. n_found counts those beyond $row_limit too.
select
    adlist.USUBJID,
    adlist.SITEID,
    adlist.STATUS as status,
    min(adsv.DUE) as due,
    arg_min(coalesce(adsv.VISIT, 'Visit ' || adsv.VISITNUM), adsv.DUE) as visit,
    bool_or(adsv.STATUS = 'overdue') as is_overdue,
    count(*) over () as n_found,
from adsv
join adlist using (USUBJID)
where adsv.STATUS in ('overdue', 'due', 'not yet')
    and adsv.DUE <= $day::date
    and list_contains($imaging::double[], adsv.VISITNUM)
    and ($site = '' or adlist.SITEID = $site)
group by adlist.USUBJID, adlist.SITEID, adlist.STATUS
order by due, adlist.USUBJID
limit $row_limit
