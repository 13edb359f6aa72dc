-- One row: planned visits of everyone enrolled that should have taken place and did not.
-- room: outcomes
select
    coalesce(sum(N_MISSED + N_OVERDUE), 0)::bigint as n_visits,
    count(*) as n_subjects,
from population
join adsvsum using (USUBJID)
where N_MISSED + N_OVERDUE > 0
