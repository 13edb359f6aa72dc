-- One row per laboratory test and unit that cannot be put into the unit needed, or that is not stated.

with counted as (
    select LBTESTCD, LBSTRESU as UNIT, count(*) as N, any_value(_file) as FILE
    from staging.lb
    where LBSTRESN is not null
    group by all
),

needed as (
    select TEST, UNIT from fact_units where DOMAIN = 'LB' and UNIT <> 'xULN'
    union
    select PARAMCD, max_by(AVALU, N) from (
        select PARAMCD, AVALU, count(*) as N from adlb where AVAL is not null group by all
    ) group by PARAMCD having count(*) > 1
),

not_converted as (
    select c.*, n.UNIT as WANTED
    from counted c
    join needed n on n.TEST = c.LBTESTCD
    where unit_key(coalesce(c.UNIT, '')) <> unit_key(n.UNIT)
        and not exists (
            select 1
            from units f
            join units t on t.BASE = f.BASE
            where f.UNIT = unit_key(coalesce(c.UNIT, '')) and f.TESTCD in ('', c.LBTESTCD)
                and t.UNIT = unit_key(n.UNIT) and t.TESTCD in ('', c.LBTESTCD)
        )
)

select
    'warning' as SEVERITY, 'LB' as DOMAIN, FILE, cast(null as bigint) as ROW, cast(null as varchar) as USUBJID,
    'LBSTRESU' as COLUMN_NAME, 'laboratory unit' as RULE, UNIT as VALUE,
    at_place(FILE, null, 'LBSTRESU') || ': ' || N || ' results of ' || LBTESTCD || ' are '
        || if(UNIT is null, 'without a unit', 'in ''' || UNIT || '''') || ', which cannot be converted to ' || WANTED
        || '; they are not used where that unit is needed' as MESSAGE
from not_converted;
