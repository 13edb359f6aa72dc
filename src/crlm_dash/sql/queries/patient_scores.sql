-- One row per form of the subject with a global health status (QLQ-C30, scale QL).
-- room: records
select
    ADT as date,
    ADY as day,
    AVAL as score,
from adqol
where PARAMCD = 'QL' and AVAL is not null
order by date
