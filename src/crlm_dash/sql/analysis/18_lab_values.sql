-- One row per subject, laboratory test and date (time), in one unit per test.
--
-- The unit is the one most records of the test have; records in another convertible unit (06_units) are converted, with
-- their limits; one that cannot be converted keeps its own unit and is reported. A specimen that is not blood makes a
-- test of its own. A delivered ADLB is used as delivered, its flags, indicators and grades too.

-- A delivered grade without a direction: a negative one is that of a low value, as is one of a value called low.
create or replace temp macro given_grade(direction, directed, grade, either, indicator) as
    case
        when directed then try_cast(grade as integer)
        when (try_cast(either as integer) < 0 or coalesce(indicator ilike 'L%', false)) = (direction = 'L')
            then abs(try_cast(either as integer))
        else 0 * try_cast(either as integer)
    end;

-- What stands after the name of a test whose specimen is not blood: ' URINE'.
create or replace temp macro specimen(stated, category) as
    case
        when contains(upper(stated), 'BLOOD') or contains(upper(stated), 'SERUM') or contains(upper(stated), 'PLASMA')
            then ''
        when stated is not null then ' ' || upper(stated)
        when upper(category) = 'URINALYSIS' then ' URINE'
        else ''
    end;

create or replace temp table lab_values as
with measured as (
    select
        b.USUBJID,
        b.LBTESTCD || specimen(b.LBSPEC, b.LBCAT) as PARAMCD,
        b.LBTEST || specimen(b.LBSPEC, b.LBCAT) as PARAM,
        b.STDT as ADT, b.LBDTC as DTC, b.VISIT, b.LBSEQ as SRCSEQ, b.LBSEQ as PLACE,
        coalesce(b.LBSTRESN, try_cast(b.LBORRES as double)) as AVAL,
        if(b.LBSTRESN is null, b.LBORRESU, b.LBSTRESU) as AVALU,
        if(b.LBSTRESN is null, try_cast(b.LBORNRLO as double), b.LBSTNRLO) as A1LO,
        if(b.LBSTRESN is null, try_cast(b.LBORNRHI as double), b.LBSTNRHI) as A1HI,
        b.LBNRIND as NRIND, 'LB' as SRCDOM
    from in_lb b
    where b.LBSTAT is null and not exists (select 1 from staging.adlb)
),

common_unit as (
    select PARAMCD, AVALU as COMMON
    from measured
    where AVAL is not null
    group by PARAMCD, AVALU
    qualify row_number() over (partition by PARAMCD order by count(*) desc, AVALU) = 1
),

pairs as (
    select distinct m.PARAMCD, m.AVALU, c.COMMON
    from measured m
    join common_unit c using (PARAMCD)
    where m.AVALU is distinct from c.COMMON
),

conversions as (
    select p.PARAMCD, p.AVALU, p.COMMON, any_value(f.FACTOR / t.FACTOR) as RATIO
    from pairs p
    join units f on f.UNIT = unit_key(coalesce(p.AVALU, '')) and f.TESTCD in ('', p.PARAMCD)
    join units t on t.UNIT = unit_key(coalesce(p.COMMON, '')) and t.TESTCD in ('', p.PARAMCD) and t.BASE = f.BASE
    where p.AVALU is not null
    group by all
),

in_one_unit as (
    select
        m.* exclude (AVAL, A1LO, A1HI, AVALU),
        m.AVAL * coalesce(c.RATIO, 1) as AVAL,
        m.A1LO * coalesce(c.RATIO, 1) as A1LO,
        m.A1HI * coalesce(c.RATIO, 1) as A1HI,
        coalesce(c.COMMON, m.AVALU) as AVALU
    from measured m
    left join conversions c on c.PARAMCD = m.PARAMCD and c.AVALU = m.AVALU
),

flags as (
    select
        count(try_cast(ATOXGRL as integer)) + count(try_cast(ATOXGRH as integer)) > 0 as DIRECTED,
        count(try_cast(BTOXGRL as integer)) + count(try_cast(BTOXGRH as integer)) > 0 as BASE_DIRECTED
    from staging.adlb
),

-- A unit that has no column of its own stands in brackets after the name of the test.
delivered as (
    select
        USUBJID, PARAMCD, PARAM, coalesce(ADT, cast(ADTM as date)) as ADT,
        strftime(coalesce(ADTM, cast(ADT as timestamp)), '%Y-%m-%dT%H:%M') as DTC,
        coalesce(VISIT, AVISIT) as VISIT, coalesce(LBSEQ, ASEQ) as SRCSEQ, _row as PLACE, AVAL,
        coalesce(AVALU, nullif(regexp_extract(PARAM, '\(([^()]+)\)$', 1), '')) as AVALU,
        coalesce(A1LO, ANRLO) as A1LO, coalesce(A1HI, ANRHI) as A1HI, coalesce(ANRIND, LBNRIND) as NRIND,
        'ADLB' as SRCDOM, ABLFL, BASE, cast(ADY as integer) as ADY, APOBLFL, BNRIND,
        given_grade('L', DIRECTED, ATOXGRL, ATOXGR, ANRIND) as GIVEN_LOW,
        given_grade('H', DIRECTED, ATOXGRH, ATOXGR, ANRIND) as GIVEN_HIGH,
        given_grade('L', BASE_DIRECTED, BTOXGRL, BTOXGR, BNRIND) as BASE_GIVEN_LOW,
        given_grade('H', BASE_DIRECTED, BTOXGRH, BTOXGR, BNRIND) as BASE_GIVEN_HIGH
    from staging.adlb
    cross join flags
    where in_time(coalesce(ADT, cast(ADTM as date)))
),

together as (
    select * from delivered union all by name select * from in_one_unit
)

select
    o.SUBJKEY, o.ORIGIN, coalesce(o.ENRLDT, o.TRTSDT) as STARTS, t.* exclude (NRIND),
    coalesce(
        if(t.SRCDOM = 'ADLB', t.NRIND, null),
        case
            when above(t.AVAL, known(t.A1HI)) then 'HIGH'
            when below(t.AVAL, known(t.A1LO)) then 'LOW'
            when t.AVAL is not null and coalesce(known(t.A1HI), known(t.A1LO)) is not null then 'NORMAL'
        end,
        t.NRIND
    ) as ANRIND
from together t
join origins o using (USUBJID);
