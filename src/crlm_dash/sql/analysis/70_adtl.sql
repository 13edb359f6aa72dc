-- One row per dated thing on a subject's timeline, in the lane it is drawn in (terms.Lane), readable to a clinician.
--
-- Laboratory tests are those of liver function, blood count and tumour markers. An event without a date has no place
-- on a timeline and is left to the listings. ONGOING: begun, and no end known at the cut-off. DATEFL, AENDTF: what of
-- start and end is not known ('D' the day, 'M' month and day). What of the source is not here is in `adtlout`.
-- MASKFL: 'Y' where an adverse event gives the arm away (40_adae.sql).

create or replace temp table shown_tests as
select unnest(TESTS) as LBTESTCD, LANE
from (
    values
        (['CEA', 'CA19_9AG'], 'Tumour markers'),
        (['BILI', 'ALT', 'AST', 'ALP', 'GGT', 'ALB', 'INR', 'NEUT', 'PLAT', 'HGB', 'WBC'], 'Liver function')
) as listed(TESTS, LANE);

create or replace temp macro sentence(words) as upper(words[1]) || lower(words[2:]);

create or replace temp macro readable_response(code) as
    case code
        when 'CR' then 'Complete response'
        when 'PR' then 'Partial response'
        when 'SD' then 'Stable disease'
        when 'PD' then 'Progression'
        when 'NE' then 'Not evaluable'
        when 'NED' then 'No evidence of disease'
        else code
    end;

create or replace temp macro mdt_words(code) as
    case code
        when 'R0FEAS' then 'R0 resection feasible'
        when 'FLRSUFF' then 'Future liver remnant sufficient'
        when 'NABLATE' then 'Lesions to ablate'
        when 'MAXDIAM' then 'Largest lesion (mm)'
        when 'EHCTRL' then 'Extrahepatic disease controllable'
        when 'NEDATT' then 'Disease-free state attainable'
        when 'COMPLNC' then 'Good compliance expected'
        when 'LIFEEXP' then 'Life expectancy (months)'
        when 'PRIMRES' then 'Primary resected or resectable'
        when 'HISTCRC' then 'Histology: colorectal cancer'
        when 'DISCTRL' then 'Disease control after chemotherapy'
        when 'MDTDEC' then 'MDT decision'
        when 'WILLING' then 'Patient''s wish'
    end;

create or replace temp table timeline as
with diagnoses as (
    select
        USUBJID, 'Disease' as LANE, STDT as ASTDT, cast(null as date) as AENDT, STDTF as DATEFL,
        cast(null as varchar) as ONGOING, sentence(coalesce(MHDECOD, MHTERM)) || ' diagnosed' as LABEL,
        nullif(concat_ws(', ', lower(PRIMSIDE), lower(METATIM), 'RAS ' || lower(RAS), 'BRAF ' || lower(BRAF), MSI), '')
            as DETAIL,
        cast(null as integer) as GRADE, cast(null as varchar) as SERIOUS, coalesce(MHDECOD, MHTERM) as CODE,
        cast(null as double) as VALUE, cast(null as varchar) as UNIT, cast(null as double) as LOW,
        cast(null as double) as HIGH, 'MH' as SRCDOM, MHSEQ as SRCSEQ
    from in_mh
    where coalesce(MHOCCUR, 'Y') = 'Y' and (MHEVDTYP = 'DIAGNOSIS' or upper(MHCAT) = 'PRIMARY DIAGNOSIS')
),

treatment as (
    select
        USUBJID, if(EXCAT = 'LOCAL', 'Local treatment', 'Systemic therapy') as LANE, ASTDT, AENDT, ASTDTF as DATEFL,
        AENDTF,
        if(AENDT is null and EXCAT = 'SYSTEMIC', 'Y', null) as ONGOING,
        if(EXCAT = 'LOCAL' and upper(TRT) not in ('SBRT', 'TACE', 'HAIC'), sentence(TRT), TRT) as LABEL,
        nullif(
            concat_ws(
                ', ',
                case PHASE when 'PRIOR' then 'before the trial' when 'SUBSEQUENT' then 'after the trial treatment' end,
                DETAIL
            ), ''
        ) as DETAIL,
        coalesce(MODALITY, TRT) as CODE, SRCDOM, SRCSEQ
    from adex
),

preparations as (
    select
        USUBJID, 'Local treatment' as LANE, STDT as ASTDT, ENDT as AENDT, STDTF as DATEFL, ENDTF as AENDTF,
        sentence(coalesce(PRDECOD, PRTRT)) as LABEL, 'to let the liver remnant grow' as DETAIL,
        coalesce(PRDECOD, PRTRT) as CODE, 'PR' as SRCDOM, PRSEQ as SRCSEQ
    from in_pr
    where upper(PRCAT) = 'HYPERTROPHY INDUCTION'
),

