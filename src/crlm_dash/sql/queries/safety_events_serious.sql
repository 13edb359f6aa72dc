-- One row per serious (or fatal) adverse event of the population at any time, those without a date first, then the latest.
-- room: events
-- $least_grade adds events that are not serious from that grade on. Days count from enrolment, day 1, as on the timeline.
-- An event that had no end when the subject died ended then; one without an end and without a closing outcome goes on.
with found as (
    select adae.*
    from adae
    join members using (SUBJKEY)
    where (adae.AESER = 'Y' or adae.FATALFL = 'Y' or adae.AEGRADE >= $least_grade)
        and (
            $search = ''
            or contains(lower(concat_ws(' ', adae.USUBJID, AEDECOD, AETERM, AEBODSYS)), lower($search))
        )
    order by adae.ASTDT desc nulls first, SUBJKEY, adae.AESEQ
    limit $row_limit
)

select
    adsl.USUBJID,
    adsl.SITEID,
    if($as_treated, adsl.TRT01A, adsl.TRT01P) as arm,
    found.AESEQ,
    coalesce(found.AEDECOD, found.AETERM, '(not coded)') as term,
    coalesce(found.AEBODSYS, '(not coded)') as body_system,
    found.AETERM as reported,
    found.AEGRADE as grade,
    found.ASTDT as date,
    coalesce(found.ASTDTF, '') as precision,
    date_diff('day', adsl.ENRLDT, found.ASTDT) + if(found.ASTDT >= adsl.ENRLDT, 1, 0) as day,
    found.AENDT as end_date,
    coalesce(found.AENDTF, '') as end_precision,
    date_diff('day', adsl.ENRLDT, found.AENDT) + if(found.AENDT >= adsl.ENRLDT, 1, 0) as end_day,
    if(
        found.AENDT is null and adsl.DTHDT is null
        and coalesce(upper(found.AEOUT), '') not in ('RECOVERED/RESOLVED', 'RECOVERED/RESOLVED WITH SEQUELAE', 'FATAL'),
        'Y', 'N'
    ) as ongoing,
    if(found.ASTDTF is null and found.AENDTF is null, date_diff('day', found.ASTDT, found.AENDT) + 1, null) as days,
    found.AESER as serious,
    found.AESCRIT as criteria,
    found.FATALFL as fatal,
    found.RELFL as related,
    found.AEACN as action,
    found.DISCFL as stopped,
    found.AEOUT as outcome,
    coalesce(found.TRTEMFL, 'N') as emergent,
    found.LASTPROC as last_procedure,
    found.PROCDY as since_procedure,
    found.AEMODAL as attributed_to,
    found.AECLAV as clavien,
    found.COVAL as remarks,
    coalesce(found.ASTDT > adsl.DTHDT and found.ASTDTF is null and adsl.DTHDTF is null, false) as after_death,
from found
join adsl using (SUBJKEY)
order by date desc nulls first, SUBJKEY, found.AESEQ
