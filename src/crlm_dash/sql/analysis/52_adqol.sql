-- One row per subject, quality-of-life scale and date of a form: its score, from the answers or as delivered.
--
-- A scale is scored when at least half of its items are answered; an answer that is not one of the possible ones is taken
-- for missing (and is a fault). What is dated on one day is one form, called as its first record is; of an item answered
-- twice on it the later record counts. A delivered score is never recomputed. Ours are rounded to 1e-10, so that a change of 10 is 10. The summary score needs all 13 of its scales.
-- ABLFL marks the baseline: the last score on or before enrolment (treatment start where there is no enrolment date).
-- The index of EQ-5D-5L is of the five levels together, all of which are needed.
-- APOBLFL is what is after enrolment. VISITNUM is the planned visit with questionnaires whose planned day is nearest,
-- no farther than half way to the next one; INWINFL 'Y' in the protocol's window. ANL01FL marks the score that stands for
-- its visit: in the window first, then nearest, then the later; before enrolment it is the baseline.

create or replace temp table qlscored as
with renamed as (
    select SUBJKEY, FORM, ADT, arg_min(VISIT, coalesce(SRCSEQ, 0)) as VISIT
    from qlanswers
    where ADT is not null
    group by SUBJKEY, FORM, ADT
    having min(coalesce(VISIT, '')) <> max(coalesce(VISIT, ''))
),

formed as (
    select a.* replace (coalesce(r.VISIT, a.VISIT) as VISIT)
    from qlanswers a
    left join renamed r on r.SUBJKEY = a.SUBJKEY and r.FORM = a.FORM and r.ADT = a.ADT
),

answered as (
    select
        SUBJKEY, USUBJID, FORM, ITEM, SCALE, ADT, VISIT, max(ADY) as ADY, arg_max(AVAL, coalesce(SRCSEQ, 0)) as AVAL
    from formed
    group by SUBJKEY, USUBJID, FORM, ITEM, SCALE, ADT, VISIT
),

means as (
    select
        a.SUBJKEY, a.USUBJID, a.FORM, i.PARAMCD, a.ADT, a.VISIT, max(a.ADY) as ADY, avg(a.AVAL) as MEAN,
        any_value(i.SCALING) as SCALING, any_value(i.LOW) as LOW, any_value(i.HIGH) as HIGH,
        2 * count(*) >= any_value(i.N_ITEMS) as ENOUGH
    from answered a
    join qlitems i on i.PARCAT1 = a.FORM and i.ITEM = a.ITEM
    where a.AVAL between i.LOW and i.HIGH and (a.AVAL = floor(a.AVAL) or i.HIGH = 100)
    group by a.SUBJKEY, a.USUBJID, a.FORM, i.PARAMCD, a.ADT, a.VISIT
),

scales as (
    select
        SUBJKEY, USUBJID, FORM, PARAMCD, ADT, VISIT, ADY, 'scored' as SCORESRC,
        case SCALING
            when 'level' then MEAN
            when 'function' then round(100 * (1 - (MEAN - LOW) / (HIGH - LOW)), 10)
            else round(100 * (MEAN - LOW) / (HIGH - LOW), 10)
        end as AVAL
    from means
    where ENOUGH
    union all
    select a.SUBJKEY, a.USUBJID, a.FORM, a.SCALE, a.ADT, a.VISIT, a.ADY, 'as delivered', a.AVAL
    from answered a
    join qlscales s on s.PARAMCD = a.SCALE
    where a.SCALE is not null and a.AVAL between least(s.WORST, s.BEST) and greatest(s.WORST, s.BEST)
),

states as (
    select
        SUBJKEY, USUBJID, FORM, ADT, VISIT, max(ADY) as ADY,
        string_agg(cast(cast(AVAL as integer) as varchar), '' order by ITEM) as PROFILE
    from answered
    where FORM = 'EQ-5D-5L' and ITEM between 1 and 5 and AVAL between 1 and 5 and AVAL = floor(AVAL)
    group by SUBJKEY, USUBJID, FORM, ADT, VISIT
    having count(*) = 5
),

indexed as (
    select * from scales
    union all
    select s.SUBJKEY, s.USUBJID, s.FORM, 'EQINDEX', s.ADT, s.VISIT, s.ADY, 'scored', v.VALUE
    from states s
    join eq_values v using (PROFILE)
),

chosen as (
    select * from indexed
    qualify row_number() over (partition by SUBJKEY, PARAMCD, ADT, VISIT order by SCORESRC) = 1
),

summary as (
    select
        c.SUBJKEY, any_value(c.USUBJID) as USUBJID, 'QLQ-C30' as FORM, 'SUMSCORE' as PARAMCD, c.ADT, c.VISIT,
        max(c.ADY) as ADY, 'scored' as SCORESRC, round(avg(if(s.SCALING = 'symptom', 100 - c.AVAL, c.AVAL)), 10) as AVAL
    from chosen c
    join qlscales s using (PARAMCD)
    where s.PARCAT1 = 'QLQ-C30' and c.PARAMCD not in ('QL', 'FI', 'SUMSCORE')
    group by c.SUBJKEY, c.ADT, c.VISIT
    having count(*) = 13
)

