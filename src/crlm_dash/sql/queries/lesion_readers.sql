-- One row per reader of the subject's scans: how many lesions he recorded, and whether his reading is the one analysed.
-- room: records
select
    coalesce(EVALID, EVAL, '') as reader,
    count(distinct LESION) as n_lesions,
    coalesce(max(ANL01FL) = 'Y', false) as analysed,
from adtr
group by all
order by analysed desc, reader
