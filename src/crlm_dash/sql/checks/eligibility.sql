-- One row per promise of the eligibility tables that is broken: no cut may be sealed then.
--
-- Screened = enrolled + failed + refused + withdrawn + pending: every subject of adsl is in elsum once, with the one end
-- its flags say. What elsum counts of a subject is what adel holds of it.

with listed as (
    select
        SUBJKEY,
        string_agg(CRITERION, ' ' order by ORD) filter (where RESULT = 'not met') as NOT_MET,
        string_agg(CRITERION, ' ' order by ORD) filter (where RESULT = 'unknown') as UNKNOWN,
        string_agg(CRITERION, ' ' order by ORD) filter (where RECORDED = 'not met') as REC_NOT_MET
    from adel
    where RESULT in ('not met', 'unknown') or RECORDED = 'not met'
    group by SUBJKEY
),

broken as (
    select a.USUBJID, 'elsum' as TBL, 'screened, but without an end of screening' as PROMISE
    from adsl a
    left join elsum e using (SUBJKEY)
    where e.OUTCOME is null or e.OUTCOME not in ('enrolled', 'failed', 'refused', 'withdrawn', 'pending')
    union all
    select USUBJID, 'elsum', 'more than one row' from elsum group by USUBJID having count(*) > 1
    union all
    select e.USUBJID, 'elsum', 'not screened' from elsum e where e.SUBJKEY not in (select SUBJKEY from adsl)
    union all
    select e.USUBJID, 'elsum', 'the end of screening (' || e.OUTCOME || ') is not what the flags of adsl say'
    from elsum e
    join adsl a using (SUBJKEY)
    where (e.OUTCOME = 'enrolled') <> (a.ENRLFL = 'Y')
        or (e.OUTCOME = 'failed') <> (a.ENRLFL = 'N' and a.SCRFFL = 'Y')
        or e.OUTCOME = 'pending' and (a.SCRFFL = 'Y' or a.REFUSFL = 'Y')
    union all
    select e.USUBJID, 'elsum', 'its lists of criteria are not those of adel'
    from elsum e
    left join listed l using (SUBJKEY)
    where e.NOT_MET <> coalesce(l.NOT_MET, '') or e.UNKNOWN <> coalesce(l.UNKNOWN, '')
        or e.REC_NOT_MET <> coalesce(l.REC_NOT_MET, '')
    union all
    select USUBJID, 'elsum', 'the verdict (' || coalesce(VERDICT, 'none') || ') is not what its lists say'
    from elsum
    where VERDICT <> case when NOT_MET <> '' then 'not eligible' when UNKNOWN <> '' then 'undecided' else 'eligible' end
        or (VERDICT is null) <> not exists (select 1 from criteria where EVALUATED)
    union all
    select e.USUBJID, 'adel', 'not one row per criterion'
    from elsum e
    left join (select SUBJKEY, count(*) as N, bit_xor(hash(CRITERION)) as WHICH from adel group by SUBJKEY) l using (SUBJKEY)
    cross join (select count(*) as N, bit_xor(hash(CRITERION)) as WHICH from criteria) c
    where coalesce(l.N, 0) <> c.N or l.WHICH <> c.WHICH
)

select
    'fatal' as SEVERITY, upper(TBL) as DOMAIN, cast(null as varchar) as FILE, cast(null as bigint) as ROW, USUBJID,
    cast(null as varchar) as COLUMN_NAME, 'promise of ' || TBL as RULE, PROMISE as VALUE,
    'Subject ' || coalesce(USUBJID, '(none)') || ' breaks a promise of ' || TBL || ': ' || PROMISE as MESSAGE
from broken;
