-- One row per lesion that was identified (TU) but has no record in TR.

select
    'warning' as SEVERITY, 'TU' as DOMAIN, t._file as FILE, t._row as ROW, t.USUBJID, 'TULNKID' as COLUMN_NAME,
    'lesion never measured' as RULE, t.TULNKID as VALUE,
    at_place(t._file, t._row, 'TULNKID') || ': lesion ' || t.TULNKID || ' of ' || t.USUBJID
        || ' has no record in TR' as MESSAGE
from in_tu t
where t.TULNKID is not null
    and exists (select 1 from staging.tr)
    and not exists (select 1 from staging.tr r where r.USUBJID = t.USUBJID and r.TRLNKID = t.TULNKID)
qualify row_number() over (partition by t.USUBJID, t.TULNKID order by t._row) = 1;
