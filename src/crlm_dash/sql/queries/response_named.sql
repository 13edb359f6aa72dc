-- One row per subject of the viewer's sites among $subjects: who stands behind a mark.
-- room: listing
select adbor.SUBJKEY as subject, adbor.USUBJID, adsl.SITEID
from adbor
join population using (USUBJID)
join adsl using (USUBJID)
where list_contains($subjects, adbor.SUBJKEY)
order by adbor.SUBJKEY
