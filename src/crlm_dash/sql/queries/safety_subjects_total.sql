-- One row: how many subjects of all sites had a treatment-emergent event of a class and term, and how many events.
-- room: outcomes
select
    count(distinct USUBJID) as n_subjects,
    count(*) as n_events,
from population
join adae using (USUBJID)
where adae.TRTEMFL = 'Y'
    and ($soc = '' or coalesce(adae.AEBODSYS, '(not coded)') = $soc)
    and ($term = '' or coalesce(adae.AEDECOD, adae.AETERM, '(not coded)') = $term)
    and coalesce(adae.AEGRADE, 0) >= $least_grade
