-- One row per subject and domain: the first and last date on which the subject was seen, also after the cut-off.
--
-- Later contacts count because who was seen after the cut-off was alive at it; `adsl` then limits LSTALVDT to the
-- cut-off. A death is a contact in this sense. A date later than today cannot be a contact.

create or replace temp table contacts as
with dates as (
    select USUBJID, 'DM' as DOM, unnest([
        first_day(RFICDTC), first_day(DMDTC), first_day(RFSTDTC), first_day(RFENDTC), first_day(RFXSTDTC),
        first_day(RFXENDTC)
    ]) as DT
    from staging.dm
    union all
    select USUBJID, 'ADSL', unnest([RFICDT, SCRNDT, ENRLDT, RANDDT, TRTSDT, TRTEDT, LSTALVDT, EOSDT])
    from staging.adsl
    union all
    select USUBJID, 'DS', first_day(coalesce(DSSTDTC, DSDTC)) from staging.ds
    union all
    select USUBJID, 'SV', unnest([first_day(SVSTDTC), first_day(SVENDTC)])
    from staging.sv
    where coalesce(SVOCCUR, 'Y') = 'Y'
    union all
    select USUBJID, 'EX', unnest([first_day(EXSTDTC), first_day(EXENDTC)]) from staging.ex
    union all
    select USUBJID, 'EC', unnest([first_day(ECSTDTC), first_day(ECENDTC)])
    from staging.ec
    where coalesce(ECMOOD, 'PERFORMED') = 'PERFORMED'
    union all
    select USUBJID, 'PR', first_day(PRSTDTC) from staging.pr
    union all
    select USUBJID, 'CM', first_day(CMSTDTC) from staging.cm
    union all
    select USUBJID, 'AE', first_day(AESTDTC) from staging.ae
    union all
    select USUBJID, 'RS', first_day(RSDTC) from staging.rs where RSSTAT is null
    union all
    select USUBJID, 'TU', first_day(TUDTC) from staging.tu
    union all
    select USUBJID, 'TR', first_day(TRDTC) from staging.tr where TRSTAT is null
    union all
    select USUBJID, 'LB', first_day(LBDTC) from staging.lb where LBSTAT is null
    union all
    select USUBJID, 'VS', first_day(VSDTC) from staging.vs where VSSTAT is null
    union all
    select USUBJID, 'QS', first_day(QSDTC) from staging.qs where QSSTAT is null
    union all
    select USUBJID, 'SS', first_day(SSDTC) from staging.ss where upper(SSSTRESC) = 'ALIVE'
)
select USUBJID, DOM, min(DT) as FIRSTDT, max(DT) as LASTDT
from dates
where DT <= current_date
group by all;
