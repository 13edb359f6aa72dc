-- One row per group and quarter of a year since enrolment: median and quartiles of the change of the targets' sum.
-- room: outcomes
-- Of each subject the last scan of the quarter, up to the first progression. Quarters without five subjects are left out.
with changes as (
    select
        USUBJID, coalesce(population.STRATA, '(missing)') as strata,
        cast(greatest(round(adtrsum.ADY / 91.3125), 0) as integer) as quarter,
        arg_max(adtrsum.PCHG, adtrsum.ADY) as change,
    from population
    join adbor using (USUBJID)
    join adtrsum using (USUBJID)
    where adtrsum.PCHG is not null
        and adtrsum.ADY <= coalesce(if($assessed, coalesce(adbor.PDDY, adbor.PDCALCDY), adbor.PDCALCDY), adtrsum.ADY)
    group by all
)

select
    strata,
    quarter * 3 as month,
    count(*) as n,
    quantile_cont(change, 0.25) as q1,
    quantile_cont(change, 0.5) as median,
    quantile_cont(change, 0.75) as q3,
from changes
group by all
having n >= 5
order by all
