-- One row per planned visit (VISITNUM) of TV; of two visits with one name the first.
with visits as (
    select
        VISITNUM,
        coalesce(min_by(VISIT, _row), 'Visit ' || number_text(VISITNUM)) as VISIT,
        cast(min_by(VISITDY, _row) as integer) as VISITDY,
    from staging.tv
    group by VISITNUM
)

select
    VISITNUM,
    VISIT,
    VISITDY,
from visits
qualify row_number() over (partition by lower(VISIT) order by VISITNUM) = 1
order by VISITNUM;
