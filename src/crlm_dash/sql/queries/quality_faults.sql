-- One row per fault found in the source, the worst first.
-- room: quality
select
    SEVERITY as severity,
    DOMAIN as domain,
    FILE as file,
    ROW as row,
    USUBJID,
    COLUMN_NAME as "column",
    RULE as rule,
    VALUE as value,
    MESSAGE as message,
from faults
order by array_position(['fatal', 'error', 'warning'], faults.SEVERITY), domain, rule, file, row
limit $row_limit
