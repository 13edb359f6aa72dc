-- One row per subject with a record of an adverse event: how many records of each kind.
--
-- The safety overview counts subjects and records by these numbers; who has no row had no adverse event recorded.
-- N_RECORDS and N_SERIOUS_RECORDS count at any time, all others but N_NOT_EMERGENT and N_…_KNOWN the treatment-emergent.
-- "Known" says that the source answers the question at all: where nobody's record does, zero would read as none.

create or replace table adaesum as
select
    SUBJKEY,
    USUBJID,
    cast(count(*) as integer) as N_RECORDS,
    cast(count(*) filter (AESER = 'Y') as integer) as N_SERIOUS_RECORDS,
    cast(count(*) filter (TRTEMFL = 'Y') as integer) as N_ANY,
    cast(count(*) filter (TRTEMFL = 'Y' and AEGRADE >= 3) as integer) as N_SEVERE,
    cast(count(*) filter (TRTEMFL = 'Y' and AESER = 'Y') as integer) as N_SERIOUS,
    cast(count(*) filter (TRTEMFL = 'Y' and RELFL = 'Y') as integer) as N_RELATED,
    cast(count(*) filter (TRTEMFL = 'Y' and DISCFL = 'Y') as integer) as N_STOPPED,
    cast(count(*) filter (TRTEMFL = 'Y' and FATALFL = 'Y') as integer) as N_FATAL,
    cast(count(*) filter (TRTEMFL = 'Y' and AEGRADE is null) as integer) as N_NO_GRADE,
    cast(count(*) filter (TRTEMFL = 'Y' and GRADESRC = 'AESEV') as integer) as N_AESEV,
    cast(count(*) filter (TRTEMFL is distinct from 'Y') as integer) as N_NOT_EMERGENT,
    cast(count(*) filter (AESER is not null) as integer) as N_SERIOUS_KNOWN,
    cast(count(*) filter (AEREL is not null or RELFL = 'Y') as integer) as N_RELATED_KNOWN,
    cast(count(*) filter (AEACN is not null or DISCFL = 'Y') as integer) as N_STOPPED_KNOWN,
from adae
group by SUBJKEY, USUBJID
order by SUBJKEY;
