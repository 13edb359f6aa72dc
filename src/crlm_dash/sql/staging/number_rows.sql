-- One row per record of a CSV file (raw_table), numbered as in the file: a line that was set aside counts.
update raw_table
set _row = _row + shift.n
from (
    select
        kept._row as kept_row,
        count(*) as n,
    from raw_table as kept
    inner join (
        select line - row_number() over (order by line) as first_after,
        from (select distinct line from reject_errors)
    ) as lost
        on kept._row >= lost.first_after
    group by kept._row
) as shift
where raw_table._row = shift.kept_row;
