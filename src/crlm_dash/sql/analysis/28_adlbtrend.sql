-- One row per graded laboratory test, subject and month: the value that stands for that month since enrolment.
--
-- AWTARGET: 0 is the baseline, the others are months since enrolment (treatment start where there is no enrolment date).
-- Of several values after baseline that are nearest to one month it is the nearest to it, then the later. A value in
-- another unit than most of its test's stands for none. Days nearest to a month reach to the middle of the way to the
-- next.

create or replace temp macro month_near(days) as
    case
        when days is null or days < 1 then null
        when days <= 45 then 1 when days <= 76 then 2 when days <= 137 then 3 when days <= 228 then 6
        when days <= 320 then 9 when days <= 456 then 12 when days <= 639 then 18 when days <= 913 then 24
        when days <= 1278 then 36 when days <= 1643 then 48 when days <= 2009 then 60
    end;

create or replace table adlbtrend as
with placed as (
    select
        a.SUBJKEY, a.USUBJID, a.PARAMCD, a.AVAL, a.AVALU, a.R2A1HI, a.SRCSEQ, a.ADT - coalesce(o.ENRLDT, o.TRTSDT) as DAYS,
        cast(if(a.ABLFL = 'Y', 0, month_near(a.ADT - coalesce(o.ENRLDT, o.TRTSDT))) as tinyint) as AWTARGET
    from adlb a
    join origins o using (SUBJKEY)
    join lab_limits l on l.PARAMCD = a.PARAMCD and l.AVALU is not distinct from a.AVALU
    where l.USUAL and a.AVAL is not null and coalesce(a.ABLFL, a.APOBLFL) = 'Y'
        and a.PARAMCD in (select PARAMCD from lbtests)
)

select SUBJKEY, USUBJID, PARAMCD, AWTARGET, AVAL, AVALU, R2A1HI
from placed
where AWTARGET is not null
qualify row_number() over (
    partition by SUBJKEY, PARAMCD, AWTARGET
    order by abs(DAYS - AWTARGET * 30.4375), DAYS desc, SRCSEQ desc
) = 1
order by PARAMCD, AWTARGET, SUBJKEY;
