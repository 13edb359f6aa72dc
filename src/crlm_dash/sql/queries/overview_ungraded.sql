-- One row: treatment-emergent adverse events without a grade.
-- room: outcomes
select count(*) as n
from population
join adae using (USUBJID)
where adae.TRTEMFL = 'Y' and adae.AEGRADE is null
