-- One row per group and planned visit, and per group for all of them: how many were expected, made, missed, overdue.
-- room: outcomes
-- Expected by the cut-off: made, or not made though its window has closed; not after death or the end of participation.
select
    coalesce(population.STRATA, '(missing)') as strata,
    adsv.VISITNUM as visitnum,
    if(grouping(adsv.VISITNUM) = 1, 'Every visit', any_value(adsv.VISIT)) as visit,
    count(*) filter (adsv.STATUS in ('done', 'early', 'late', 'missed', 'overdue')) as n_expected,
    count(*) filter (adsv.STATUS = 'done') as n_in_window,
    count(*) filter (adsv.STATUS = 'early') as n_early,
    count(*) filter (adsv.STATUS = 'late') as n_late,
    count(*) filter (adsv.STATUS = 'missed') as n_missed,
    count(*) filter (adsv.STATUS = 'overdue') as n_overdue,
    count(*) filter (adsv.STATUS = 'due') as n_open,
from population
join adsv using (USUBJID)
where adsv.STATUS in ('done', 'early', 'late', 'missed', 'overdue', 'due')
group by grouping sets ((strata, adsv.VISITNUM), (strata))
order by strata, grouping(adsv.VISITNUM) desc, adsv.VISITNUM
