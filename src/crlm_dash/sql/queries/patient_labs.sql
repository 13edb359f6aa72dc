-- One row per laboratory test and date of the subject.
-- room: records
select
    PARAMCD as paramcd,
    PARAM as param,
    ADT as date,
    ADY as day,
    AVAL as value,
    AVALU as unit,
    A1LO as low,
    A1HI as high,
from adlb
where AVAL is not null
order by paramcd, date
