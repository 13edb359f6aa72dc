-- One row per subject of the viewer's sites among $subjects: who stands behind a mark.
-- room: listing
select adlbpeak.SUBJKEY as subject, adlbpeak.USUBJID, adsl.SITEID
from adlbpeak
join population using (USUBJID)
join adsl using (USUBJID)
where list_contains($subjects, adlbpeak.SUBJKEY)
order by adlbpeak.SUBJKEY
