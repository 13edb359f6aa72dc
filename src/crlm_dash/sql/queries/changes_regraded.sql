-- One row per adverse event of the viewer's sites whose grade is not what it was in the earlier cut.
-- room: events
-- The highest grade now first. n_found as in changes_serious.
with listed as (
    select changed_events.*, count(*) over () as n_found
    from changed_events
    join population using (USUBJID)
    where NOW is not null and BEFORE is not null and GRADE is distinct from GRADE_BEFORE
)

select
    adae.USUBJID,
    adsl.SITEID,
    adsl.TRT01P as arm,
    coalesce(adae.AEDECOD, adae.AETERM, '(not coded)') as term,
    listed.GRADE_BEFORE as grade_before,
    adae.AEGRADE as grade,
    adae.ASTDT as date,
    coalesce(adae.ASTDTF, '') as precision,
    adae.ASTDY as day,
    adae.AESER as serious,
    adae.RELFL as related,
    adae.AEOUT as outcome,
    n_found,
from listed
join adae on adae.PLACE = listed.NOW
join adsl on adsl.USUBJID = listed.USUBJID
order by grade desc nulls last, date desc nulls last, adae.USUBJID, adae.AESEQ
limit $row_limit
