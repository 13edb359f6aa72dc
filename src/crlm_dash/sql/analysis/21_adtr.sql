-- One row per subject, lesion, date and reader: its diameter (mm) and its state.
--
-- The diameter is the one the reader took for the sum (DIAMETER); where there is none of that name, the longest (LDIAM),
-- of a lymph node the short axis (SAXIS, LPERP). A target recorded as absent measures 0 mm.
-- STATE: PRESENT, GONE (0 mm, absent, removed or destroyed), PROGRESSED (unequivocally), EQUIVOCAL (perhaps a new one).
-- Organ, segment and role of a lesion are those of its identification in TU. A lesion identified but never assessed
-- in TR has one row, at its identification. Reader for analysis as in adrs. A delivered ADTR is used as delivered,
-- of its parameters those that are a lesion's (TRLNKID).

create or replace table adtr as
with lesions as (
    select
        USUBJID, TULNKID, coalesce(TUEVALID, TUEVAL, '') as READER,
        arg_min(upper(TULOC), coalesce(STDT, date '9999-01-01')) as ORGAN,
        arg_min(LIVSEG, coalesce(STDT, date '9999-01-01')) as SEGMENT,
        arg_min(upper(coalesce(TUSTRESC, TUORRES)), coalesce(STDT, date '9999-01-01')) as ROLE
    from in_tu
    where TULNKID is not null
    group by all
),

measured as (
    select
        USUBJID, TRLNKID as LESION, STDT as ADT, STDTF as ADTF, TREVAL as EVAL, TREVALID as EVALID,
        any_value(VISIT) as VISIT,
        max(TRSTRESN * if(lower(TRSTRESU) = 'cm', 10, 1)) filter (where TRTESTCD = 'DIAMETER') as DIAMETER,
        max(TRSTRESN * if(lower(TRSTRESU) = 'cm', 10, 1)) filter (where TRTESTCD = 'LDIAM') as LONGEST,
        max(TRSTRESN * if(lower(TRSTRESU) = 'cm', 10, 1)) filter (where TRTESTCD in ('SAXIS', 'LPERP')) as SHORT_AXIS,
        any_value(upper(coalesce(TRSTRESC, TRORRES))) filter (where TRTESTCD = 'TUMSTATE') as TUMSTATE,
        any_value(upper(TRGRPID)) as GRP,
        max(TRACPTFL) as ACPTFL,
        min(TRSEQ) as SRCSEQ,
        'TR' as SRCDOM
    from in_tr
    where TRLNKID is not null and TRTESTCD in ('LDIAM', 'DIAMETER', 'SAXIS', 'LPERP', 'TUMSTATE')
    group by all
),

identified_only as (
    select
        t.USUBJID, t.TULNKID as LESION, t.STDT as ADT, t.STDTF as ADTF, t.TUEVAL as EVAL, t.TUEVALID as EVALID,
        t.VISIT, upper(coalesce(t.TUSTRESC, t.TUORRES)) as GRP, t.TUACPTFL as ACPTFL,
        t.TUSEQ as SRCSEQ, 'TU' as SRCDOM
    from in_tu t
    where t.TULNKID is not null
        and not exists (
            select 1 from in_tr r
            where r.USUBJID = t.USUBJID and r.TRLNKID = t.TULNKID and r.TREVAL is not distinct from t.TUEVAL
        )
),

