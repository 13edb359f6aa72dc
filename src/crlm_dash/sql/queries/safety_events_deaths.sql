-- One row per subject of the population who died, those without a date first, then the latest.
-- room: events
-- Days count from enrolment, day 1, as on the patient's timeline. The fatal event is the one the site marked as such
-- (of several the last), wherever the cause of death was recorded. `since_` are days from that to death.
with fatal as (
    select
        SUBJKEY,
        coalesce(AEDECOD, AETERM, '(not coded)') as fatal_event,
        AEGRADE as fatal_grade,
        RELFL as fatal_related,
    from adae
    where FATALFL = 'Y'
    qualify row_number() over (partition by SUBJKEY order by ASTDT desc nulls last, AESEQ desc) = 1
),

died as (
    select
        SUBJKEY,
        USUBJID,
        SITEID,
        if($as_treated, TRT01A, TRT01P) as arm,
        DTHDT as date,
        coalesce(DTHDTF, '') as precision,
        date_diff('day', ENRLDT, DTHDT) + if(DTHDT >= ENRLDT, 1, 0) as day,
        date_diff('day', TRTSDT, DTHDT) as since_treatment,
        DTHCAUS as cause,
        fatal.fatal_event,
        fatal.fatal_grade,
        fatal.fatal_related,
        DTHDOM as source,
    from members
    left join fatal using (SUBJKEY)
    where (DTHFL = 'Y' or DTHDT is not null)
        and (
            $search = ''
            or contains(lower(concat_ws(' ', USUBJID, SITEID, DTHCAUS, fatal.fatal_event)), lower($search))
        )
    order by date desc nulls first, SUBJKEY
    limit $row_limit
),

procedures as (
    select
        SUBJKEY,
        string_agg(distinct adproc.MODALITY, ' + ' order by adproc.MODALITY) as last_procedure,
        adproc.DTHDAYS as since_procedure,
    from died
    join adproc using (SUBJKEY)
    where adproc.DTHDAYS >= 0
    group by SUBJKEY, adproc.DTHDAYS
    qualify row_number() over (partition by SUBJKEY order by adproc.DTHDAYS) = 1
)

select
    died.* exclude (SUBJKEY, cause, fatal_event, fatal_grade, fatal_related, source),
    procedures.last_procedure,
    procedures.since_procedure,
    died.cause,
    died.fatal_event,
    died.fatal_grade,
    died.fatal_related,
    died.source,
from died
left join procedures using (SUBJKEY)
order by date desc nulls first, SUBJKEY
