-- One row per administration of systemic therapy or local procedure of the subject, by day.
-- room: records
select
    EXCAT as kind,
    TRT as treatment,
    MODALITY as modality,
    LINE as line,
    ASTDT as start,
    ASTDTF as precision,
from adex
where ASTDT is not null
order by ASTDT, EXCAT, TRT
