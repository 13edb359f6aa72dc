-- One row per adverse event that contradicts itself: fatal without a death, ended before it began, relation not understood.

with broken as (
    select
        USUBJID, AESEQ, 'AETOXGR' as COL, 'grade 5 without death' as RULE, cast(AEGRADE as varchar) as VALUE,
        'is fatal (grade 5, AEOUT or AESDTH), but the subject is not recorded as dead' as WORDS
    from adae
    where FATALFL = 'Y' and USUBJID in (select USUBJID from adsl where DTHFL = 'N')
    union all
    select
        USUBJID, AESEQ, 'AEENDTC', 'end before start', cast(AENDT as varchar),
        'ends on ' || AENDT || ', before it begins on ' || ASTDT
    from adae
    where AENDT < ASTDT and ASTDTF is null and AENDTF is null
    union all
    select
        USUBJID, AESEQ, 'AEREL', 'relation not understood', AEREL,
        'has the relation ''' || AEREL || '''; understood are RELATED, NOT RELATED, Y, N, POSSIBLE, PROBABLE, REMOTE, NONE'
    from adae
    where AEREL is not null and RELFL is null
)

select
    'warning' as SEVERITY, 'AE' as DOMAIN, coalesce(x._file, d._file) as FILE, coalesce(x._row, d._row) as ROW, b.USUBJID,
    b.COL as COLUMN_NAME, b.RULE, b.VALUE,
    at_place(coalesce(x._file, d._file), coalesce(x._row, d._row), b.COL) || ': the event ' || coalesce(b.AESEQ::int, 0)
        || ' of ' || b.USUBJID || ' ' || b.WORDS as MESSAGE
from broken b
left join staging.ae x on x.USUBJID = b.USUBJID and x.AESEQ = b.AESEQ
left join staging.adae d on d.USUBJID = b.USUBJID and d.AESEQ = b.AESEQ;
