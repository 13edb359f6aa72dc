-- One row per subject and test that is judged against the laboratory's upper limit, but whose last result came without it.

with lost as (
    select e.SUBJKEY, e.USUBJID, e.REF__DT, unnest(string_split(e.FACTS__LOST, ' ')) as FACT
    from elfacts e
    where e.FACTS__LOST is not null
)

select
    'warning' as SEVERITY, 'LB' as DOMAIN, max_by(b._file, b.STDT) as FILE, max_by(b._row, b.STDT) as ROW, l.USUBJID,
    'LBSTNRHI' as COLUMN_NAME, 'upper limit missing' as RULE, j.TEST as VALUE,
    at_place(max_by(b._file, b.STDT), max_by(b._row, b.STDT), 'LBSTNRHI') || ': the last ' || j.TEST || ' of ' || l.USUBJID
        || ' before enrolment has no upper limit of normal; a criterion in multiples of it stays unknown. Give LBSTNRHI'
        as MESSAGE
from lost l
join fact_units j on j.FACT = l.FACT and j.DOMAIN = 'LB' and j.UNIT = 'xULN'
join in_lb b on b.USUBJID = l.USUBJID and b.LBTESTCD = j.TEST and coalesce(b.LBSTNRHI, 0) = 0
where b.LBSTRESN is not null and coalesce(b.STDT <= l.REF__DT, true)
group by l.USUBJID, j.TEST;
