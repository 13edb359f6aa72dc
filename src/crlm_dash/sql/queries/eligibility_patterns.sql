-- One row per outcome, verdict and set of criteria not met: a number of screened subjects.
-- room: counts
-- From the data or as the sites recorded it ($basis). The counts any, first and sole of each criterion are read off
-- these sets, in which criteria stand in the protocol's order. n_complete: of whom no criterion is unknown.
select
    elsum.OUTCOME as outcome,
    elsum.VERDICT as verdict,
    if($basis = 'data', elsum.NOT_MET, elsum.REC_NOT_MET) as reasons,
    count(*) as n,
    count(*) filter ($basis <> 'data' or elsum.UNKNOWN = '') as n_complete,
from population
join elsum using (USUBJID)
group by all
order by all
