-- One row per end of screening before enrolment, first criterion the site recorded, and set of criteria not met.
-- room: counts
-- n_complete: of whom no criterion is unknown.
select
    elsum.OUTCOME as outcome,
    split_part(coalesce(elsum.REC_NOT_MET, ''), ' ', 1) as recorded,
    coalesce(elsum.NOT_MET, '') as not_met,
    count(*) as n,
    count(*) filter (coalesce(elsum.UNKNOWN, '') = '') as n_complete,
from population
join elsum using (USUBJID)
where elsum.OUTCOME <> 'enrolled'
group by all
order by all