responses as (
    select
        USUBJID, 'Imaging response' as LANE, ADT as ASTDT, ADTF as DATEFL,
        readable_response(AVALC)
            || case PARAMCD when 'OVRLRESP' then '' when 'LIVRRESP' then ' (liver)' else ' (extrahepatic)' end as LABEL,
        nullif(concat_ws(', ', VISIT, lower(EVAL), lower(EVALID)), '') as DETAIL,
        if(PARAMCD = 'OVRLRESP', AVALC, PARAMCD || ' ' || AVALC) as CODE, SRCDOM, SRCSEQ
    from adrs
    where ANL01FL = 'Y' and PARAMCD in ('OVRLRESP', 'LIVRRESP', 'EXHPRESP')
),

diameters as (
    select
        USUBJID, 'Sum of diameters' as LANE, ADT as ASTDT, ADTF as DATEFL,
        'Sum of ' || if(N_MEASURED < N_TARGET, N_MEASURED || ' of ', '') || N_TARGET
            || if(N_TARGET = 1, ' target lesion', ' target lesions') as LABEL,
        VISIT as DETAIL, 'SUMDIAM' as CODE, MEASURED as VALUE, 'mm' as UNIT, 'TR' as SRCDOM
    from adtrsum
    where MEASURED is not null
),

new_lesions as (
    select
        USUBJID, 'Imaging response' as LANE, min(ADT) as ASTDT, arg_min(ADTF, ADT) as DATEFL,
        'New lesion' || coalesce(': ' || lower(any_value(ORGAN)), '') as LABEL,
        nullif(concat_ws(', ', 'segment ' || any_value(SEGMENT), LESION), '') as DETAIL, 'NEW LESION' as CODE,
        any_value(SRCDOM) as SRCDOM, min(SRCSEQ) as SRCSEQ
    from adtr
    where NEWFL = 'Y' and ANL01FL = 'Y'
    group by USUBJID, LESION
),

laboratory as (
    select
        b.USUBJID, s.LANE, b.ADT as ASTDT, coalesce(b.PARAM, b.PARAMCD) as LABEL, b.VISIT as DETAIL, b.PARAMCD as CODE,
        b.AVAL as VALUE, b.AVALU as UNIT, b.A1LO as LOW, b.A1HI as HIGH, b.SRCDOM, b.SRCSEQ
    from adlb b
    join shown_tests s on s.LBTESTCD = b.PARAMCD
    where b.AVAL is not null
),

adverse_events as (
    select
        USUBJID, 'Adverse events' as LANE, ASTDT, AENDT, ASTDTF as DATEFL, AENDTF,
        if(
            AENDT is null and coalesce(upper(AEOUT), '') not in ('RECOVERED/RESOLVED', 'FATAL', 'RECOVERED/RESOLVED WITH SEQUELAE'),
            'Y', null
        ) as ONGOING,
        sentence(coalesce(AEDECOD, AETERM)) as LABEL,
        nullif(
            concat_ws(
                ', ', if(GRADESRC = 'AESEV', lower(AESEV), null), 'Clavien–Dindo ' || AECLAV, 'after ' || lower(AEMODAL)
            ), ''
        ) as DETAIL,
        AEGRADE as GRADE, AESER as SERIOUS, RELFL as RELATED, lower(AEOUT) as OUTCOME, AEDECOD as CODE, 'AE' as SRCDOM, AESEQ as SRCSEQ,
        if(MASKBODSYS = getvariable('withheld_terms'), 'Y', null) as MASKFL
    from adae
),

questionnaires as (
    select
        USUBJID, 'Quality of life' as LANE, ADT as ASTDT, coalesce(PARCAT1, 'Questionnaire') || ' answered' as LABEL,
        concat_ws(', ', any_value(VISIT), count(*) || if(count(*) = 1, ' item', ' items')) as DETAIL, PARCAT1 as CODE, count(*) as VALUE,
        'items' as UNIT, 'QS' as SRCDOM
    from adqs
    group by USUBJID, PARCAT1, ADT
),

visits as (
    select
        USUBJID, 'Visits' as LANE, coalesce(ACTUAL, DUE) as ASTDT,
        coalesce(VISIT, 'Visit') || if(STATUS in ('done', 'unscheduled'), '', ': ' || STATUS) as LABEL,
        if(STATUS in ('early', 'late', 'missed', 'overdue', 'due'), 'due ' || DUE, null) as DETAIL, STATUS as CODE, 'SV' as SRCDOM
    from adsv
    where STATUS in ('done', 'early', 'late', 'missed', 'overdue', 'due', 'unscheduled')
),

