-- One row per patient of a list, of the viewer's sites: what the list of patients says otherwise than in an earlier cut.
-- room: listing
-- Differences of counts are missing for who was not in the earlier cut.
select
    adlist.USUBJID,
    before_adlist.USUBJID is null as is_new,
    if(hash(adlist.STATUS) <> hash(before_adlist.STATUS), adlist.STATUS, null) as status,
    if(hash(adlist.RSPDT) <> hash(before_adlist.RSPDT), adlist.RESPONSE, null) as response,
    if(hash(adlist.RSPDT) <> hash(before_adlist.RSPDT), adlist.RSPDT, null) as imaged,
    if(adlist.LASTPD > coalesce(before_adlist.LASTPD, date '0001-01-01'), adlist.LASTPD, null) as progressed,
    coalesce(len(adlist.SUMS), 0) - coalesce(len(before_adlist.SUMS), 0) as scans,
    adlist.N_EVENTS - before_adlist.N_EVENTS as events,
    adlist.N_OVERDUE - before_adlist.N_OVERDUE as overdue,
from adlist
left join before_adlist using (USUBJID)
where list_contains($subjects::varchar[], adlist.USUBJID)
order by adlist.USUBJID
