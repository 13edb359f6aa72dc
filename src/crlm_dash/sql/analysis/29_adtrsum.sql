-- One row per subject and scan of the reader used for analysis: the targets' sum, its change, and RECIST 1.1 by the data.
--
-- A scan is what was assessed within 14 days under one visit name. The baseline is the last scan up to day 1; where there
-- is none, the first scan if it was no later than the first treatment, and of who was not enrolled the last. Targets are TARGET lesions with a diameter at
-- baseline (all TARGET lesions where there is no baseline). AVAL is their sum where every one was measured; MEASURED is
-- the sum of those that were. NADIR is the smallest sum from baseline to the scan before.
-- TRGRESP: PD from the nadir (20 % and 5 mm more), also where what was measured is already enough; NE where a target was
-- not measured or there is no baseline; CR all gone, lymph nodes below 10 mm; PR 30 % less than at baseline; else SD.
-- NTRGRESP: PD where one progressed unequivocally; CR all gone (gone once is gone until it is seen again), nodes below
-- 10 mm; NON-CR/NON-PD where one is there; else NE. OVRCALC puts them together with new lesions (unequivocal ones).
-- OVRLRESP is the overall response as the reader gave it: the last one from the scan's first day to 28 days after its
-- last, before the next scan. Source: Eisenhauer et al., Eur J Cancer 45 (2009) 228-247.

create or replace temp table read_lesions as
select SUBJKEY, LESION, ROLE, coalesce(ORGAN like '%LYMPH NODE%', false) as IS_NODE, ADT, ADTF, VISIT, AVAL, STATE
from adtr
where ANL01FL = 'Y' and ADT is not null;

create or replace temp table scans as
with days as (
    select SUBJKEY, ADT, min(VISIT) as VISIT, max(ADTF) as ADTF
    from read_lesions
    group by SUBJKEY, ADT
),

begun as (
    select
        *,
        lag(ADT) over w is null or ADT - lag(ADT) over w > 14 or VISIT is distinct from lag(VISIT) over w as IS_FIRST
    from days
    window w as (partition by SUBJKEY order by ADT)
),

numbered as (
    select *, sum(IS_FIRST::integer) over (partition by SUBJKEY order by ADT rows unbounded preceding) as SCANNO
    from begun
),

found as (
    select SUBJKEY, cast(SCANNO as integer) as SCANNO, min(ADT) as ADT, max(ADT) as AENDT, arg_min(ADTF, ADT) as ADTF,
        any_value(VISIT) as VISIT
    from numbered
    group by all
),

based as (
    select
        SUBJKEY, o.USUBJID, o.ORIGIN,
        coalesce(
            max(f.SCANNO) filter (where f.ADT <= o.ORIGIN),
            max(f.SCANNO) filter (where f.SCANNO = 1 and f.ADT <= a.TRTSDT),
            max(f.SCANNO) filter (where a.ENRLFL is null)
        ) as BASENO
    from found f
    join origins o using (SUBJKEY)
    join adsl a using (SUBJKEY)
    group by all
)

select f.*, b.USUBJID, b.BASENO, study_day(f.ADT, b.ORIGIN) as ADY
from found f
join based b using (SUBJKEY);

create or replace temp table lesions_at_scans as
select
    r.SUBJKEY, s.SCANNO, s.BASENO, r.LESION, any_value(r.ROLE) as ROLE, any_value(r.IS_NODE) as IS_NODE,
    arg_max(r.AVAL, r.ADT) as AVAL, arg_max(r.STATE, r.ADT) as STATE
from read_lesions r
join scans s on s.SUBJKEY = r.SUBJKEY and r.ADT between s.ADT and s.AENDT
group by all;

create or replace table adtrsum as
with targets as (
    select SUBJKEY, LESION
    from lesions_at_scans
    where ROLE = 'TARGET'
    group by all
    having any_value(BASENO) is null or bool_or(SCANNO = BASENO and AVAL is not null)
),

counted as (
    select SUBJKEY, count(*) as N_TARGET
    from targets
    group by SUBJKEY
),

sums as (
    select
        l.SUBJKEY, l.SCANNO, count(l.AVAL) as N_MEASURED, sum(l.AVAL) as MEASURED,
        count(*) filter (where l.AVAL >= if(l.IS_NODE, 10, 1e-9)) as N_LEFT
    from lesions_at_scans l
    join targets using (SUBJKEY, LESION)
    group by all
),

-- Of lesions that are not targets: what changed at a scan against the record before.
others as (
    select
        SUBJKEY, SCANNO, STATE,
        STATE = 'GONE' or (IS_NODE and AVAL < 10) as IS_GONE,
        coalesce(lag(STATE = 'GONE' or (IS_NODE and AVAL < 10)) over (partition by SUBJKEY, LESION order by SCANNO), false)
            as WAS_GONE,
        row_number() over (partition by SUBJKEY, LESION order by SCANNO) = 1 as IS_FIRST
    from lesions_at_scans
    where ROLE = 'NON-TARGET'
),

