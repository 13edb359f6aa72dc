-- One row per lesion of the subject and scan, from the scan at which it was first seen on, by the reader used for analysis.
-- room: records
-- present: nothing to compare with (up to baseline, or seen for the first time though not new); new: first seen after
-- baseline; gone: 0 mm, absent, removed or destroyed, and then until it is seen again; progressing: said so by the
-- reader, seen again after it was gone, or 20 % and 5 mm more than its smallest diameter before; uncertain: an equivocal
-- new lesion; not assessed: not mentioned at this scan; controlled: all others.
with baseline as (
    select max(SCANNO) filter (where ABLFL = 'Y') as BASENO from adtrsum
),

assessed as (
    select
        adtr.LESION, s.SCANNO, any_value(adtr.ORGAN) as ORGAN, any_value(adtr.SEGMENT) as SEGMENT,
        any_value(adtr.ROLE) as ROLE, arg_max(adtr.AVAL, adtr.ADT) as AVAL, arg_max(adtr.STATE, adtr.ADT) as STATE,
    from adtr
    join adtrsum s on adtr.ADT between s.ADT and s.AENDT
    where adtr.ANL01FL = 'Y'
    group by all
),

lesions as (
    select
        LESION, any_value(ORGAN) as ORGAN, any_value(SEGMENT) as SEGMENT, any_value(ROLE) as ROLE,
        min(SCANNO) as FIRSTNO,
    from assessed
    group by all
),

followed as (
    select
        lesions.*, s.SCANNO, s.ADT, s.ADY, a.AVAL, a.STATE,
        last_value(a.STATE ignore nulls) over before as LAST_STATE,
        bool_or(a.STATE = 'GONE') over before as WAS_GONE,
        min(a.AVAL) over before as SMALLEST,
    from lesions
    join adtrsum s on s.SCANNO >= lesions.FIRSTNO
    left join assessed a on a.LESION = lesions.LESION and a.SCANNO = s.SCANNO
    window before as (
        partition by lesions.LESION order by s.SCANNO rows between unbounded preceding and 1 preceding
    )
)

select
    LESION as lesion,
    ORGAN as organ,
    SEGMENT as segment,
    ROLE as role,
    SCANNO as scan,
    ADT as date,
    ADY as day,
    AVAL as diameter,
    SMALLEST as smallest,
    AVAL - SMALLEST as change,
    case
        when STATE is null then if(LAST_STATE = 'GONE', 'gone', 'not assessed')
        when STATE = 'GONE' then 'gone'
        when STATE = 'EQUIVOCAL' then 'uncertain'
        when SCANNO = FIRSTNO and SCANNO > coalesce(BASENO, 0) and ROLE = 'NEW' then 'new'
        when SCANNO = FIRSTNO or SCANNO <= BASENO then 'present'
        when STATE = 'PROGRESSED' and ROLE is distinct from 'NEW' then 'progressing'
        when WAS_GONE then 'progressing'
        when AVAL >= 1.2 * SMALLEST - 1e-9 and AVAL - SMALLEST >= 5 - 1e-9 then 'progressing'
        else 'controlled'
    end as state,
from followed, baseline
order by ORGAN = 'LIVER' desc, ORGAN, ROLE = 'TARGET' desc, ROLE = 'NON-TARGET' desc, LESION, SCANNO
