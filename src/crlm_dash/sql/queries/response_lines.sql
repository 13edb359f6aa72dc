-- One row per subject with a change of the targets' sum and scan, from the baseline to the first progression.
-- room: outcomes
select
    USUBJID as subject,
    coalesce(population.STRATA, '(missing)') as strata,
    adtrsum.ADY as day,
    if(adtrsum.ABLFL = 'Y', 0, adtrsum.PCHG) as change,
    adtrsum.AVAL as sum,
    coalesce(if($assessed, adbor.BOR, adbor.BORCALC), 'none') as response,
from population
join adbor using (USUBJID)
join adtrsum using (USUBJID)
where adbor.BESTPCHG is not null
    and (adtrsum.ABLFL = 'Y' or adtrsum.PCHG is not null)
    and adtrsum.ADY <= coalesce(if($assessed, coalesce(adbor.PDDY, adbor.PDCALCDY), adbor.PDCALCDY), adtrsum.ADY)
order by subject, day
