-- No rows: a laboratory value's grade, from the limits of its test in its unit (a row of lab_limits, as a struct).
--
-- UPPER, LOWER: limits of normal of the record; BASE: baseline in the record's unit; AFTER: the record is post-baseline;
-- ABNORMAL: the baseline was above its upper limit. What is not known is NULL.
-- The grade is the highest whose limit is passed, 0 where none is; it is NULL where a limit that is not known could make
-- it another. CTCAE v5.0 grades some tests against the baseline where that was abnormal: after baseline only. Where it is
-- not known whether the baseline was normal they are graded against the upper limit: never lower than the other reading.
-- Two numbers that differ by less than 1 in 10^10 are the same (as in 07_numbers).

create or replace temp macro above(x, least) as x > least * (1 + 1e-10);
create or replace temp macro below(x, least) as x < least * (1 - 1e-10);
create or replace temp macro at_least(x, least) as x >= least * (1 - 1e-10);

-- A limit of normal of zero is a missing one.
create or replace temp macro known(x) as if(x > 0, x, null);

create or replace temp macro by_baseline(h, after, abnormal) as
    coalesce(h.RELATIVE and after and abnormal, false);

create or replace temp macro high_limit(grade, h, upper, base, after, abnormal) as
    if(
        by_baseline(h, after, abnormal),
        h.BASE[grade] * base,
        least(h.NORMAL[grade] * upper, h.ABSOLUTE[grade], if(after and not h.RELATIVE, h.BASE[grade] * base, null))
    );

create or replace temp macro reaches(x, grade, h, upper, base, after, abnormal) as
    if(
        grade = 1 and if(by_baseline(h, after, abnormal), h.BASE_EDGE, h.EDGE),
        at_least(x, high_limit(grade, h, upper, base, after, abnormal)),
        above(x, high_limit(grade, h, upper, base, after, abnormal))
    );

create or replace temp macro high_lacks(grade, h, upper, base, after, abnormal) as
    if(
        by_baseline(h, after, abnormal),
        base is null,
        h.NORMAL[grade] is not null and upper is null
            or after and not h.RELATIVE and h.BASE[grade] is not null and base is null
    );

create or replace temp macro high_grade(x, h, upper, base, after, abnormal) as
    case
        when x is null or h is null or h.NO_UNIT then null
        when reaches(x, 4, h, upper, base, after, abnormal) then 4
        when high_lacks(4, h, upper, base, after, abnormal) then null
        when reaches(x, 3, h, upper, base, after, abnormal) then 3
        when high_lacks(3, h, upper, base, after, abnormal) then null
        when reaches(x, 2, h, upper, base, after, abnormal) then 2
        when high_lacks(2, h, upper, base, after, abnormal) then null
        when reaches(x, 1, h, upper, base, after, abnormal) then 1
        when high_lacks(1, h, upper, base, after, abnormal) then null
        else 0
    end;

-- Only grade 1 begins at the lower limit of normal: where that is not known, a graver grade is.
create or replace temp macro low_limit(grade, l, lower_limit) as
    greatest(l.NORMAL[grade] * lower_limit, l.ABSOLUTE[grade]);

create or replace temp macro low_grade(x, l, lower_limit) as
    case
        when x is null or l is null or l.NO_UNIT then null
        when below(x, low_limit(4, l, lower_limit)) then 4
        when below(x, low_limit(3, l, lower_limit)) then 3
        when below(x, low_limit(2, l, lower_limit)) then 2
        when below(x, low_limit(1, l, lower_limit)) then 1
        when l.NORMAL is not null and lower_limit is null then null
        else 0
    end;
