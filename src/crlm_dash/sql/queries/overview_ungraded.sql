-- One row: treatment-emergent adverse events without a grade.
-- room: outcomes
select coalesce(sum(adaesum.N_NO_GRADE), 0)::bigint as n
from population
join adaesum using (USUBJID)
