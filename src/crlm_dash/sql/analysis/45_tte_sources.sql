-- One row per subject, source and date: everything an endpoint may count as an event or as the end of follow-up.
--
-- Progression is PD by the reader for analysis; overall progression also where only the liver or the rest was judged.
-- Last imaging is the last evaluable overall response. `enrolled_only` is the origin itself: nothing later is known.
-- Each date of progression also says where: in the liver only, outside it only, at both, or at no recorded site. "Both"
-- is progression at the other site on that day or within `progression.both_within_days` after it. As only the days
-- after count, the first of these dates since any origin is rightly told, whatever came before the origin.
-- A severe adverse event is treatment-emergent and of grade 3 or higher. Where its date is not fully known it is taken to
-- have begun on the first day it can have, not before the window opens in which events count; that window's end is there
-- for who was followed to it (39_safety_windows.sql).

create or replace temp table tte_sources as
with progressions as (
    select SUBJKEY, PARAMCD, ADT, SRCDOM, SRCSEQ
    from adrs
    where AVALC = 'PD' and ANL01FL = 'Y' and ADT is not null and PARAMCD in ('OVRLRESP', 'LIVRRESP', 'EXHPRESP')
),

dated as (
    select
        SUBJKEY, ADT, any_value(SRCDOM) as SRCDOM, min(SRCSEQ) as SRCSEQ,
        bool_or(PARAMCD = 'LIVRRESP') as IN_LIVER, bool_or(PARAMCD = 'EXHPRESP') as OUTSIDE
    from progressions
    group by SUBJKEY, ADT
),

located as (
    select
        d.SUBJKEY, d.ADT, any_value(d.SRCDOM) as SRCDOM, any_value(d.SRCSEQ) as SRCSEQ,
        bool_or(near.IN_LIVER) as IN_LIVER, bool_or(near.OUTSIDE) as OUTSIDE
    from dated d
    cross join protocol_values v
    join dated near on near.SUBJKEY = d.SUBJKEY and near.ADT between d.ADT and d.ADT + v.BOTH_DAYS
    group by d.SUBJKEY, d.ADT
)

select
    SUBJKEY, 'death' as SOURCE, DTHDT as ADT, 'Death' as EVNTDESC, 'ADSL' as SRCDOM, 'DTHDT' as SRCVAR,
    cast(null as double) as SRCSEQ
from adsl
where DTHDT is not null
union all
select SUBJKEY, 'progression', ADT, 'Disease progression', SRCDOM, 'ADT', SRCSEQ
from dated
union all
select
    SUBJKEY,
    case
        when IN_LIVER and OUTSIDE then 'progression_both'
        when IN_LIVER then 'progression_liver_only'
        when OUTSIDE then 'progression_extrahepatic_only'
        else 'progression_site_unknown'
    end,
    ADT,
    case
        when IN_LIVER and OUTSIDE then 'Liver and extrahepatic progression'
        when IN_LIVER then 'Liver progression only'
        when OUTSIDE then 'Extrahepatic progression only'
        else 'Progression, site not recorded'
    end,
    SRCDOM, 'ADT', SRCSEQ
from located
union all
select SUBJKEY, 'progression_liver', ADT, 'Liver progression', SRCDOM, 'ADT', SRCSEQ
from progressions
where PARAMCD = 'LIVRRESP'
union all
select SUBJKEY, 'progression_extrahepatic', ADT, 'Extrahepatic progression', SRCDOM, 'ADT', SRCSEQ
from progressions
where PARAMCD = 'EXHPRESP'
union all
select SUBJKEY, 'new_systemic_line', ASTDT, 'New systemic therapy', SRCDOM, 'CMSTDTC', SRCSEQ
from adex
where EXCAT = 'SYSTEMIC' and PHASE = 'SUBSEQUENT' and ASTDT is not null
union all
select
    e.SUBJKEY, 'severe_adverse_event', greatest(coalesce(e.ASTDT, w.OPENS), w.OPENS),
    'Adverse event of grade 3 or higher', 'ADAE', 'ASTDT', e.AESEQ
from adae e
join safety_windows w using (SUBJKEY)
where e.TRTEMFL = 'Y' and e.AEGRADE >= 3 and w.OPENS is not null
union all
select w.SUBJKEY, 'safety_window_end', w.CLOSES, 'End of the days in which adverse events count', 'ADSL', 'TRTEDT', null
from safety_windows w
join adsl a using (SUBJKEY)
where w.CLOSES <= coalesce(a.DTHDT, a.LSTALVDT)
union all
select SUBJKEY, 'last_alive', LSTALVDT, 'Last known alive', 'ADSL', 'LSTALVDT', null
from adsl
where LSTALVDT is not null
union all
select SUBJKEY, 'last_imaging', ADT, 'Last imaging', any_value(SRCDOM), 'ADT', min(SRCSEQ)
from adrs
where PARAMCD = 'OVRLRESP' and ANL01FL = 'Y' and AVALC in ('CR', 'PR', 'SD', 'PD', 'NON-CR/NON-PD', 'NED')
    and ADT is not null
group by SUBJKEY, ADT
union all
select SUBJKEY, 'enrolled_only', date '0001-01-01', 'No assessment after the start', 'ADSL', 'ENRLDT', null
from adsl
where ENRLFL = 'Y';
