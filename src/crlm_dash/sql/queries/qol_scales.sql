-- One row per scale of the questionnaires that this trial uses, in their order.
-- room: outcomes
select PARCAT1, PARAMCD, PARAM, SCALING, BETTER, WORST, BEST
from qlscales
where PARCAT1 in (select PARCAT1 from adqolvis) and PARAMCD in (select PARAMCD from adqol)
order by ORD
