-- One row: whether the subject is eligible by the data, and what is not met or missing.
-- room: records
select
    VERDICT as verdict,
    OUTCOME as outcome,
    NOT_MET as not_met,
    UNKNOWN as unknown,
    REC_NOT_MET as recorded_not_met,
    MISSING as missing,
from elsum