derived as (
    select
        m.USUBJID, m.LESION, coalesce(l.ORGAN, a.ORGAN) as ORGAN, coalesce(l.SEGMENT, a.SEGMENT) as SEGMENT,
        case
            when coalesce(l.ROLE, a.ROLE, m.GRP) like 'NEW%' then 'NEW'
            when coalesce(l.ROLE, a.ROLE, m.GRP) like 'NON%' then 'NON-TARGET'
            when coalesce(l.ROLE, a.ROLE, m.GRP) like 'TARGET%' then 'TARGET'
        end as ROLE,
        m.ADT, m.ADTF, m.VISIT,
        case
            when m.DIAMETER is not null then m.DIAMETER
            when coalesce(l.ORGAN, a.ORGAN) like '%LYMPH NODE%' then coalesce(m.SHORT_AXIS, m.LONGEST)
            else m.LONGEST
        end as MEASURED,
        m.TUMSTATE, m.EVAL, m.EVALID, m.ACPTFL, m.SRCDOM, m.SRCSEQ
    from (select * from measured union all by name select * from identified_only) m
    left join lesions l
        on l.USUBJID = m.USUBJID and l.TULNKID = m.LESION and l.READER = coalesce(m.EVALID, m.EVAL, '')
    left join (
        select USUBJID, TULNKID, any_value(ORGAN) as ORGAN, any_value(SEGMENT) as SEGMENT, any_value(ROLE) as ROLE
        from lesions
        group by all
    ) a on a.USUBJID = m.USUBJID and a.TULNKID = m.LESION
    where not exists (select 1 from staging.adtr d where d.TRLNKID is not null)
),

readers as (
    select
        *,
        max(ACPTFL = 'Y') over (partition by USUBJID) as HAS_ACCEPTED,
        max(coalesce(EVAL, 'INVESTIGATOR') = 'INVESTIGATOR') over (partition by USUBJID) as HAS_OWN
    from derived
),

chosen as (
    select
        * exclude (ACPTFL, HAS_ACCEPTED, HAS_OWN, MEASURED, TUMSTATE),
        if(MEASURED is null and ROLE = 'TARGET' and TUMSTATE = 'ABSENT', 0, MEASURED) as AVAL,
        case
            when TUMSTATE like 'UNEQUIVOCAL%' or TUMSTATE = 'PROGRESSION' then 'PROGRESSED'
            when TUMSTATE like 'EQUIVOCAL%' then 'EQUIVOCAL'
            when MEASURED > 0 then 'PRESENT'
            when MEASURED = 0 or TUMSTATE in ('ABSENT', 'TREATED', 'REMOVED', 'RESOLVED') then 'GONE'
            else 'PRESENT'
        end as STATE,
        if(
            case
                when coalesce(HAS_ACCEPTED, false) then coalesce(ACPTFL = 'Y', false)
                when HAS_OWN then coalesce(EVAL, 'INVESTIGATOR') = 'INVESTIGATOR'
                else coalesce(EVALID, EVAL) = min(coalesce(EVALID, EVAL)) over (partition by USUBJID)
            end, 'Y', null
        ) as ANL01FL,
        if(ROLE = 'NEW', 'Y', null) as NEWFL
    from readers
),

delivered as (
    select
        USUBJID, coalesce(LESION, TRLNKID) as LESION, upper(coalesce(ORGAN, TULOC)) as ORGAN, SEGMENT,
        upper(coalesce(ROLE, TRGRPID)) as ROLE, ADT, ADTF, coalesce(VISIT, AVISIT) as VISIT, AVAL,
        case when AVAL = 0 then 'GONE' else 'PRESENT' end as STATE,
        coalesce(EVAL, TREVAL) as EVAL, coalesce(EVALID, TREVALID) as EVALID, coalesce(ANL01FL, 'Y') as ANL01FL,
        NEWFL, 'ADTR' as SRCDOM, coalesce(TRSEQ, ASEQ) as SRCSEQ
    from staging.adtr
    where TRLNKID is not null and in_time(ADT) and coalesce(TRTESTCD, 'LDIAM') in ('LDIAM', 'DIAMETER', 'SAXIS', 'LPERP', 'TUMSTATE')
)

select o.SUBJKEY, t.*, study_day(t.ADT, o.ORIGIN) as ADY
from (select * from delivered union all by name select * from chosen) t
join origins o using (USUBJID)
order by o.SUBJKEY, t.LESION, t.ADT, t.SRCSEQ;