decisions as (
    select
        USUBJID, 'MDT decisions' as LANE, STDT as ASTDT, STDTF as DATEFL,
        coalesce(mdt_words(FATESTCD), FATEST, FATESTCD) || ': '
            || case coalesce(FASTRESC, FAORRES) when 'Y' then 'yes' when 'N' then 'no'
                else coalesce(FASTRESC, FAORRES, format('{:g}', FASTRESN)) end as LABEL,
        cast(null as varchar) as DETAIL, FATESTCD as CODE, FASTRESN as VALUE, 'FA' as SRCDOM, FASEQ as SRCSEQ
    from in_fa
    where upper(FACAT) = 'MDT ASSESSMENT' and coalesce(FASTRESC, FAORRES, cast(FASTRESN as varchar)) is not null
),

statuses as (
    select
        USUBJID, 'Trial status' as LANE, STDT as ASTDT, STDTF as DATEFL, sentence(coalesce(DSDECOD, DSTERM)) as LABEL,
        if(DSTERM = DSDECOD, null, DSTERM) as DETAIL, DSDECOD as CODE, 'DS' as SRCDOM, DSSEQ as SRCSEQ
    from in_ds
    where upper(coalesce(DSDECOD, DSTERM)) <> 'DEATH'
    union all by name
    select
        USUBJID, 'Trial status' as LANE, DTHDT as ASTDT, DTHDTF as DATEFL, 'Death' as LABEL, DTHCAUS as DETAIL,
        'DEATH' as CODE, 'DM' as SRCDOM
    from adsl
    where DTHDT is not null
    union all by name
    select
        USUBJID, 'Trial status' as LANE, ENRLDT as ASTDT, 'Enrolled' as LABEL, 'ENROLLED' as CODE, 'ADSL' as SRCDOM
    from adsl
    where ENRLFL = 'Y'
        and USUBJID not in (select USUBJID from in_ds where upper(DSDECOD) in ('ENROLLED', 'RANDOMIZED'))
    union all by name
    select USUBJID, 'Trial status' as LANE, RFICDT as ASTDT, 'Consent' as LABEL, 'CONSENT' as CODE, 'ADSL' as SRCDOM
    from adsl
    where USUBJID not in (select USUBJID from in_ds where upper(DSDECOD) like '%CONSENT OBTAINED%')
    union all by name
    select
        USUBJID, 'Trial status' as LANE, STDT as ASTDT, STDTF as DATEFL, 'Protocol deviation' as LABEL,
        concat_ws(': ', DVDECOD, DVTERM) as DETAIL, 'DEVIATION' as CODE, 'DV' as SRCDOM, DVSEQ as SRCSEQ
    from in_dv
    union all by name
    select
        USUBJID, 'Trial status' as LANE, STDT as ASTDT, STDTF as DATEFL,
        'ECOG ' || regexp_extract(coalesce(RSSTRESC, RSORRES), '\d') as LABEL, VISIT as DETAIL, 'ECOG' as CODE,
        RSSTRESN as VALUE, 'RS' as SRCDOM, RSSEQ as SRCSEQ
    from in_rs
    where RSTESTCD = 'ECOG101'
)

select * from diagnoses
union all by name select * from treatment
union all by name select * from preparations
union all by name select * from responses
union all by name select * from diameters
union all by name select * from new_lesions
union all by name select * from laboratory
union all by name select * from adverse_events
union all by name select * from questionnaires
union all by name select * from visits
union all by name select * from decisions
union all by name select * from statuses;

-- What had not ended when the subject died ended then.
create or replace table adtl as
select
    o.SUBJKEY, t.USUBJID, t.LANE, t.ASTDT, if(t.ONGOING = 'Y', coalesce(t.AENDT, a.DTHDT), t.AENDT) as AENDT,
    study_day(t.ASTDT, o.ORIGIN) as ASTDY, study_day(AENDT, o.ORIGIN) as AENDY, coalesce(t.DATEFL, '') as DATEFL,
    coalesce(if(t.ONGOING = 'Y' and t.AENDT is null, a.DTHDTF, t.AENDTF), '') as AENDTF, if(a.DTHDT is null, t.ONGOING, null) as ONGOING, t.LABEL, t.DETAIL, t.GRADE, t.SERIOUS,
    t.RELATED, t.OUTCOME, t.CODE, t.VALUE, t.UNIT, t.LOW,
    t.HIGH, t.SRCDOM, t.SRCSEQ, t.MASKFL
from timeline t
join origins o using (USUBJID)
join adsl a using (USUBJID)
where t.ASTDT is not null and t.ASTDT <= cutoff()
order by o.SUBJKEY, t.ASTDT, t.LANE, t.SRCDOM, t.SRCSEQ, t.CODE;
