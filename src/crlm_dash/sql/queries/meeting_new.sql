-- One row per patient of the viewer's sites who is new since an earlier cut or has a progression that it did not have.
-- room: listing
-- Of those in screening or in follow-up. A progression is new where its date is later than the last one of the earlier cut,
-- or the earlier cut had none: also one that was entered late.
select
    adlist.USUBJID,
    adlist.SITEID,
    adlist.STATUS as status,
    before_adlist.USUBJID is null as is_new,
    if(adlist.LASTPD > coalesce(before_adlist.LASTPD, date '0001-01-01'), adlist.LASTPD, null) as progressed,
    count(*) over () as n_found,
from adlist
left join before_adlist using (USUBJID)
where adlist.STATUS in ('In screening', 'In follow-up')
    and ($site = '' or adlist.SITEID = $site)
    and (
        ($screened and before_adlist.USUBJID is null)
        or ($progressed and adlist.LASTPD > coalesce(before_adlist.LASTPD, date '0001-01-01'))
    )
order by progressed desc nulls last, adlist.USUBJID
limit $row_limit
