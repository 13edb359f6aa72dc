-- One row per fact that is missing for somebody whom it leaves undecided: a number of screened subjects.
-- room: counts
with patterns as (
    select elsum.MISSING as facts, count(*) as n
    from population
    join elsum using (USUBJID)
    where elsum.MISSING <> ''
    group by all
),

single as (
    select unnest(string_split(facts, ' ')) as fact, n from patterns
)

select fact, sum(n)::bigint as n_missing from single group by all order by n_missing desc, fact