at_others as (
    select
        SUBJKEY, SCANNO, count(*) filter (where IS_FIRST) as N_FIRST, count(*) filter (where not IS_GONE) as N_THERE,
        count(*) filter (where STATE = 'PROGRESSED') as N_PROGRESSED,
        sum(IS_GONE::integer - WAS_GONE::integer) as GONE_MORE
    from others
    group by all
),

first_new as (
    select SUBJKEY, LESION, min(SCANNO) as SCANNO
    from lesions_at_scans
    where ROLE = 'NEW' and STATE <> 'EQUIVOCAL'
    group by SUBJKEY, LESION
    having coalesce(min(SCANNO) > any_value(BASENO), true)
),

at_new as (
    select SUBJKEY, SCANNO, count(*) as N_NEW_NOW
    from first_new
    group by all
),

assessed as (
    select s.SUBJKEY, s.SCANNO, arg_max(r.AVALC, (r.ADT, r.SRCSEQ)) as OVRLRESP
    from (select * from adrs where PARAMCD = 'OVRLRESP' and ANL01FL = 'Y' and ADT is not null) r
    asof join scans s on r.SUBJKEY = s.SUBJKEY and r.ADT >= s.ADT
    where r.ADT <= s.AENDT + 28
    group by all
),

added as (
    select
        s.*, coalesce(c.N_TARGET, 0) as N_TARGET, coalesce(t.N_MEASURED, 0) as N_MEASURED, t.MEASURED, t.N_LEFT,
        if(t.N_MEASURED = c.N_TARGET, t.MEASURED, null) as AVAL,
        coalesce(sum(x.N_FIRST) over w, 0) as N_NONTARGET, coalesce(sum(x.GONE_MORE) over w, 0) as N_GONE,
        coalesce(x.N_THERE, 0) as N_THERE, coalesce(x.N_PROGRESSED, 0) as N_PROGRESSED,
        coalesce(n.N_NEW_NOW, 0) as N_NEW_NOW, coalesce(sum(n.N_NEW_NOW) over w, 0) as N_NEW, r.OVRLRESP
    from scans s
    left join counted c using (SUBJKEY)
    left join sums t using (SUBJKEY, SCANNO)
    left join at_others x using (SUBJKEY, SCANNO)
    left join at_new n using (SUBJKEY, SCANNO)
    left join assessed r using (SUBJKEY, SCANNO)
    window w as (partition by s.SUBJKEY order by s.SCANNO rows unbounded preceding)
),

related as (
    select
        *, max(AVAL) filter (where SCANNO = BASENO) over (partition by SUBJKEY) as BASE,
        min(AVAL) filter (where SCANNO >= BASENO) over (
            partition by SUBJKEY order by SCANNO rows between unbounded preceding and 1 preceding
        ) as NADIR
    from added
),

judged as (
    select
        *,
        case
            when SCANNO <= BASENO then null
            when N_TARGET = 0 then null
            when MEASURED >= 1.2 * NADIR - 1e-9 and MEASURED - NADIR >= 5 - 1e-9 then 'PD'
            when AVAL is null or BASE is null then 'NE'
            when N_LEFT = 0 then 'CR'
            when AVAL <= 0.7 * BASE + 1e-9 then 'PR'
            else 'SD'
        end as TRGRESP,
        case
            when SCANNO <= BASENO or N_NONTARGET = 0 then null
            when N_PROGRESSED > 0 then 'PD'
            when N_GONE = N_NONTARGET then 'CR'
            when N_THERE > 0 then 'NON-CR/NON-PD'
            else 'NE'
        end as NTRGRESP
    from related
)

select
    SUBJKEY, USUBJID, SCANNO, ADT, AENDT, ADTF, ADY, VISIT, if(SCANNO = BASENO, 'Y', null) as ABLFL,
    if(SCANNO > BASENO or BASENO is null, 'Y', null) as APOBLFL,
    cast(N_TARGET as integer) as N_TARGET, cast(N_MEASURED as integer) as N_MEASURED, MEASURED, AVAL, BASE, NADIR,
    if(SCANNO > BASENO and BASE > 0, 100 * (AVAL - BASE) / BASE, null) as PCHG,
    if(SCANNO > BASENO and NADIR > 0, 100 * (AVAL - NADIR) / NADIR, null) as PCHGNAD,
    if(SCANNO > BASENO, AVAL - NADIR, null) as CHGNAD,
    cast(N_NONTARGET as integer) as N_NONTARGET, cast(N_NEW_NOW as integer) as N_NEW_NOW, cast(N_NEW as integer) as N_NEW,
    TRGRESP, NTRGRESP,
    case
        when SCANNO <= BASENO then null
        when N_NEW > 0 then 'PD'
        when TRGRESP = 'PD' or NTRGRESP = 'PD' then 'PD'
        when TRGRESP is null then NTRGRESP
        when TRGRESP = 'CR' and coalesce(NTRGRESP, 'CR') <> 'CR' then 'PR'
        else TRGRESP
    end as OVRCALC,
    OVRLRESP
from judged
order by SUBJKEY, SCANNO;
