-- One row per group and cause: subjects of the population who died.
-- room: outcomes
select
    coalesce(population.STRATA, '(missing)') as strata,
    coalesce(adsl.DTHCAUS, '(cause not recorded)') as cause,
    count(*) as n,
from population
join adsl using (USUBJID)
where adsl.DTHFL = 'Y' or adsl.DTHDT is not null
group by all
order by strata, n desc, cause
