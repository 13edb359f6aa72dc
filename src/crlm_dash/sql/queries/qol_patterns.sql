-- One row per group and way in which forms after baseline are missing: subjects, and their last change on one scale.
-- room: outcomes
-- The first of these that holds: died or withdrew before a visit that was due; stopped (the last form expected is missing);
-- gaps (a form is missing, a later one is there); every form; nothing due yet. Death and withdrawal are as in `adqolvis`. No mean of fewer than 5.
with forms as (
    select
        USUBJID, bool_or(STATUS = 'dead') as died, bool_or(STATUS = 'withdrawn') as withdrew,
        max(DAY) filter (STATUS in ('received', 'outside window')) as answered,
        max(DAY) filter (STATUS in ('not given', 'unknown')) as missed,
    from adqolvis
    where PARCAT1 = $questionnaire and DAY > 1
    group by USUBJID
),

lasts as (
    select USUBJID, arg_max(CHG, VISITNUM) as CHG
    from adqol
    where PARAMCD = $scale and ANL01FL = 'Y' and CHG is not null
    group by USUBJID
)

select
    coalesce(population.STRATA, '(missing)') as strata,
    case
        when forms.died then 'died'
        when forms.withdrew then 'withdrew'
        when forms.missed > coalesce(forms.answered, 0) then 'stopped'
        when forms.missed is not null then 'gaps'
        when forms.answered is not null then 'every form'
        else 'nothing due'
    end as pattern,
    count(*) as n,
    count(lasts.CHG) as n_change,
    if(count(lasts.CHG) >= 5, avg(lasts.CHG), null) as mean_change,
from population
left join forms using (USUBJID)
left join lasts using (USUBJID)
group by all
order by strata, pattern
