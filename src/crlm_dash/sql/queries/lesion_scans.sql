-- One row per scan of the subject: the targets' sum, its change, and the response from it and as the reader gave it.
-- room: records
select
    SCANNO as scan,
    ADT as date,
    AENDT as last_date,
    coalesce(ADTF, '') as precision,
    ADY as day,
    VISIT as visit,
    coalesce(ABLFL = 'Y', false) as is_baseline,
    N_TARGET as n_target,
    N_MEASURED as n_measured,
    MEASURED as measured,
    AVAL as sum,
    PCHG as percent_baseline,
    NADIR as nadir,
    PCHGNAD as percent_nadir,
    CHGNAD as change_nadir,
    N_NEW_NOW as n_new,
    N_NEW as n_new_so_far,
    TRGRESP as target_response,
    NTRGRESP as nontarget_response,
    OVRCALC as calculated,
    OVRLRESP as assessed,
from adtrsum
order by SCANNO
