-- One row per quality-of-life scale and form of the subject, with the trial's median at that visit.
-- room: records
-- STEP: the points by which one answer higher moves the score: 33.3 on a scale of one item, on which nothing less exists; 1 of a level.
select
    q.PARCAT1 as questionnaire,
    q.PARAMCD as scale,
    s.PARAM as label,
    s.SCALING as scaling,
    s.BETTER as better,
    s.WORST as worst,
    s.BEST as best,
    coalesce(abs(s.BEST - s.WORST) / nullif(len(s.ITEMS) * (s.HIGH - s.LOW), 0), 0) as step,
    q.ADT as date,
    q.ADY as day,
    q.VISIT as visit,
    q.AVAL as score,
    coalesce(q.ABLFL = 'Y', false) as is_baseline,
    coalesce(q.APOBLFL = 'Y', false) as after,
    q.BASE as base,
    q.CHG as change,
    if(q.ANL01FL = 'Y', m.MEDIAN, null) as median,
    if(q.ANL01FL = 'Y', m.N, null) as n_median,
from adqol q
join qlscales s on s.PARAMCD = q.PARAMCD
left join qlmedians m on m.PARAMCD = q.PARAMCD and m.VISITNUM = q.VISITNUM
order by s.ORD, q.ADT nulls first
