-- One row per subject, laboratory test and date (time), in one unit per test.
--
-- The unit is the one most records of the test have; records in another convertible unit (06_units) are converted, with
-- their limits; one that cannot be converted keeps its own unit and is reported. ABLFL marks the last non-missing value
-- on or before enrolment (treatment start where there is no enrolment date). A delivered ADLB is used as delivered.

create or replace table adlb as
with measured as (
    select
        b.USUBJID, b.LBTESTCD as PARAMCD, b.LBTEST as PARAM, b.STDT as ADT, b.LBDTC as DTC, b.VISIT, b.LBSEQ as SRCSEQ,
        coalesce(b.LBSTRESN, try_cast(b.LBORRES as double)) as AVAL,
        if(b.LBSTRESN is null, b.LBORRESU, b.LBSTRESU) as AVALU,
        if(b.LBSTRESN is null, try_cast(b.LBORNRLO as double), b.LBSTNRLO) as A1LO,
        if(b.LBSTRESN is null, try_cast(b.LBORNRHI as double), b.LBSTNRHI) as A1HI,
        'LB' as SRCDOM
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
        coalesce(c.COMMON, m.AVALU) as AVALU,
        cast(null as varchar) as ABLFL, cast(null as double) as BASE, cast(null as integer) as ADY
    from measured m
    left join conversions c on c.PARAMCD = m.PARAMCD and c.AVALU = m.AVALU
),

delivered as (
    select
        USUBJID, PARAMCD, PARAM, coalesce(ADT, cast(ADTM as date)) as ADT,
        strftime(coalesce(ADTM, cast(ADT as timestamp)), '%Y-%m-%dT%H:%M') as DTC,
        coalesce(VISIT, AVISIT) as VISIT, coalesce(LBSEQ, ASEQ) as SRCSEQ, AVAL, AVALU, A1LO, A1HI, ABLFL, BASE,
        cast(ADY as integer) as ADY, 'ADLB' as SRCDOM
    from staging.adlb
    where in_time(coalesce(ADT, cast(ADTM as date)))
),

together as (
    select * from in_one_unit union all by name select * from delivered
),

baseline as (
    select
        t.USUBJID, t.PARAMCD, max_by(t.SRCSEQ, (t.DTC, t.SRCSEQ)) as SRCSEQ, max_by(t.AVAL, (t.DTC, t.SRCSEQ)) as BASE
    from together t
    join origins o using (USUBJID)
    where t.AVAL is not null and t.ADT <= coalesce(o.ENRLDT, o.TRTSDT)
        and not exists (select 1 from staging.adlb where ABLFL = 'Y')
    group by all
)

select
    o.SUBJKEY, t.USUBJID, t.PARAMCD, t.PARAM, t.ADT, coalesce(t.ADY, study_day(t.ADT, o.ORIGIN)) as ADY, t.VISIT, t.AVAL, t.AVALU,
    t.A1LO, t.A1HI, coalesce(t.ABLFL, if(b.SRCSEQ = t.SRCSEQ, 'Y', null)) as ABLFL, coalesce(t.BASE, b.BASE) as BASE,
    t.SRCDOM, t.SRCSEQ
from together t
join origins o using (USUBJID)
left join baseline b on b.USUBJID = t.USUBJID and b.PARAMCD = t.PARAMCD
order by o.SUBJKEY, t.PARAMCD, t.DTC, t.SRCSEQ;
