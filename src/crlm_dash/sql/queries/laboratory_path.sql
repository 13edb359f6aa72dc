-- One row per value of the subject's liver tests, by study day.
-- room: records
select
    lbtests.TESTCD as test,
    lbtests.LABEL as label,
    adlb.ADY as day,
    adlb.AVAL as value,
    adlb.AVALU as unit,
    adlb.R2A1HI as uln,
    adlb.R2BASE as baseline,
    adlb.ATOXGRH as grade,
    coalesce(adlb.ABLFL = 'Y', false) as is_baseline,
from adlb
join lbtests on lbtests.PARAMCD = adlb.PARAMCD and lbtests.DIRECTION = 'H'
where lbtests.TESTCD in ('ALT', 'AST', 'BILI', 'ALP') and adlb.AVAL is not null and adlb.ADY is not null
order by lbtests.ORD, adlb.ADY
