-- One row per subject screened (DM or ADSL): who, which arm, when, and how it ended, as known at the cut-off.
--
-- A delivered ADSL value wins; where it is empty the SDTM fact stands. Population flags of a delivered ADSL are
-- taken as they are (an empty one is 'N'). Enrolment after the cut-off has not happened: no arm, no treatment.
-- SUBJKEY is one small integer per subject, in the order of USUBJID: displays join by it, since joining by text was
-- most of their time. Every table is sorted by it, so the records of one patient lie together on disk.
-- Other columns of a delivered ADSL are added by store/extras.py, which also sorts the rows.

create or replace temp table derived_adsl as
with exposure as (
    select
        t.USUBJID, min(t.STDT) as TRTSDT, max(t.STDT) as LATEST,
        -- an administration without an end is still going on
        if(bool_or(t.ENDT is null and t.SRCDOM <> 'PR'), null, max(coalesce(t.ENDT, t.STDT))) as TRTEDT
    from treatments t
    where t.PHASE = 'PROTOCOL'
    group by all
),

last_contact as (
    select USUBJID, max(LASTDT) as LASTDT from contacts group by all
),

diagnosis as (
    select h.USUBJID, min(h.STDT) as DIAGDT
    from in_mh h, protocol_values v
    where coalesce(upper(h.MHOCCUR), 'Y') = 'Y'
        and if(
            v.DIAGNOSIS = '',
            upper(h.MHCAT) = 'PRIMARY DIAGNOSIS',
            upper(v.DIAGNOSIS) in (upper(h.MHDECOD), upper(h.MHTERM)) and coalesce(upper(h.MHEVDTYP), 'DIAGNOSIS') = 'DIAGNOSIS'
        )
    group by all
),

death as (
    select
        USUBJID,
        coalesce(a.DTHDT, death_day(coalesce(m.DTHDTC, a.DTHDTC), c.LASTDT), s.DT) as DTHDT,
        case when a.DTHDT is not null then a.DTHDTF else date_flag(coalesce(m.DTHDTC, a.DTHDTC)) end as DTHDTF,
        case
            when a.DTHDT is not null then 'ADSL'
            when first_day(m.DTHDTC) is not null then 'DM'
            when first_day(a.DTHDTC) is not null then 'ADSL'
            when s.DT is not null then s.DOM
            when a.DTHFL = 'Y' then 'ADSL'
            when m.DTHFL = 'Y' then 'DM'
        end as DTHDOM,
        a.DTHFL = 'Y' or m.DTHFL = 'Y' or coalesce(a.DTHDT, first_day(m.DTHDTC), s.DT) is not null as DIED
    from staging.dm m
    full join staging.adsl a using (USUBJID)
    left join last_contact c using (USUBJID)
    left join (
        select USUBJID, min(DT) as DT, min_by(DOM, DT) as DOM
        from (
            select USUBJID, first_day(DSSTDTC) as DT, 'DS' as DOM from staging.ds where upper(DSDECOD) = 'DEATH'
            union all
            select USUBJID, first_day(SSDTC), 'SS' from staging.ss where upper(SSSTRESC) = 'DEAD'
        )
        group by all
    ) s using (USUBJID)
),

cause as (
    select USUBJID, min(CAUSE) as CAUSE
    from (
        select USUBJID, DDSTRESC as CAUSE, 1 as ORD from staging.dd where DDTESTCD = 'PRCDTH'
        union all
        select USUBJID, AEDECOD, 2 from in_ae where AESDTH = 'Y' or upper(AEOUT) = 'FATAL' or AETOXGR = '5'
    )
    group by USUBJID, ORD
    qualify row_number() over (partition by USUBJID order by ORD) = 1
),

flags_delivered as (
    select count(ITTFL) > 0 as ITT, count(SAFFL) > 0 as SAF from staging.adsl
),

