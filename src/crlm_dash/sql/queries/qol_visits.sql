-- One row per group and planned visit of one scale: answers, changes from baseline, and how many got better or worse.
-- room: outcomes
-- $sign is 1 where higher values are better, else -1; better and worse are by $points or more.
select
    coalesce(population.STRATA, '(missing)') as strata,
    adqol.VISITNUM as visitnum,
    count(*) as n,
    avg(adqol.AVAL) as mean,
    stddev_samp(adqol.AVAL) as sd,
    count(adqol.CHG) as n_change,
    avg(adqol.CHG) as mean_change,
    stddev_samp(adqol.CHG) as sd_change,
    count(*) filter ($sign * adqol.CHG >= $points - 1e-9) as better,
    count(*) filter ($sign * adqol.CHG <= 1e-9 - $points) as worse,
    count(*) filter (adqol.INWINFL = 'N') as n_outside,
from population
join adqol using (USUBJID)
where adqol.PARAMCD = $scale and adqol.ANL01FL = 'Y'
group by all
order by strata, visitnum
