-- One row per endpoint (PARAMCD) delivered or derived for the population.
-- room: outcomes
select
    adtte.PARAMCD,
    min(adtte.PARAM) as PARAM,
    count(distinct adtte.USUBJID) as n,
from population
join adtte using (USUBJID)
where adtte.AVAL is not null
group by adtte.PARAMCD
order by adtte.PARAMCD
