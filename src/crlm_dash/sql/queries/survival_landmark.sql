-- One row per group, time since the landmark and censoring code of one endpoint: a number of subjects.
-- room: received
-- Who is at risk at the landmark is grouped by what had been received by then and followed from there; the clock
-- starts again. So nobody's group depends on what came after time zero (Anderson, Cain & Gelber, J Clin Oncol 1983).
select
    if(adtte.SWITCH <= $landmark, 'received', 'not received') as strata,
    adtte.AVAL - $landmark as time,
    0.0 as entry,
    adtte.CNSR as cnsr,
    count(*) as n,
from population
join adtte using (USUBJID)
where adtte.PARAMCD = $endpoint and adtte.ENTRY <= $landmark and adtte.AVAL > $landmark
group by all
order by all