joined as (
    select
        i.*,
        a.USUBJID is not null as IN_ADSL,
        coalesce(a.STUDYID, m.STUDYID, v.STUDYID) as STUDYID,
        coalesce(a.SUBJID, m.SUBJID) as SUBJID,
        coalesce(a.SITEID, m.SITEID) as SITEID,
        coalesce(a.COUNTRY, m.COUNTRY) as COUNTRY,
        coalesce(a.AGE, m.AGE) as AGE,
        coalesce(a.AGEU, m.AGEU) as AGEU,
        coalesce(a.SEX, m.SEX) as SEX,
        coalesce(a.RACE, m.RACE) as RACE,
        if(i.ENROLLED, coalesce(a.ARM, m.ARM), null) as ARM,
        if(i.ENROLLED, coalesce(a.ARMCD, m.ARMCD), null) as ARMCD,
        if(i.ENROLLED, coalesce(a.ACTARM, m.ACTARM), null) as ACTARM,
        if(i.ENROLLED, coalesce(a.ACTARMCD, m.ACTARMCD), null) as ACTARMCD,
        if(i.ENROLLED and is_arm(coalesce(a.TRT01P, a.ARM, m.ARM)), coalesce(a.TRT01P, a.ARM, m.ARM), null) as TRT01P,
        ended(coalesce(a.TRTSDT, e.TRTSDT, first_day(m.RFXSTDTC))) as TRTSDT,
        -- an end that DM states ends no administration that began after it
        case
            when a.TRTEDT is not null then ended(a.TRTEDT)
            when e.TRTEDT is not null then e.TRTEDT
            when first_day(m.RFXENDTC) < e.LATEST then null
            else ended(first_day(m.RFXENDTC))
        end as TRTEDT,
        coalesce(a.TRT01A, m.ACTARM) as ACTUAL_ARM,
        coalesce(a.DIAGDT, g.DIAGDT) as DIAGDT,
        ended(d.DTHDT) as DTHDT,
        case when d.DTHDT <= cutoff() then d.DTHDTF end as DTHDTF,
        d.DTHDOM,
        -- a death without a date is counted, unless the subject was still seen after the cut-off
        if(coalesce(d.DIED, false) and coalesce(d.DTHDT, l.LASTDT, cutoff()) <= cutoff(), 'Y', 'N') as DTHFL,
        coalesce(a.DTHCAUS, c.CAUSE) as CAUSE_OF_DEATH,
        least(l.LASTDT, cutoff(), d.DTHDT) as LSTALVDT,
        a.LSTALVDT as LSTALVDT_DELIVERED,
        ended(coalesce(a.EOSDT, i.EOSDT)) as END_OF_STUDY,
        upper(a.EOSSTT) as EOSSTT_DELIVERED,
        coalesce(a.DCSREAS, i.REASON) as REASON_LEFT,
        coalesce(a.EOSDT, i.EOSDT) > cutoff() as LEFT_LATER,
        a.SCRFFL as SCRFFL_DELIVERED, a.REFUSFL as REFUSFL_DELIVERED,
        a.ITTFL as ITTFL_DELIVERED, f.ITT as ITT_IS_DELIVERED,
        a.SAFFL as SAFFL_DELIVERED, f.SAF as SAF_IS_DELIVERED
    from milestones i
    cross join protocol_values v
    cross join flags_delivered f
    left join staging.dm m using (USUBJID)
    left join staging.adsl a using (USUBJID)
    left join exposure e using (USUBJID)
    left join last_contact l using (USUBJID)
    left join diagnosis g using (USUBJID)
    left join death d using (USUBJID)
    left join cause c using (USUBJID)
)

select
    cast(row_number() over (order by USUBJID) as integer) as SUBJKEY,
    STUDYID, USUBJID, SUBJID, SITEID, COUNTRY, AGE, AGEU, SEX, RACE, ARM, ARMCD, ACTARM, ACTARMCD, TRT01P,
    if(ENROLLED and is_arm(ACTUAL_ARM), ACTUAL_ARM, if(TRTSDT is null, null, TRT01P)) as TRT01A,
    RFICDT, SCRNDT,
    if(ENROLLED, coalesce(ENRLDT, TRTSDT, RFSTDT), null) as ENRLDT,
    if(ENROLLED, RANDDT, null) as RANDDT,
    if(ENROLLED, TRTSDT, null) as TRTSDT,
    if(ENROLLED, TRTEDT, null) as TRTEDT,
    DIAGDT, DTHDT, DTHDTF, DTHFL,
    if(DTHFL = 'Y', CAUSE_OF_DEATH, null) as DTHCAUS,
    if(DTHFL = 'Y', DTHDOM, null) as DTHDOM,
    least(coalesce(LSTALVDT_DELIVERED, LSTALVDT), cutoff()) as LSTALVDT,
    case when END_OF_STUDY is not null then END_OF_STUDY when DTHFL = 'Y' then DTHDT end as EOSDT,
    case
        when coalesce(LEFT_LATER, false) and DTHFL = 'N' then 'ONGOING'
        when EOSSTT_DELIVERED is not null and EOSSTT_DELIVERED <> 'ONGOING' then EOSSTT_DELIVERED
        when END_OF_STUDY is null and DTHFL = 'N' and REASON_LEFT is null then 'ONGOING'
        when REASON_LEFT = 'COMPLETED' then 'COMPLETED'
        else 'DISCONTINUED'
    end as EOSSTT,
    case
        when coalesce(LEFT_LATER, false) and DTHFL = 'N' then null
        when REASON_LEFT = 'COMPLETED' then null
        else coalesce(REASON_LEFT, if(DTHFL = 'Y', 'DEATH', null))
    end as DCSREAS,
    'Y' as SCRNFL,
    if(ENROLLED, 'Y', 'N') as ENRLFL,
    if(ENROLLED, 'N', coalesce(SCRFFL_DELIVERED, if(FAILED, 'Y', 'N'))) as SCRFFL,
    if(ENROLLED, 'N', coalesce(REFUSFL_DELIVERED, if(REFUSED, 'Y', 'N'))) as REFUSFL,
    case
        when not ENROLLED then 'N'
        when IN_ADSL and ITT_IS_DELIVERED then coalesce(ITTFL_DELIVERED, 'N')
        else 'Y'
    end as ITTFL,
    case
        when not ENROLLED or TRTSDT is null and not (IN_ADSL and SAF_IS_DELIVERED) then 'N'
        when IN_ADSL and SAF_IS_DELIVERED and (TRTSDT is not null or not CUTOFF_STATED)
            then coalesce(SAFFL_DELIVERED, 'N')
        when TRTSDT is null then 'N'
        else 'Y'
    end as SAFFL,
    FAILEDDT,
    coalesce(if(ENROLLED, coalesce(ENRLDT, TRTSDT), null), RFSTDT, RFICDT) as ORIGIN
from joined cross join (select CUTOFF_STATED from protocol_values);

create or replace temp table built_adsl as
select * exclude (ORIGIN, FAILEDDT) from derived_adsl;

-- What every model below needs of a subject: day 1 of the study days, and the two reference dates.
create or replace temp table origins as
select SUBJKEY, USUBJID, ORIGIN, ENRLDT, TRTSDT, TRTEDT, DTHDT, FAILEDDT, ENRLFL, SAFFL from derived_adsl;
