-- One row per criterion of the subject: by the data, with the evidence, and as the site recorded it.
-- room: records
select
    CRITERION as criterion,
    lower(IECAT) as type,
    RESULT as result,
    VALUE as value,
    UNIT as unit,
    LIMIT_TEXT as limit_text,
    DT as date,
    DAYS_BEFORE as days_before,
    nullif(concat_ws(' ', SRCDOM, SRCSEQ), '') as source,
    RECORDED as recorded,
    RECDT as recorded_on,
from adel
order by ORD, CRITERION
