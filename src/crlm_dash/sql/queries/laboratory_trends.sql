-- One row per group and month since enrolment (0: baseline) of one test: median and quartiles, as measured and × ULN.
-- room: outcomes
select
    coalesce(population.STRATA, '(missing)') as strata,
    adlbtrend.AWTARGET as month,
    any_value(adlbtrend.AVALU) as unit,
    count(*) as n,
    quantile_cont(adlbtrend.AVAL, [0.25, 0.5, 0.75]) as measured,
    count(adlbtrend.R2A1HI) as n_uln,
    quantile_cont(adlbtrend.R2A1HI, [0.25, 0.5, 0.75]) as related,
from population
join adlbtrend using (USUBJID)
where adlbtrend.PARAMCD = $paramcd
group by all
order by all