select * from chosen
union all
select s.* from summary s
where not exists (
    select 1 from chosen c
    where c.PARAMCD = 'SUMSCORE' and c.SUBJKEY = s.SUBJKEY and c.ADT is not distinct from s.ADT
        and c.VISIT is not distinct from s.VISIT
);

-- Planned visits with questionnaires (all planned visits where the protocol marks none), as days after enrolment.
create or replace temp table qlvisits as
with offered as (
    select VISITNUM, VISIT, DAY, if(DAY > 0, DAY - 1, DAY) as OFFSET_, WINDOW_BEFORE, WINDOW_AFTER, WINDOWED
    from planned_visits
    where QOL or not exists (select 1 from planned_visits where QOL)
),

after as (
    select
        *, OFFSET_ - coalesce(lag(OFFSET_) over days, 0) as GAP_BEFORE, lead(OFFSET_) over days - OFFSET_ as GAP_AFTER
    from offered
    where OFFSET_ > 0
    window days as (order by OFFSET_)
)

select VISITNUM, VISIT, DAY, OFFSET_, -100000 as FIRST_DAY, 0 as LAST_DAY, -WINDOW_BEFORE + OFFSET_ as WINDOW_LOW,
    0 as WINDOW_HIGH, WINDOWED, true as BASELINE
from offered
where OFFSET_ <= 0
qualify row_number() over (order by OFFSET_ desc) = 1
union all
select VISITNUM, VISIT, DAY, OFFSET_, OFFSET_ - (GAP_BEFORE - 1) // 2, OFFSET_ + coalesce(GAP_AFTER, GAP_BEFORE) // 2,
    OFFSET_ - WINDOW_BEFORE, OFFSET_ + WINDOW_AFTER, WINDOWED, false
from after;

-- The visit that something of a questionnaire is of: by its day, without one by the visit's name.
create or replace temp table qlplaced as
select
    f.SUBJKEY, f.FORM, f.ADT, f.VISIT, v.VISITNUM, v.BASELINE,
    abs(f.ADT - coalesce(o.ENRLDT, o.TRTSDT) - v.OFFSET_) as DISTANCE,
    not v.WINDOWED or coalesce(f.ADT - coalesce(o.ENRLDT, o.TRTSDT) between v.WINDOW_LOW and v.WINDOW_HIGH, false) as IN_WINDOW
from (select distinct SUBJKEY, FORM, ADT, VISIT from qlscored) f
join origins o using (SUBJKEY)
join qlvisits v on (
    f.ADT is not null and f.ADT - coalesce(o.ENRLDT, o.TRTSDT) between v.FIRST_DAY and v.LAST_DAY
) or (f.ADT is null and lower(f.VISIT) = lower(v.VISIT));

create or replace table adqol as
with baselines as (
    select s.SUBJKEY, s.PARAMCD, max(s.ADT) as DAY, arg_max(s.AVAL, s.ADT) as BASE
    from qlscored s
    join origins o using (SUBJKEY)
    where s.ADT <= coalesce(o.ENRLDT, o.TRTSDT)
    group by s.SUBJKEY, s.PARAMCD
),

related as (
    select
        s.SUBJKEY, s.USUBJID, s.FORM as PARCAT1, s.PARAMCD, s.ADT, coalesce(s.ADY, study_day(s.ADT, o.ORIGIN)) as ADY,
        s.VISIT, s.AVAL, s.SCORESRC, coalesce(s.ADT = b.DAY, false) as IS_BASE,
        coalesce(s.ADT > coalesce(o.ENRLDT, o.TRTSDT), not p.BASELINE, false) as IS_AFTER, b.BASE, p.VISITNUM,
        p.BASELINE, p.DISTANCE, p.IN_WINDOW
    from qlscored s
    join origins o using (SUBJKEY)
    left join baselines b using (SUBJKEY, PARAMCD)
    left join qlplaced p
        on p.SUBJKEY = s.SUBJKEY and p.FORM = s.FORM and p.ADT is not distinct from s.ADT
        and p.VISIT is not distinct from s.VISIT
)

select
    SUBJKEY, USUBJID, PARCAT1, PARAMCD, ADT, ADY, VISIT, AVAL, SCORESRC, if(IS_BASE, 'Y', null) as ABLFL,
    if(IS_AFTER, 'Y', null) as APOBLFL, BASE, if(IS_AFTER, round(AVAL - BASE, 9), null) as CHG, VISITNUM,
    if(
        VISITNUM is not null and row_number() over (
            partition by SUBJKEY, PARAMCD, VISITNUM
            order by BASELINE and not IS_BASE, IN_WINDOW desc, DISTANCE, ADT desc
        ) = 1, 'Y', null
    ) as ANL01FL,
    if(VISITNUM is not null, if(IN_WINDOW, 'Y', 'N'), null) as INWINFL
from related
order by PARAMCD, SUBJKEY, ADT;

update qlscales set USEDFL = 'Y' where PARAMCD in (select distinct PARAMCD from adqol);
