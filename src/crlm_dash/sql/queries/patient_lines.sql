-- One row: how many lines of systemic therapy the subject had before the trial, and since.
-- room: records
select
    count(distinct coalesce(cast(LINE as varchar), TRT)) filter (where PHASE = 'PRIOR') as before,
    count(distinct (PHASE, coalesce(cast(LINE as varchar), TRT))) filter (where PHASE <> 'PRIOR') as since,
from adex
where EXCAT = 'SYSTEMIC'
