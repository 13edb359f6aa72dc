-- One row per scan of the subject with a target measured: their sum, beside its baseline and the smallest sum before it.
-- room: records
select
    ADT as date,
    ADY as day,
    VISIT as visit,
    AVAL as sum,
    MEASURED as measured,
    N_TARGET as n_target,
    N_MEASURED as n_measured,
    BASE as base,
    NADIR as nadir,
    PCHG as pchg,
    PCHGNAD as pchgnad,
    TRGRESP as response,
from adtrsum
where MEASURED is not null
order by date
