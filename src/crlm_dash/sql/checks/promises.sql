-- One row per promise of docs/architecture.md that an analysis table breaks: no cut may be sealed then.

with broken as (
    select 'adsl' as TBL, 'more than one row' as PROMISE, USUBJID from adsl group by USUBJID having count(*) > 1
    union all
    select 'adtte', 'more than one row for ' || PARAMCD, USUBJID from adtte group by USUBJID, PARAMCD having count(*) > 1
    union all
    select 'adtte', 'AVAL not above zero for ' || PARAMCD, USUBJID from adtte where coalesce(AVAL, 0) <= 0
    union all
    select 'adtte', 'CNSR and CAUSE contradict each other for ' || PARAMCD, USUBJID
    from adtte
    where CNSR is null or CAUSE is null or (CNSR = 0) <> (CAUSE = 1) or ENTRY is null or ENTRY < 0
    union all
    select 'adtte', 'follow-up beyond the cut-off for ' || PARAMCD, USUBJID from adtte where ADT > cutoff()
    union all
    select 'adsv', 'more than one row for visit ' || VISITNUM, USUBJID
    from adsv
    group by USUBJID, VISITNUM
    having count(*) > 1
    union all
    select 'adae', 'more than one first event', USUBJID
    from adae
    where TRTEMFL = 'Y'
    group by USUBJID
    having count(*) filter (where AOCCFL = 'Y') > 1 or count(*) filter (where AOCCIFL = 'Y') > 1
    union all
    select 'adae', 'not exactly one worst event', USUBJID
    from adae
    where TRTEMFL = 'Y'
    group by USUBJID
    having count(*) filter (where WORSTFL = 'Y') <> 1
    union all
    select 'adrs', 'more than one reader for ' || PARAMCD, USUBJID
    from adrs
    where ANL01FL = 'Y' and SRCDOM = 'RS'
    group by USUBJID, PARAMCD, ADT
    having count(*) > 1
    union all
    select 'adlb', 'more than one baseline of ' || PARAMCD, USUBJID
    from adlb
    where ABLFL = 'Y' and SRCDOM = 'LB'
    group by USUBJID, PARAMCD
    having count(*) > 1
    union all
    select 'adlb', 'a grade without a value, or none that CTCAE knows, of ' || PARAMCD, USUBJID
    from adlb
    where SRCDOM = 'LB' and coalesce(ATOXGRL, ATOXGRH) is not null
        and (AVAL is null or coalesce(ATOXGRL, 0) not between 0 and 4 or coalesce(ATOXGRH, 0) not between 0 and 4)
    union all
    select 'adlbsum', 'more than one row for ' || PARAMCD, USUBJID
    from adlbsum
    group by USUBJID, PARAMCD
    having count(*) > 1
    union all
    select 'adlbsum', 'a worst grade or a peak of ' || PARAMCD || ' without a value after baseline', USUBJID
    from adlbsum
    where N_POST = 0 and coalesce(WTOXGRL, WTOXGRH, PEAKULN, PEAKBASE) is not null
    union all
    select 'adlbpeak', 'more than one row', USUBJID from adlbpeak group by USUBJID having count(*) > 1
    union all
    select 'adlbtrend', 'more than one value of ' || PARAMCD || ' for month ' || AWTARGET, USUBJID
    from adlbtrend
    group by USUBJID, PARAMCD, AWTARGET
    having count(*) > 1
    union all
    select 'adtrsum', 'more than one row for scan ' || SCANNO, USUBJID
    from adtrsum
    group by USUBJID, SCANNO
    having count(*) > 1
    union all
    select 'adtrsum', 'more than one baseline', USUBJID
    from adtrsum
    where ABLFL = 'Y'
    group by USUBJID
    having count(*) > 1
    union all
    select 'adtrsum', 'a sum of other targets than were measured', USUBJID
    from adtrsum
    where N_MEASURED > N_TARGET or (AVAL is not null and N_MEASURED <> N_TARGET)
    union all
    select 'adbor', 'more than one row', USUBJID from adbor group by USUBJID having count(*) > 1
    union all
    select TBL, 'subject not in adsl', USUBJID
    from (
        select 'adtte' as TBL, USUBJID from adtte
        union all
        select 'adae', USUBJID from adae
        union all
        select 'adrs', USUBJID from adrs
        union all
        select 'adtr', USUBJID from adtr
        union all
        select 'adtrsum', USUBJID from adtrsum
        union all
        select 'adlb', USUBJID from adlb
        union all
        select 'adex', USUBJID from adex
        union all
        select 'adtl', USUBJID from adtl
    )
    where USUBJID not in (select USUBJID from adsl)
)

select
    'fatal' as SEVERITY, upper(TBL) as DOMAIN, cast(null as varchar) as FILE, cast(null as bigint) as ROW, USUBJID,
    cast(null as varchar) as COLUMN_NAME, 'promise of ' || TBL as RULE, PROMISE as VALUE,
    'Subject ' || coalesce(USUBJID, '(none)') || ' breaks a promise of ' || TBL || ': ' || PROMISE as MESSAGE
from broken;
