-- One row per group, time in days since enrolment and what came first (1 worse, 2 death, 0 neither): subjects.
-- room: outcomes
-- Worse: the first form after enrolment that is worse than the baseline by $points; with $definitive the first one after
-- which no form is better than that. Death competes unless a form that was expected after the last one is missing: then
-- the patient is followed up to that last form, as who is alive is. Without a form after enrolment that is day 1. Only who
-- has a baseline counts.
with forms as (
    select
        USUBJID, ADT, APOBLFL = 'Y' as after, coalesce(APOBLFL = 'Y' and $sign * CHG <= 1e-9 - $points, false) as is_worse
    from adqol
    where PARAMCD = $scale and (APOBLFL = 'Y' or ABLFL = 'Y') and BASE is not null
),

ends as (
    select
        USUBJID, max(ADT) filter (after) as seen,
        if($definitive, max(ADT) filter (after and not is_worse), null) as last_better,
    from forms
    group by USUBJID
),

followed as (
    select
        e.USUBJID, any_value(e.seen) as seen,
        min(f.ADT) filter (f.is_worse and (e.last_better is null or f.ADT > e.last_better)) as worse,
    from ends e
    join forms f using (USUBJID)
    group by e.USUBJID
),

gone as (
    select USUBJID, max(DAY) as missed
    from adqolvis
    where PARCAT1 = $questionnaire and STATUS in ('not given', 'withdrawn', 'unknown')
    group by USUBJID
),

firsts as (
    select
        coalesce(population.STRATA, '(missing)') as strata, f.worse - a.ENRLDT + 1 as worse_day,
        coalesce(f.seen - a.ENRLDT + 1, 1) as seen_day,
        if(coalesce(g.missed > coalesce(f.seen - a.ENRLDT + 1, 1), false), null, a.DTHDT - a.ENRLDT + 1) as death_day,
    from population
    join adsl a using (USUBJID)
    join followed f using (USUBJID)
    left join gone g using (USUBJID)
    where a.ENRLDT is not null
)

select
    strata,
    cast(greatest(coalesce(worse_day, death_day, seen_day), 1) as double) as time,
    0.0 as entry,
    case when worse_day is not null then 1 when death_day is not null then 2 else 0 end as event,
    count(*) as n,
from firsts
group by all
order by all
