-- One row per subject of the population who died, those without a date first, then the latest.
-- room: events
-- Days count from enrolment, day 1, as on the patient's timeline. The fatal event is the one the site marked as such
-- (of several the last), wherever the cause of death was recorded. `since_` are days from that to death.
with fatal as (
    select
        USUBJID,
        coalesce(AEDECOD, AETERM, '(not coded)') as fatal_event,
        AEGRADE as fatal_grade,
        RELFL as fatal_related,
    from adae
    where FATALFL = 'Y'
    qualify row_number() over (partition by USUBJID order by ASTDT desc nulls last, AESEQ desc) = 1
),

procedures as (
    select
        USUBJID,
        string_agg(distinct MODALITY, ' + ' order by MODALITY) as last_procedure,
        DTHDAYS as since_procedure,
    from adproc
    where DTHDAYS >= 0
    group by USUBJID, DTHDAYS
    qualify row_number() over (partition by USUBJID order by DTHDAYS) = 1
),

died as (
    select
        USUBJID,
        adsl.SITEID,
        if($as_treated, adsl.TRT01A, adsl.TRT01P) as arm,
        adsl.DTHDT as date,
        coalesce(adsl.DTHDTF, '') as precision,
        date_diff('day', adsl.ENRLDT, adsl.DTHDT) + if(adsl.DTHDT >= adsl.ENRLDT, 1, 0) as day,
        date_diff('day', adsl.TRTSDT, adsl.DTHDT) as since_treatment,
        adsl.DTHCAUS as cause,
        fatal.fatal_event,
        fatal.fatal_grade,
        fatal.fatal_related,
        adsl.DTHDOM as source,
    from population
    join adsl using (USUBJID)
    left join fatal using (USUBJID)
    where (adsl.DTHFL = 'Y' or adsl.DTHDT is not null)
        and contains(lower(concat_ws(' ', USUBJID, adsl.SITEID, adsl.DTHCAUS, fatal.fatal_event)), lower($search))
    order by date desc nulls first, USUBJID
    limit $row_limit
)

select
    died.* exclude (cause, fatal_event, fatal_grade, fatal_related, source),
    procedures.last_procedure,
    procedures.since_procedure,
    died.cause,
    died.fatal_event,
    died.fatal_grade,
    died.fatal_related,
    died.source,
from died
left join procedures using (USUBJID)
order by date desc nulls first, USUBJID
