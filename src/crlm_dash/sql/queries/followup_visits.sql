-- One row per group and planned visit, and per group for all of them: how many were expected, made, missed, overdue.
-- room: outcomes
-- Expected by the cut-off: made, or not made though its window has closed; not after death or the end of participation.
with counted as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        adsv.VISITNUM,
        adsv.STATUS,
        any_value(adsv.VISIT) as VISIT,
        count(*) as n,
    from population
    join adsv using (USUBJID)
    where adsv.STATUS in ('done', 'early', 'late', 'missed', 'overdue', 'due')
    group by all
)

select
    strata,
    VISITNUM as visitnum,
    if(grouping(VISITNUM) = 1, 'Every visit', any_value(VISIT)) as visit,
    coalesce(sum(n) filter (STATUS <> 'due'), 0)::bigint as n_expected,
    coalesce(sum(n) filter (STATUS = 'done'), 0)::bigint as n_in_window,
    coalesce(sum(n) filter (STATUS = 'early'), 0)::bigint as n_early,
    coalesce(sum(n) filter (STATUS = 'late'), 0)::bigint as n_late,
    coalesce(sum(n) filter (STATUS = 'missed'), 0)::bigint as n_missed,
    coalesce(sum(n) filter (STATUS = 'overdue'), 0)::bigint as n_overdue,
    coalesce(sum(n) filter (STATUS = 'due'), 0)::bigint as n_open,
from counted
group by grouping sets ((strata, VISITNUM), (strata))
order by strata, grouping(VISITNUM) desc, VISITNUM
