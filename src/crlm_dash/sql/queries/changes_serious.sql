-- One row per adverse event of the viewer's sites that is serious now and was not, or was not there, in the earlier cut.
-- room: events
-- The latest first. n_found counts all, also those beyond $row_limit.
with listed as (
    select changed_events.*, count(*) over () as n_found
    from changed_events
    join population using (USUBJID)
    where SERIOUS = 'Y' and (list_contains(CHANGES, 'new') or list_contains(CHANGES, 'serious'))
)

select
    adae.USUBJID,
    adsl.SITEID,
    adsl.TRT01P as arm,
    case
        when not list_contains(CHANGES, 'new') then 'became serious'
        when SINCE is null then 'undated'
        when SINCE then 'since'
        else 'entered late'
    end as change,
    coalesce(adae.AEDECOD, adae.AETERM, '(not coded)') as term,
    adae.AEGRADE as grade,
    adae.ASTDT as date,
    coalesce(adae.ASTDTF, '') as precision,
    adae.ASTDY as day,
    adae.RELFL as related,
    adae.AEOUT as outcome,
    adae.FATALFL as fatal,
    n_found,
from listed
join adae on adae.PLACE = listed.NOW
join adsl on adsl.USUBJID = listed.USUBJID
order by date desc nulls last, adae.USUBJID, adae.AESEQ
limit $row_limit
