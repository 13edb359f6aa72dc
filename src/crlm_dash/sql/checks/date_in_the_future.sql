-- One row if the latest date of the data, which became the cut-off, lies in the future.

select
    'warning' as SEVERITY, cast(null as varchar) as DOMAIN, cast(null as varchar) as FILE, cast(null as bigint) as ROW,
    cast(null as varchar) as USUBJID, cast(null as varchar) as COLUMN_NAME, 'date in the future' as RULE,
    cast(cutoff() as varchar) as VALUE,
    'The latest date in the data, ' || cutoff() || ', lies in the future and became the cut-off; state the cut-off if a '
        || 'date is mistyped' as MESSAGE
from protocol_values
where not CUTOFF_STATED and cutoff() > current_date;
