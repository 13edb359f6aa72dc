-- One row per group and what became of participation: enrolled patients, with how many began treatment.
-- room: outcomes
-- Who has died is counted as that, whatever ended the participation. analysed: at risk for the endpoint at any time.
select
    coalesce(population.STRATA, '(missing)') as strata,
    case
        when adsl.DTHFL = 'Y' then 'DEATH'
        when adsl.EOSSTT = 'DISCONTINUED' then coalesce(adsl.DCSREAS, 'NOT RECORDED')
        else coalesce(adsl.EOSSTT, 'ONGOING')
    end as became,
    count(*) as n,
    count(*) filter (adsl.SAFFL = 'Y') as n_treated,
    count(*) filter (
        adsl.USUBJID in (
            select USUBJID from adtte where PARAMCD = $endpoint and AVAL > coalesce(ENTRY, 0)
        )
    ) as n_analysed,
from population
join adsl using (USUBJID)
group by all
order by all
