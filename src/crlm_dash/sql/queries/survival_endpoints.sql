-- One row per endpoint (PARAMCD) delivered or derived for the population; adtte holds a subject and endpoint once.
-- room: outcomes
select
    adtte.PARAMCD,
    any_value(adtte.PARAM) as PARAM,
    count(*) as n,
from population
join adtte using (USUBJID)
where adtte.AVAL is not null
group by adtte.PARAMCD
order by adtte.PARAMCD
