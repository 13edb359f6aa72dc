-- One row per subject whose consent, enrolment, treatment and eligibility contradict each other.

with first_visit as (
    select USUBJID, min(STDT) as VISITDT from in_sv where coalesce(SVOCCUR, 'Y') = 'Y' group by all
),

unmet as (
    select USUBJID, string_agg(CRITERION, ', ' order by ORD) as CRITERIA
    from adel
    where RECORDED = 'not met'
    group by all
),

found as (
    select
        a.USUBJID, 'visit before consent' as RULE, 'SVSTDTC' as COL, cast(v.VISITDT as varchar) as VALUE,
        'the first visit on ' || v.VISITDT || ' is before the consent on ' || a.RFICDT as WORDS
    from adsl a
    join first_visit v using (USUBJID)
    where v.VISITDT < a.RFICDT
    union all
    select
        USUBJID, 'treatment before enrolment', 'TRTSDT', cast(TRTSDT as varchar),
        'the first treatment on ' || TRTSDT || ' is before the enrolment on ' || ENRLDT
    from adsl
    where TRTSDT < ENRLDT
    union all
    select
        USUBJID, 'enrolment before consent', 'RFICDTC', cast(ENRLDT as varchar),
        'the enrolment on ' || ENRLDT || ' is before the consent on ' || RFICDT
    from adsl
    where ENRLDT < RFICDT
    union all
    select a.USUBJID, 'enrolled although not eligible', 'IEORRES', u.CRITERIA,
        'was enrolled although the site recorded as not met: ' || u.CRITERIA
    from adsl a
    join unmet u using (USUBJID)
    where a.ENRLFL = 'Y'
)

select
    'warning' as SEVERITY, if(m._file is null, 'ADSL', 'DM') as DOMAIN, coalesce(m._file, s._file) as FILE,
    coalesce(m._row, s._row) as ROW, f.USUBJID, f.COL as COLUMN_NAME, f.RULE, f.VALUE,
    at_place(coalesce(m._file, s._file), coalesce(m._row, s._row), f.COL) || ': ' || f.USUBJID || ': ' || f.WORDS as MESSAGE
from found f
left join staging.dm m using (USUBJID)
left join staging.adsl s using (USUBJID);
