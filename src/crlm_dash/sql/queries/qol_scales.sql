-- One row per scale of which this trial has a score, in their order.
-- room: outcomes
select PARCAT1, PARAMCD, PARAM, SCALING, BETTER, WORST, BEST
from qlscales
where USEDFL = 'Y'
order by ORD
