-- One row per subject, response test, date and reader.
--
-- ANL01FL marks the reader whose assessment is analysed: of one subject, test and date, the record accepted for
-- analysis (RSACPTFL), else the investigator's, else the first. Delivered ADRS parameters are used as delivered;
-- what the ADRS lacks of overall, liver and extrahepatic response is taken from RS.

create or replace table adrs as
with delivered as (
    select
        o.SUBJKEY, r.USUBJID, r.PARAMCD, r.ADT, r.ADTF, coalesce(r.ADY, study_day(r.ADT, o.ORIGIN)) as ADY,
        coalesce(r.VISIT, r.AVISIT) as VISIT, coalesce(r.AVALC, r.RSSTRESC) as AVALC,
        coalesce(r.EVAL, r.RSEVAL) as EVAL, coalesce(r.EVALID, r.RSEVALID) as EVALID, r.ANL01FL,
        'ADRS' as SRCDOM, coalesce(r.RSSEQ, r.ASEQ) as SRCSEQ
    from staging.adrs r
    join origins o using (USUBJID)
    where in_time(r.ADT)
),

assessed as (
    select
        o.SUBJKEY, r.USUBJID, r.RSTESTCD as PARAMCD, r.STDT as ADT, r.STDTF as ADTF, study_day(r.STDT, o.ORIGIN) as ADY,
        r.VISIT, upper(coalesce(r.RSSTRESC, r.RSORRES)) as AVALC, r.RSEVAL as EVAL, r.RSEVALID as EVALID,
        'RS' as SRCDOM, r.RSSEQ as SRCSEQ, r.RSACPTFL,
        max(r.RSACPTFL = 'Y') over (partition by o.SUBJKEY, r.RSTESTCD) as HAS_ACCEPTED,
        max(coalesce(r.RSEVAL, 'INVESTIGATOR') = 'INVESTIGATOR') over (partition by o.SUBJKEY, r.RSTESTCD) as HAS_OWN
    from in_rs r
    join origins o using (USUBJID)
    where r.RSTESTCD in ('OVRLRESP', 'LIVRRESP', 'EXHPRESP')
        and not exists (select 1 from staging.adrs d where d.PARAMCD = r.RSTESTCD)
),

ranked as (
    select
        *,
        case
            when coalesce(HAS_ACCEPTED, false) then coalesce(RSACPTFL = 'Y', false)
            when HAS_OWN then coalesce(EVAL, 'INVESTIGATOR') = 'INVESTIGATOR'
            else coalesce(EVALID, EVAL) = min(coalesce(EVALID, EVAL)) over (partition by SUBJKEY, PARAMCD)
        end as OF_READER
    from assessed
),

chosen as (
    select
        * exclude (RSACPTFL, HAS_ACCEPTED, HAS_OWN, OF_READER),
        if(
            OF_READER
            and row_number() over (partition by SUBJKEY, PARAMCD, ADT, OF_READER order by SRCSEQ) = 1,
            'Y', null
        ) as ANL01FL
    from ranked
)

select * from delivered
union all by name
select * from chosen
order by SUBJKEY, PARAMCD, ADT, SRCSEQ;
