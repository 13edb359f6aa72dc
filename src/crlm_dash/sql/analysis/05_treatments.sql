-- One row per administration or local procedure, before, in and after the trial's own treatment.
--
-- EX is the trial's treatment. CM states prior and subsequent lines. A procedure (PR) before enrolment is PRIOR;
-- one in the follow-up epoch, in a category that says so, or after the first overall progression is SUBSEQUENT.

create or replace temp table treatments as
with first_progression as (
    select USUBJID, min(STDT) as PDDT
    from in_rs
    where RSTESTCD = 'OVRLRESP' and RSSTRESC = 'PD'
    group by all
),

administrations as (
    select
        USUBJID, 'SYSTEMIC' as EXCAT, TRT, cast(null as varchar) as MODALITY,
        try_cast(regexp_extract(GRPID, '\d+') as integer) as LINE, 'PROTOCOL' as PHASE, STDT, STDTF, ENDT,
        ENDTF, DOSE,
        nullif(concat_ws(', ', GRPID, VISIT, if(DOSE is null, null, concat_ws(' ', format('{:g}', DOSE), DOSU))), '')
            as DETAIL,
        DOM as SRCDOM, SEQ as SRCSEQ
    from in_ex
),

lines as (
    select
        USUBJID, 'SYSTEMIC' as EXCAT, CMTRT as TRT, cast(null as varchar) as MODALITY,
        try_cast(regexp_extract(CMGRPID, '\d+') as integer) as LINE,
        if(upper(CMCAT) like 'PRIOR%', 'PRIOR', 'SUBSEQUENT') as PHASE, STDT, STDTF, ENDT, ENDTF, CMDOSE as DOSE,
        CMGRPID as DETAIL, 'CM' as SRCDOM, CMSEQ as SRCSEQ
    from in_cm
    where upper(CMCAT) in ('PRIOR SYSTEMIC THERAPY', 'SUBSEQUENT SYSTEMIC THERAPY')
),

-- A procedure of which only the month or the year of enrolment is known is taken to follow enrolment: it is dated to
-- that day at the earliest, and its flag says that the day is not known. Its first day would make it a prior treatment.
dated as (
    select
        p.* exclude (STDT),
        case
            when p.STDTF = 'D' and date_trunc('month', m.ENRLDT) = p.STDT then m.ENRLDT
            when p.STDTF = 'M' and date_trunc('year', m.ENRLDT) = p.STDT then m.ENRLDT
            else p.STDT
        end as STDT
    from in_pr p
    join milestones m using (USUBJID)
),

procedures as (
    select
        p.USUBJID, 'LOCAL' as EXCAT, coalesce(p.PRDECOD, p.PRTRT) as TRT,
        upper(coalesce(p.PRDECOD, p.PRTRT)) as MODALITY,
        cast(null as integer) as LINE,
        case
            when upper(p.PRCAT) like 'PRIOR%' or p.STDT < coalesce(m.ENRLDT, m.RFSTDT) then 'PRIOR'
            when upper(p.PRCAT) like 'SUBSEQUENT%' or upper(p.EPOCH) like '%FOLLOW%' or p.STDT > f.PDDT
                then 'SUBSEQUENT'
            else 'PROTOCOL'
        end as PHASE,
        p.STDT, p.STDTF, p.ENDT, p.ENDTF, p.PRDOSE as DOSE, p.PRLOC as PLACE,
        nullif(
            concat_ws(
                ', ', p.PRGRPID, p.PRLOC, p.RESMARG,
                format('{:g} ', p.NLESTRT) || if(p.NLESTRT = 1, 'lesion', 'lesions') || ' treated'
            ), ''
        ) as DETAIL,
        'PR' as SRCDOM, p.PRSEQ as SRCSEQ
    from dated p
    join milestones m using (USUBJID)
    left join first_progression f using (USUBJID)
    where upper(p.PRCAT) like '%LOCAL TREATMENT%'
        or upper(p.PRTRT) in ('HEPATECTOMY', 'ABLATION', 'SBRT', 'TACE', 'HAIC')
)

select * from administrations
union all by name
select * from lines
union all by name
select * from procedures;
