-- One row per dated local procedure of the subject, with the place it was done at as the site wrote it.
-- room: records
select
    ASTDT as date,
    coalesce(ASTDTF, '') as precision,
    ASTDY as day,
    AENDT as end_date,
    MODALITY as modality,
    PLACE as place,
    PHASE as phase,
    DETAIL as detail,
from adex
where EXCAT = 'LOCAL' and ASTDT is not null
order by ASTDT, MODALITY, PLACE
