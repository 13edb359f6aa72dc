-- One row per group, best overall response by the reader, and best overall response by the diameters: subjects.
-- room: outcomes
-- 'none': scanned after baseline, but no response is given; 'no scan': no scan after baseline.
select
    coalesce(population.STRATA, '(missing)') as strata,
    if(coalesce(adbor.N_SCANS, 0) = 0, 'no scan', coalesce(adbor.BOR, 'none')) as assessed,
    if(coalesce(adbor.N_SCANS, 0) = 0, 'no scan', coalesce(adbor.BORCALC, 'none')) as calculated,
    count(*) as n,
    count(adbor.BESTPCHG) as n_changes,
    coalesce(sum(adbor.N_BOTH), 0)::bigint as n_both,
    coalesce(sum(adbor.N_DIFFER), 0)::bigint as n_differ,
from population
left join adbor using (USUBJID)
group by all
order by all
