-- One row: planned visits of everyone enrolled that should have taken place and did not.
-- room: outcomes
select
    count(*) as n_visits,
    count(distinct adsv.USUBJID) as n_subjects,
from population
join adsv using (USUBJID)
where adsv.STATUS in ('missed', 'overdue')
