-- One row per measure, outcome and day on which it became known: a number of patients with a local procedure.
-- room: procedures
-- A patient counts once, whatever the number of procedures in the trial. mortality_90: an event is a death within
-- $death_days of any of them, known on its day; none, when the patient was alive so long after the last, known that day.
-- clavien_3b: an event is a complication whose place in Clavien–Dindo's order is $grade or later, known on the day it
-- began; none, when $comp_days are over after the last procedure or the patient died before. Otherwise nothing is
-- known: 'within' while the days after the last procedure are not over at $cutoff, 'undated' where the day of death is
-- not recorded, 'short' where the patient was last seen too early. N_LATER had procedures after progression only,
-- N_PARTIAL one of which the day is not fully known.
with given as (
    select adproc.*
    from adproc
    join population using (USUBJID)
),

worse as (
    select adproc.USUBJID, min(adae.ASTDT) as WORSEDT
    from adproc
    join adae using (USUBJID)
    where adproc.CLAVORD >= $grade
        and list_position(['I', 'II', 'IIIA', 'IIIB', 'IVA', 'IVB', 'V'], upper(adae.AECLAV)) >= $grade
        and coalesce(upper(adae.AEMODAL), '') <> 'SYSTEMIC'
        and adae.ASTDT between adproc.ASTDT and adproc.ASTDT + cast($comp_days as integer)
    group by adproc.USUBJID
),

patients as (
    select
        USUBJID,
        max(ASTDT) as LASTDT,
        coalesce(min(FUDAYS), 0) as FOLLOWED,
        bool_or(DTHDAYS >= 0) as DIED,
        bool_or(coalesce(DTHFL, '') = 'Y' and DTHDAYS is null) as UNDATED,
        min(ASTDT + DTHDAYS) filter (DTHDAYS between 0 and $death_days) as DEATHDT,
        min(ASTDT) filter (CLAVORD >= $grade) as GRADEDDT,
        bool_and(PHASE = 'SUBSEQUENT') as LATER,
        bool_or(coalesce(ASTDTF, '') <> '') as PARTIAL,
    from given
    group by USUBJID
),

measured as (
    select
        'mortality_90' as measure, LATER, PARTIAL, UNDATED, LASTDT, cast($death_days as integer) as SPAN,
        DEATHDT as EVENTDT, FOLLOWED >= $death_days as KNOWN, FOLLOWED,
    from patients
    union all
    select
        'clavien_3b' as measure, LATER, PARTIAL, UNDATED, LASTDT, cast($comp_days as integer) as SPAN,
        coalesce(WORSEDT, GRADEDDT) as EVENTDT, FOLLOWED >= $comp_days or DIED as KNOWN, FOLLOWED,
    from patients
    left join worse using (USUBJID)
)

select
    measure,
    case
        when EVENTDT is not null then 'event'
        when KNOWN then 'none'
        when UNDATED then 'undated'
        when LASTDT + SPAN > cast($cutoff as date) then 'within'
        else 'short'
    end as outcome,
    case
        when EVENTDT is not null then EVENTDT
        when KNOWN then LASTDT + least(SPAN, FOLLOWED)
    end as day,
    count(*) as n,
    count(*) filter (LATER) as n_later,
    count(*) filter (PARTIAL) as n_partial,
from measured
group by all
order by all
