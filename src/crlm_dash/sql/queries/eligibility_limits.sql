-- One row per limit that could be moved.
-- room: counts
select
    LIMIT_ID as id, CRITERION as criterion, PLACE as place, FACT as fact, LABEL as label, OPERATOR as operator,
    LIMIT_VALUE as value, UNIT as unit,
from limits
order by LIMIT_ID
