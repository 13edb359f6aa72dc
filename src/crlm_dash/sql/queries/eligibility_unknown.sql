-- One row per criterion that is unknown for somebody, from the data: a number of screened subjects.
-- room: counts
with patterns as (
    select elsum.UNKNOWN as criteria, count(*) as n
    from population
    join elsum using (USUBJID)
    where elsum.UNKNOWN <> ''
    group by all
),

single as (
    select unnest(string_split(criteria, ' ')) as criterion, n from patterns
)

select criterion, sum(n)::bigint as n from single group by all order by all
