-- One row per subject and contradiction about the death: no date, or participation or survival said to go on after it.

with found as (
    select
        USUBJID, 'death without a date' as RULE, 'DTHDTC' as COL, DTHFL as VALUE,
        'the subject is dead (DTHFL Y), but no date of death is known; give DTHDTC' as WORDS
    from adsl
    where DTHFL = 'Y' and DTHDT is null
    union all
    select
        USUBJID, 'death after the end of participation', 'DTHDTC', cast(DTHDT as varchar),
        'died on ' || DTHDT || ', after the participation ended (' || coalesce(DCSREAS, EOSSTT) || ') on ' || EOSDT
    from adsl
    where DTHDT > EOSDT and coalesce(DCSREAS, '') not like '%DEATH%' and EOSSTT = 'DISCONTINUED'
    union all
    select
        a.USUBJID, 'last contact after death', 'LSTALVDT', cast(d.LSTALVDT as varchar),
        'last known alive on ' || d.LSTALVDT || ', after the death on ' || a.DTHDT
    from adsl a
    join staging.adsl d using (USUBJID)
    where d.LSTALVDT > a.DTHDT
)

select
    'warning' as SEVERITY, if(m._file is null, 'ADSL', 'DM') as DOMAIN, coalesce(m._file, s._file) as FILE,
    coalesce(m._row, s._row) as ROW, f.USUBJID, f.COL as COLUMN_NAME, f.RULE, f.VALUE,
    at_place(coalesce(m._file, s._file), coalesce(m._row, s._row), f.COL) || ': ' || f.USUBJID || ': ' || f.WORDS as MESSAGE
from found f
left join staging.dm m using (USUBJID)
left join staging.adsl s using (USUBJID);
