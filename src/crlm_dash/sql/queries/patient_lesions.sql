-- One row per lesion and assessment date of the subject, by the reader used for analysis.
-- room: records
select
    LESION as lesion,
    ORGAN as organ,
    SEGMENT as segment,
    ROLE as role,
    ADT as date,
    ADY as day,
    AVAL as diameter,
from adtr
where ANL01FL = 'Y'
order by lesion, date
