-- One row per dated thing of the subject.
-- room: records
select
    LANE as lane,
    ASTDT as start,
    AENDT as end,
    ASTDY as start_day,
    AENDY as end_day,
    LABEL as label,
    DETAIL as detail,
    GRADE as grade,
    SERIOUS as serious,
    RELATED as related,
    OUTCOME as outcome,
    CODE as code,
    VALUE as value,
    UNIT as unit,
    LOW as low,
    HIGH as high,
    ONGOING as ongoing,
    DATEFL as precision,
    AENDTF as end_precision,
    nullif(concat_ws(' ', SRCDOM, cast(SRCSEQ as bigint)), '') as source,
from adtl
order by start, end_day, lane, label, code
