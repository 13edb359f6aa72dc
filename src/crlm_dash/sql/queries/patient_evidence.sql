-- One row per criterion of the subject and fact its rule uses: the record the value was read from.
-- room: records
select
    CRITERION as criterion,
    DESCRIPTION as fact,
    VALUE as value,
    UNIT as unit,
    DT as date,
    DAYS_BEFORE as days_before,
    nullif(concat_ws(' ', SRCDOM, SRCSEQ), '') as source,
from elevidence
order by ORD, FACT_ORD
