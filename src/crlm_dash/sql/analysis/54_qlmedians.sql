-- One row per quality-of-life scale and planned visit: the median score of everyone enrolled who answered.
--
-- All arms and sites together, beside which a single patient's profile is set. A median of fewer than five is not there:
-- it would be nearly their own answers.

create or replace table qlmedians as
select q.PARAMCD, q.VISITNUM, count(*) as N, median(q.AVAL) as MEDIAN
from adqol q
join adsl a using (SUBJKEY)
where q.ANL01FL = 'Y' and a.ENRLFL = 'Y'
group by q.PARAMCD, q.VISITNUM
having count(*) >= 5
order by q.PARAMCD, q.VISITNUM;
