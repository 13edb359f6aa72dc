-- One row per subject, laboratory test and date (time), with its baseline and its CTCAE grade.
--
-- ABLFL marks the baseline: the last non-missing value on or before enrolment (treatment start where there is no
-- enrolment date). APOBLFL is what is dated after that value and after enrolment. BASE is given where it is in the
-- record's unit. R2A1HI, R2BASE: ratio to the upper limit of normal and to the baseline.
-- ATOXGRL, ATOXGRH: grade by a low or a high value (09_grades), NULL where the test has none in that direction or it is
-- not known; BTOXGRL, BTOXGRH that of the baseline. Delivered flags and grades are used as delivered.

create or replace temp table lab_delivered as
select
    count(*) filter (ABLFL = 'Y') > 0 as BASELINES,
    count(APOBLFL) > 0 as AFTERS,
    (select coalesce(bool_or(GIVEN), false) from lab_limits) as GRADES
from staging.adlb;

create or replace temp table lab_baseline as
with last_before as (
    select
        v.SUBJKEY, v.PARAMCD,
        unnest(
            arg_max(
                struct_pack(
                    PLACE := v.PLACE, DAY := v.ADT, VALUE := v.AVAL, UNIT := v.AVALU, A1LO := v.A1LO, A1HI := v.A1HI,
                    BNRIND := v.ANRIND, GIVEN_LOW := v.GIVEN_LOW, GIVEN_HIGH := v.GIVEN_HIGH
                ),
                (coalesce(v.DTC, ''), v.PLACE)
            )
        )
    from lab_values v
    cross join lab_delivered d
    where v.AVAL is not null and if(d.BASELINES, v.ABLFL = 'Y', v.ADT <= v.STARTS)
    group by v.SUBJKEY, v.PARAMCD
)

select
    b.* exclude (A1LO, A1HI, GIVEN_LOW, GIVEN_HIGH),
    if(d.GRADES, b.GIVEN_LOW, low_grade(b.VALUE, l.LOW, known(b.A1LO))) as BTOXGRL,
    if(d.GRADES, b.GIVEN_HIGH, high_grade(b.VALUE, l.HIGH, known(b.A1HI), null, false, false)) as BTOXGRH
from last_before b
cross join lab_delivered d
join lab_limits l on l.PARAMCD = b.PARAMCD and l.AVALU is not distinct from b.UNIT;

create or replace table adlb as
with related as (
    select
        v.* exclude (ABLFL, APOBLFL, BASE, BNRIND), d.GRADES, l.LOW, l.HIGH,
        if(d.BASELINES, v.ABLFL, if(b.PLACE = v.PLACE, 'Y', null)) as ABLFL,
        if(d.AFTERS, coalesce(v.APOBLFL = 'Y', false), coalesce(v.ADT > greatest(v.STARTS, b.DAY), false)) as AFTER,
        coalesce(v.BASE, if(b.UNIT is not distinct from v.AVALU, b.VALUE, null)) as BASE,
        coalesce(v.BNRIND, b.BNRIND) as BNRIND,
        coalesce(v.BASE_GIVEN_LOW, b.BTOXGRL) as BTOXGRL,
        coalesce(v.BASE_GIVEN_HIGH, b.BTOXGRH) as BTOXGRH
    from lab_values v
    cross join lab_delivered d
    join lab_limits l on l.PARAMCD = v.PARAMCD and l.AVALU is not distinct from v.AVALU
    left join lab_baseline b on b.SUBJKEY = v.SUBJKEY and b.PARAMCD = v.PARAMCD
)

select
    SUBJKEY, USUBJID, PARAMCD, PARAM, ADT, coalesce(ADY, study_day(ADT, ORIGIN)) as ADY, VISIT, AVAL, AVALU, A1LO, A1HI,
    ANRIND, ABLFL, if(AFTER, 'Y', null) as APOBLFL, BASE, BNRIND,
    AVAL / known(A1HI) as R2A1HI, AVAL / known(BASE) as R2BASE,
    cast(if(GRADES, GIVEN_LOW, low_grade(AVAL, LOW, known(A1LO))) as tinyint) as ATOXGRL,
    cast(
        if(
            GRADES, GIVEN_HIGH,
            high_grade(AVAL, HIGH, known(A1HI), known(BASE), AFTER, coalesce(BNRIND ilike 'H%', false))
        ) as tinyint
    ) as ATOXGRH,
    cast(BTOXGRL as tinyint) as BTOXGRL, cast(BTOXGRH as tinyint) as BTOXGRH, SRCDOM, SRCSEQ
from related
order by SUBJKEY, PARAMCD, DTC, SRCSEQ;
