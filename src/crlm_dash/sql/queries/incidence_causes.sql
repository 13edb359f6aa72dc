-- One row per cause of one endpoint that happened: what the data call it, most often.
-- room: outcomes
select
    adtte.CAUSE as cause,
    mode(adtte.EVNTDESC) as label,
from population
join adtte using (USUBJID)
where adtte.PARAMCD = $endpoint and adtte.CAUSE > 0
group by adtte.CAUSE
order by adtte.CAUSE
