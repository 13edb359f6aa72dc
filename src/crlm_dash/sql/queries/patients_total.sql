-- One row: how many screened subjects of the viewer's sites there are.
-- room: listing
select count(*) as n
from population
