-- One row per group: treatment-emergent records of each kind whose terms are not withheld.
-- room: outcomes
-- What is withheld is counted for all arms together only; the events of an arm without it give it by no subtraction.
select
    coalesce(population.STRATA, '(missing)') as strata,
    count(*) as any_events,
    count(*) filter (AEGRADE >= 3) as severe_events,
    count(*) filter (AESER = 'Y') as serious_events,
    count(*) filter (RELFL = 'Y') as related_events,
    count(*) filter (DISCFL = 'Y') as stopped_events,
    count(*) filter (FATALFL = 'Y') as fatal_events,
from population
join adae using (USUBJID)
where adae.TRTEMFL = 'Y' and adae.AEBODSYS is distinct from $withheld
group by all
order by strata
