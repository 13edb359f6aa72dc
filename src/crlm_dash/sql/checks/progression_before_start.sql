-- One row per overall progression assessed before enrolment or before the first treatment.

select
    'warning' as SEVERITY, r.SRCDOM as DOMAIN, x._file as FILE, x._row as ROW, r.USUBJID, 'RSDTC' as COLUMN_NAME,
    'progression before ' || if(r.ADT < a.ENRLDT, 'enrolment', 'treatment') as RULE, cast(r.ADT as varchar) as VALUE,
    at_place(coalesce(x._file, r.SRCDOM), x._row, 'RSDTC') || ': progression of ' || r.USUBJID || ' on ' || r.ADT
        || ' is before the ' || if(r.ADT < a.ENRLDT, 'enrolment on ' || a.ENRLDT, 'first treatment on ' || a.TRTSDT)
        || '; it is not counted as an event before its endpoint begins' as MESSAGE
from adrs r
join adsl a using (USUBJID)
left join staging.rs x on x.USUBJID = r.USUBJID and x.RSSEQ = if(r.SRCDOM = 'RS', r.SRCSEQ, null)
where r.PARAMCD = 'OVRLRESP' and r.AVALC = 'PD' and r.ANL01FL = 'Y' and r.ADTF is null
    and (r.ADT < a.ENRLDT or r.ADT < a.TRTSDT);
