-- One row per laboratory test and unit: its limits of CTCAE v5.0 (08_ctcae), as 09_grades reads them.
--
-- An absolute limit is taken in that unit as published, else converted from the first published unit that can be.

create or replace temp table lab_tests as
select
    row_number() over (order by PARAMCD, AVALU) as TEST, PARAMCD, AVALU, PARAM, GIVEN, GIVEN_LOW, GIVEN_HIGH,
    row_number() over (partition by PARAMCD order by N desc, AVALU) = 1 as USUAL
from (
    select
        PARAMCD, AVALU, any_value(PARAM) as PARAM, count(AVAL) as N,
        count(coalesce(GIVEN_LOW, GIVEN_HIGH)) > 0 as GIVEN,
        coalesce(max(GIVEN_LOW), 0) > 0 as GIVEN_LOW, coalesce(max(GIVEN_HIGH), 0) > 0 as GIVEN_HIGH
    from lab_values
    group by PARAMCD, AVALU
);

create or replace temp table lab_limits as
with published as (
    select s.TEST, s.PARAMCD, unit_key(coalesce(s.AVALU, '')) as FOUND, c.* exclude (UNIT), unit_key(c.UNIT) as WANTED
    from lab_tests s
    join ctcae c on list_contains(c.TESTS, s.PARAMCD)
),

absolute as (
    select
        p.TEST, p.DIRECTION, list_transform(p.LIMITS, lambda limit_value: limit_value * t.FACTOR / f.FACTOR) as LIMITS
    from published p
    join units t on t.UNIT = p.WANTED and t.TESTCD in ('', p.PARAMCD)
    join units f on f.UNIT = p.FOUND and f.TESTCD in ('', p.PARAMCD) and f.BASE = t.BASE
    where p.KIND = 'ABS'
    qualify row_number() over (partition by p.TEST, p.DIRECTION order by p.WANTED = p.FOUND desc, p.ORD) = 1
),

limits as (
    select
        p.TEST, p.DIRECTION,
        struct_pack(
            NORMAL := any_value(p.LIMITS) filter (p.KIND in ('ULN', 'LLN')),
            BASE := any_value(p.LIMITS) filter (p.KIND = 'BASE'),
            ABSOLUTE := any_value(a.LIMITS),
            NO_UNIT := bool_or(p.KIND = 'ABS') and any_value(a.LIMITS) is null,
            RELATIVE := bool_or(p.BEFORE = 'abnormal'),
            EDGE := bool_or(p.EDGE = 1 and p.KIND <> 'BASE'),
            BASE_EDGE := bool_or(p.EDGE = 1 and p.KIND = 'BASE')
        ) as LIMITS
    from published p
    left join absolute a on a.TEST = p.TEST and a.DIRECTION = p.DIRECTION
    group by p.TEST, p.DIRECTION
)

select
    s.*, any_value(l.LIMITS) filter (l.DIRECTION = 'L') as LOW, any_value(l.LIMITS) filter (l.DIRECTION = 'H') as HIGH
from lab_tests s
left join limits l using (TEST)
group by all;

-- What is graded, and in words how: one row per test and direction. A test whose grades were delivered is as delivered.
create or replace table lbtests as
with graded as (
    select distinct PARAMCD, if(GIVEN_LOW, 'L', 'H') as DIRECTION from lab_tests where GIVEN_LOW or GIVEN_HIGH
    union
    select PARAMCD, 'H' from lab_tests where GIVEN_HIGH
),

worded as (
    select
        s.PARAMCD, c.DIRECTION, c.LABEL, c.TERM, c.ORD, c.TESTS[1] as TESTCD, g.GRADE,
        case
            when c.LIMITS[g.GRADE] is null then null
            else concat_ws(
                ' ',
                if(c.EDGE = g.GRADE, if(c.DIRECTION = 'H', '≥', '≤'), if(c.DIRECTION = 'H', '>', '<')),
                if(c.KIND <> 'ABS' and c.LIMITS[g.GRADE] = 1, null, format('{:g}', c.LIMITS[g.GRADE])),
                if(c.KIND <> 'ABS' and c.LIMITS[g.GRADE] <> 1, '×', null),
                case
                    when c.KIND = 'ABS' then nullif(replace(c.UNIT, '10^9', '×10⁹'), 'ratio')
                    when c.BEFORE = 'abnormal' then 'high baseline'
                    when c.KIND = 'BASE' then 'baseline'
                    else c.KIND
                end
            )
        end as WORDS
    from (select distinct PARAMCD from lab_tests) s
    join ctcae c on list_contains(c.TESTS, s.PARAMCD)
    cross join (select unnest([1, 2, 3, 4]) as GRADE) g
),

published as (
    select
        PARAMCD, DIRECTION, any_value(TESTCD) as TESTCD, any_value(LABEL) as LABEL, any_value(TERM) as TERM,
        min(ORD) as ORD,
        string_agg(WORDS, '; ' order by ORD) filter (GRADE = 1) as GRADE_1,
        string_agg(WORDS, '; ' order by ORD) filter (GRADE = 2) as GRADE_2,
        string_agg(WORDS, '; ' order by ORD) filter (GRADE = 3) as GRADE_3,
        string_agg(WORDS, '; ' order by ORD) filter (GRADE = 4) as GRADE_4
    from worded
    group by PARAMCD, DIRECTION
),

named as (
    select PARAMCD, any_value(PARAM) as PARAM from lab_tests group by PARAMCD
)

select
    coalesce(p.PARAMCD, g.PARAMCD) as PARAMCD, coalesce(p.DIRECTION, g.DIRECTION) as DIRECTION,
    coalesce(p.TESTCD, g.PARAMCD) as TESTCD, coalesce(p.LABEL, n.PARAM, g.PARAMCD) as LABEL, p.TERM,
    if(d.GIVEN, 'as delivered', 'CTCAE v5.0') as SOURCE,
    row_number() over (order by p.ORD, coalesce(p.PARAMCD, g.PARAMCD), coalesce(p.DIRECTION, g.DIRECTION)) as ORD,
    if(d.GIVEN, null, p.GRADE_1) as GRADE_1, if(d.GIVEN, null, p.GRADE_2) as GRADE_2,
    if(d.GIVEN, null, p.GRADE_3) as GRADE_3, if(d.GIVEN, null, p.GRADE_4) as GRADE_4
from published p
full join graded g on g.PARAMCD = p.PARAMCD and g.DIRECTION = p.DIRECTION
left join named n on n.PARAMCD = coalesce(p.PARAMCD, g.PARAMCD)
cross join (select coalesce(bool_or(GIVEN), false) as GIVEN from lab_tests) d
order by ORD;
