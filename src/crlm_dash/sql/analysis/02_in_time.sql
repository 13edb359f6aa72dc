-- One row per delivered SDTM record that had started at the cut-off: the same columns, with STDT (start, imputed),
-- STDTF (its flag) and, for what lasts, ENDT (NULL while it goes on) and ENDTF. The models below read these, not
-- `staging`.

create or replace temp macro end_flag(dtc) as if(ended(final_day(dtc)) is null, null, date_flag(dtc));

create or replace temp view in_ae as
select *, first_day(AESTDTC) as STDT, date_flag(AESTDTC) as STDTF, ended(final_day(AEENDTC)) as ENDT
from staging.ae
where in_time(first_day(coalesce(AESTDTC, AEDTC)));

create or replace temp view in_cm as
select *, first_day(CMSTDTC) as STDT, date_flag(CMSTDTC) as STDTF, ended(final_day(CMENDTC)) as ENDT,
    end_flag(CMENDTC) as ENDTF
from staging.cm
where in_time(first_day(CMSTDTC));

-- EC (as collected) speaks where EX was not delivered.
create or replace temp view in_ex as
select USUBJID, EXSEQ as SEQ, EXTRT as TRT, EXCAT as CAT, EXGRPID as GRPID, VISIT, EXDOSE as DOSE, EXDOSU as DOSU,
    first_day(EXSTDTC) as STDT, date_flag(EXSTDTC) as STDTF, ended(final_day(EXENDTC)) as ENDT,
    end_flag(EXENDTC) as ENDTF, 'EX' as DOM
from staging.ex
where in_time(first_day(EXSTDTC))
union all
select USUBJID, ECSEQ, ECTRT, ECCAT, ECGRPID, VISIT, ECDOSE, ECDOSU,
    first_day(ECSTDTC), date_flag(ECSTDTC), ended(final_day(ECENDTC)), end_flag(ECENDTC), 'EC'
from staging.ec
where in_time(first_day(ECSTDTC))
    and coalesce(ECOCCUR, 'Y') = 'Y'
    and coalesce(ECMOOD, 'PERFORMED') = 'PERFORMED'
    and not exists (select 1 from staging.ex);

create or replace temp view in_pr as
select *, first_day(PRSTDTC) as STDT, date_flag(PRSTDTC) as STDTF, ended(final_day(PRENDTC)) as ENDT,
    end_flag(PRENDTC) as ENDTF
from staging.pr
where in_time(first_day(PRSTDTC)) and coalesce(PROCCUR, 'Y') = 'Y';

create or replace temp view in_ds as
select *, first_day(coalesce(DSSTDTC, DSDTC)) as STDT, date_flag(coalesce(DSSTDTC, DSDTC)) as STDTF
from staging.ds
where in_time(first_day(coalesce(DSSTDTC, DSDTC)));

create or replace temp view in_ie as
select *, first_day(IEDTC) as STDT from staging.ie where in_time(first_day(IEDTC));

create or replace temp view in_dv as
select *, first_day(DVSTDTC) as STDT, date_flag(DVSTDTC) as STDTF
from staging.dv
where in_time(first_day(DVSTDTC));

create or replace temp view in_mh as
select *, first_day(MHSTDTC) as STDT, date_flag(MHSTDTC) as STDTF
from staging.mh
where in_time(first_day(coalesce(MHSTDTC, MHDTC)));

create or replace temp view in_rs as
select *, first_day(RSDTC) as STDT, date_flag(RSDTC) as STDTF
from staging.rs
where in_time(first_day(RSDTC)) and RSSTAT is null;

create or replace temp view in_tu as
select *, first_day(TUDTC) as STDT, date_flag(TUDTC) as STDTF from staging.tu where in_time(first_day(TUDTC));

create or replace temp view in_tr as
select *, first_day(TRDTC) as STDT, date_flag(TRDTC) as STDTF
from staging.tr
where in_time(first_day(TRDTC)) and TRSTAT is null;

create or replace temp view in_lb as
select *, first_day(LBDTC) as STDT from staging.lb where in_time(first_day(LBDTC));

create or replace temp view in_qs as
select *, first_day(QSDTC) as STDT from staging.qs where in_time(first_day(QSDTC));

create or replace temp view in_fa as
select *, first_day(FADTC) as STDT, date_flag(FADTC) as STDTF from staging.fa where in_time(first_day(FADTC));

create or replace temp view in_sv as
select *, first_day(SVSTDTC) as STDT, date_flag(SVSTDTC) as STDTF
from staging.sv
where in_time(first_day(SVSTDTC));
