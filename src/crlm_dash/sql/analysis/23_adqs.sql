-- One row per subject, questionnaire item and date, as recorded; an item not answered has no row. Scores: 53_adqol.sql.

create or replace table adqs as
with items as (
    select
        USUBJID, QSCAT as PARCAT1, QSTESTCD as PARAMCD, STDT as ADT, VISIT,
        coalesce(QSSTRESN, try_cast(QSSTRESC as double)) as AVAL, cast(null as integer) as ADY,
        QSSEQ as SRCSEQ
    from in_qs
    where QSSTAT is null and not exists (select 1 from staging.adqs)
    union all
    select
        USUBJID, coalesce(PARCAT1, QSCAT), PARAMCD, coalesce(ADT, cast(ADTM as date)), coalesce(VISIT, AVISIT), AVAL,
        cast(ADY as integer), coalesce(QSSEQ, _row)
    from staging.adqs
    where in_time(coalesce(ADT, cast(ADTM as date)))
)

select
    o.SUBJKEY, i.USUBJID, i.PARCAT1, i.PARAMCD, i.ADT, coalesce(i.ADY, study_day(i.ADT, o.ORIGIN)) as ADY, i.VISIT, i.AVAL, i.SRCSEQ
from items i
join origins o using (USUBJID)
where i.AVAL is not null
order by o.SUBJKEY, i.PARCAT1, i.ADT, i.PARAMCD;
