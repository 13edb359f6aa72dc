-- One row per subject, source and date: everything an endpoint may count as an event or as the end of follow-up.
--
-- Progression is PD by the reader for analysis; overall progression also where only the liver or the rest was judged.
-- Last imaging is the last evaluable overall response. `enrolled_only` is the origin itself: nothing later is known.

create or replace temp table tte_sources as
with progressions as (
    select SUBJKEY, PARAMCD, ADT, SRCDOM, SRCSEQ
    from adrs
    where AVALC = 'PD' and ANL01FL = 'Y' and ADT is not null and PARAMCD in ('OVRLRESP', 'LIVRRESP', 'EXHPRESP')
)

select
    SUBJKEY, 'death' as SOURCE, DTHDT as ADT, 'Death' as EVNTDESC, 'ADSL' as SRCDOM, 'DTHDT' as SRCVAR,
    cast(null as double) as SRCSEQ
from adsl
where DTHDT is not null
union all
select SUBJKEY, 'progression', ADT, 'Disease progression', any_value(SRCDOM), 'ADT', min(SRCSEQ)
from progressions
group by SUBJKEY, ADT
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
