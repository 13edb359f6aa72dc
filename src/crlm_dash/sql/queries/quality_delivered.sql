-- One row per dataset of the contract or the source.
-- room: quality
select
    name as dataset,
    files,
    n_rows,
from delivered
order by dataset
