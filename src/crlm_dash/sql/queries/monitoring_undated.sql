-- One row: patients with a local procedure of which the day is not known, and those of them without any other.
-- room: procedures
select
    count(distinct admodal.USUBJID) as n_undated,
    count(distinct admodal.USUBJID) filter (admodal.USUBJID not in (select USUBJID from adproc)) as n_only_undated,
from population
join admodal using (USUBJID)
where admodal.MODALITY <> 'SYSTEMIC' and admodal.N_UNDATED > 0
