-- One row per subject and graded laboratory test (lbtests) with a value: the baseline, and the worst after it.
--
-- Worst and peak are of values after baseline, at any time. N_POST counts those values, N_GRADED those with a grade (in
-- either direction), N_ULN and N_RELATED those that have an upper limit of normal, or a baseline in the same unit.
-- NOBASE says why there is no baseline that later values can be related to. Day 1 is enrolment (treatment start where
-- there is no enrolment date).

create or replace table adlbsum as
select
    SUBJKEY, USUBJID, PARAMCD,
    any_value(BNRIND) as BNRIND, any_value(BTOXGRL) as BTOXGRL, any_value(BTOXGRH) as BTOXGRH,
    cast(count(AVAL) filter (APOBLFL = 'Y') as integer) as N_POST,
    cast(count(coalesce(ATOXGRL, ATOXGRH)) filter (APOBLFL = 'Y') as integer) as N_GRADED,
    cast(count(R2A1HI) filter (APOBLFL = 'Y') as integer) as N_ULN,
    cast(count(R2BASE) filter (APOBLFL = 'Y') as integer) as N_RELATED,
    max(ATOXGRL) filter (APOBLFL = 'Y') as WTOXGRL,
    max(ATOXGRH) filter (APOBLFL = 'Y') as WTOXGRH,
    max(R2A1HI) filter (APOBLFL = 'Y') as PEAKULN,
    max(R2BASE) filter (APOBLFL = 'Y') as PEAKBASE,
    case
        when count(BASE) = 0 and count(*) filter (ABLFL = 'Y') = 0 then
            if(count(ADT) = 0, 'no value has a date', 'no value on or before day 1')
        when count(AVAL) filter (APOBLFL = 'Y') = 0 then null
        when count(BASE) filter (APOBLFL = 'Y') = 0 then 'the value before is in another unit'
        when max(BASE) filter (APOBLFL = 'Y') <= 0 then 'the value before is zero'
    end as NOBASE
from adlb
where AVAL is not null and PARAMCD in (select PARAMCD from lbtests)
group by SUBJKEY, USUBJID, PARAMCD
order by SUBJKEY, PARAMCD;
