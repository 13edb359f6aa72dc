-- One row per subject with a change of the targets' sum: the best one, the largest growth first.
-- room: outcomes
select
    USUBJID as subject,
    coalesce(population.STRATA, '(missing)') as strata,
    adbor.BESTPCHG as change,
    adbor.BESTDY as day,
    coalesce(if($assessed, adbor.BOR, adbor.BORCALC), 'none') as response,
from population
join adbor using (USUBJID)
where adbor.BESTPCHG is not null
order by change desc, response, subject
