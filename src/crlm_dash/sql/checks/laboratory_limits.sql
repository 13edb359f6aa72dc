-- One row per subject and test that is judged against the laboratory's upper limit, but came without that limit.

select
    'warning' as SEVERITY, 'LB' as DOMAIN, any_value(b._file) as FILE, min(b._row) as ROW, b.USUBJID,
    'LBSTNRHI' as COLUMN_NAME, 'upper limit missing' as RULE, b.LBTESTCD as VALUE,
    at_place(any_value(b._file), min(b._row), 'LBSTNRHI') || ': ' || b.LBTESTCD || ' of ' || b.USUBJID
        || ' has no upper limit of normal before enrolment; a criterion in multiples of it stays unknown' as MESSAGE
from in_lb b
join origins o using (USUBJID)
where b.LBTESTCD in (select TEST from fact_units where DOMAIN = 'LB' and UNIT = 'xULN')
    and b.LBSTRESN is not null and b.STDT <= coalesce(o.ENRLDT, o.FAILEDDT, cutoff())
group by b.USUBJID, b.LBTESTCD
having count(b.LBSTNRHI) = 0;
