-- One row per test and unit that cannot be put into the unit needed, or that is not stated, in any domain of findings.
--
-- Needed is the unit of a protocol's fact, and in the laboratory the one most records of a test have. A laboratory result
-- without a unit is a plain ratio; elsewhere the form itself asks in the unit of the protocol.

with counted as (
    select
        DOM, TEST, UNIT, count(*) as N, any_value(_file order by _row) as FILE, min(_row) as FIRST_ROW
    from (
        select 'LB' as DOM, LBTESTCD as TEST, LBSTRESU as UNIT, _file, _row from staging.lb where LBSTRESN is not null
        union all
        select 'FA', FATESTCD, FASTRESU, _file, _row from staging.fa where FASTRESN is not null
        union all
        select 'VS', VSTESTCD, VSSTRESU, _file, _row from staging.vs where VSSTRESN is not null
        union all
        select 'RS', RSTESTCD, RSSTRESU, _file, _row from staging.rs where RSSTRESN is not null
        union all
        select 'TR', TRTESTCD, TRSTRESU, _file, _row from staging.tr where TRSTRESN is not null
        union all
        select 'QS', QSTESTCD, QSSTRESU, _file, _row from staging.qs where QSSTRESN is not null
    )
    where DOM = 'LB' or (DOM, TEST) in (select (DOMAIN, TEST) from fact_units)
    group by all
),

needed as (
    select distinct DOMAIN as DOM, TEST, UNIT from fact_units where UNIT <> 'xULN'
    union
    select 'LB', PARAMCD, max_by(AVALU, N) from (
        select PARAMCD, AVALU, count(*) as N from adlb where AVAL is not null group by all
    ) group by PARAMCD having count(*) > 1
),

stated as (
    select
        c.*, n.UNIT as WANTED, unit_key(n.UNIT) as WANTED_KEY,
        coalesce(unit_key(c.UNIT), if(c.DOM = 'LB', '', unit_key(n.UNIT))) as FOUND_KEY
    from counted c
    join needed n using (DOM, TEST)
),

-- the units that would do, as people write them
convertible as (
    select t.UNIT as WANTED_KEY, t.TESTCD as WANTED_TEST, f.UNIT as FOUND_KEY, f.TESTCD as FOUND_TEST
    from units t
    join units f using (BASE)
    where f.UNIT <> ''
),

not_converted as (
    select s.*, (
        select string_agg(distinct c.FOUND_KEY, ', ' order by c.FOUND_KEY)
        from convertible c
        where c.WANTED_KEY = s.WANTED_KEY and c.WANTED_TEST in ('', s.TEST) and c.FOUND_TEST in ('', s.TEST)
            and c.FOUND_KEY <> s.WANTED_KEY
    ) as OTHERS
    from stated s
    where s.FOUND_KEY <> s.WANTED_KEY
        and not exists (
            select 1
            from units f
            join units t on t.BASE = f.BASE
            where f.UNIT = s.FOUND_KEY and f.TESTCD in ('', s.TEST) and t.UNIT = s.WANTED_KEY and t.TESTCD in ('', s.TEST)
        )
)

select
    'warning' as SEVERITY, DOM as DOMAIN, FILE, FIRST_ROW as ROW, cast(null as varchar) as USUBJID,
    DOM || 'STRESU' as COLUMN_NAME, if(DOM = 'LB', 'laboratory unit', 'unit') as RULE, UNIT as VALUE,
    at_place(FILE, FIRST_ROW, DOM || 'STRESU') || ': ' || N || ' results of ' || TEST || ' are '
        || if(UNIT is null, 'without a unit', 'in ''' || UNIT || '''') || ', which cannot be converted to ' || WANTED
        || '; where that unit is needed they are unknown. Give them in ' || WANTED
        || coalesce(', or in one of ' || OTHERS, '') as MESSAGE
from not_converted;
