-- One row per SDTM record that begins after the subject's death.

with dated as (
    select 'AE' as DOM, 'AESTDTC' as COL, USUBJID, AESTDTC as DTC, _file, _row from staging.ae
    union all
    select 'EX', 'EXSTDTC', USUBJID, EXSTDTC, _file, _row from staging.ex
    union all
    select 'PR', 'PRSTDTC', USUBJID, PRSTDTC, _file, _row from staging.pr
    union all
    select 'SV', 'SVSTDTC', USUBJID, SVSTDTC, _file, _row from staging.sv where coalesce(SVOCCUR, 'Y') = 'Y'
    union all
    select 'RS', 'RSDTC', USUBJID, RSDTC, _file, _row from staging.rs
    union all
    select 'TR', 'TRDTC', USUBJID, TRDTC, _file, _row from staging.tr
    union all
    select 'LB', 'LBDTC', USUBJID, LBDTC, _file, _row from staging.lb
    union all
    select 'VS', 'VSDTC', USUBJID, VSDTC, _file, _row from staging.vs
    union all
    select 'QS', 'QSDTC', USUBJID, QSDTC, _file, _row from staging.qs
    union all
    select 'SS', 'SSDTC', USUBJID, SSDTC, _file, _row from staging.ss where upper(SSSTRESC) = 'ALIVE'
)

select
    'warning' as SEVERITY, d.DOM as DOMAIN, d._file as FILE, d._row as ROW, d.USUBJID, d.COL as COLUMN_NAME,
    'event after death' as RULE, d.DTC as VALUE,
    at_place(d._file, d._row, d.COL) || ': ' || d.DTC || ' is after the death of ' || d.USUBJID || ' on ' || a.DTHDT
        || '; one of the two dates is wrong' as MESSAGE
from dated d
join adsl a using (USUBJID)
where a.DTHDT is not null
    and first_day(d.DTC) > end_of_period(a.DTHDT, a.DTHDTF);
