-- One row per group, planned visit, and what became of the form of one questionnaire: subjects.
-- room: outcomes
select
    coalesce(population.STRATA, '(missing)') as strata,
    adqolvis.VISITNUM as visitnum,
    any_value(adqolvis.VISIT) as visit,
    any_value(adqolvis.DAY) as day,
    adqolvis.STATUS as status,
    coalesce(adqolvis.REASON, '') as reason,
    count(*) as n,
from population
join adqolvis using (USUBJID)
where adqolvis.PARCAT1 = $questionnaire
group by strata, visitnum, status, adqolvis.REASON
order by strata, visitnum, status, reason
