-- One row per screened subject of the viewer's sites on one page of the list, in the order asked for.
-- room: listing
-- An empty text is no filter; 'none' of eligibility or response finds who has none. n_found counts all that pass the
-- filters. Only the key of the order is sorted, and only of the first $row_limit beyond $row_offset the rest is read.
-- SUBJKEY stands for the identifier: it has its order.
with found as (
    select SUBJKEY, SITEID, AGE, STATUS, ENRLDT, LSTALVDT, RSPDT, PDDT, N_OVERDUE, N_EVENTS
    from adlist
    where ($search = '' or contains(lower(USUBJID), lower($search)))
        and ($site = '' or SITEID = $site)
        and ($status = '' or STATUS = $status)
        and ($eligibility = '' or coalesce(VERDICT, 'none') = $eligibility)
        and ($response = '' or coalesce(RESPONSE, 'none') = $response)
        and (not $overdue or N_OVERDUE > 0)
        and (not $progressed or PDDT is not null)
),

keyed as (
    select
        SUBJKEY,
        case $sort when 'site' then SITEID when 'status' then STATUS end as WORD,
        case $sort
            when 'age' then AGE
            when 'enrolled' then date_diff('day', date '1900-01-01', ENRLDT)
            when 'contact' then date_diff('day', date '1900-01-01', LSTALVDT)
            when 'imaged' then date_diff('day', date '1900-01-01', RSPDT)
            when 'progressed' then date_diff('day', date '1900-01-01', PDDT)
            when 'overdue' then N_OVERDUE
            when 'events' then N_EVENTS
        end as NUMBER,
    from found
),

page as (
    select SUBJKEY, row_number() over () as PLACE
    from (
        select SUBJKEY
        from keyed
        order by
            if($descending, WORD, null) desc nulls last, if($descending, null, WORD) nulls last,
            if($descending, -NUMBER, NUMBER) nulls last, if($descending and $sort = 'patient', -SUBJKEY, SUBJKEY)
        limit $row_limit
        offset $row_offset
    )
)

select
    adlist.USUBJID,
    adlist.SITEID,
    adlist.AGE,
    adlist.SEX,
    adlist.STATUS as status,
    adlist.ENRLDT as enrolled,
    adlist.VERDICT as verdict,
    adlist.RESPONSE as response,
    adlist.RSPDT as imaged,
    adlist.PDDT as progressed,
    adlist.N_OVERDUE as overdue,
    adlist.LSTALVDT as last_contact,
    adlist.N_EVENTS as events,
    coalesce(adlist.SUMS, []) as sums,
    (select count(*) from found) as n_found,
from page
join adlist using (SUBJKEY)
order by page.PLACE
