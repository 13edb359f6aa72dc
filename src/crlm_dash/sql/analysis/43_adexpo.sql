-- One row per subject of the safety population: how long adverse events could be seen.
--
-- EXPDAYS counts the days from the opening of the treatment-emergent window (safety_windows) to its close, or to death
-- (else last contact) or the cut-off before it, both included: the denominator of events per patient-year. SEVDAYS
-- counts the days to the first treatment-emergent event of grade 3 or higher (SEVFL 'Y'), else EXPDAYS. Where such an
-- event has no date SEVDAYS is NULL and SEVFL still 'Y'.

create or replace table adexpo as
with followed as (
    select w.SUBJKEY, w.USUBJID, w.OPENS, least(w.CLOSES, coalesce(a.DTHDT, a.LSTALVDT), cutoff()) as CLOSED
    from safety_windows w
    join adsl a using (SUBJKEY)
    where w.SAFFL = 'Y' and w.OPENS is not null
),

severe as (
    select SUBJKEY, min(ASTDT) as FIRSTDT, bool_or(ASTDT is null) as UNDATED
    from adae
    where TRTEMFL = 'Y' and AEGRADE >= 3
    group by SUBJKEY
)

select
    f.SUBJKEY, f.USUBJID,
    cast(greatest(date_diff('day', f.OPENS, f.CLOSED) + 1, 1) as integer) as EXPDAYS,
    cast(
        case
            when s.SUBJKEY is null then greatest(date_diff('day', f.OPENS, f.CLOSED) + 1, 1)
            when s.UNDATED then null
            else greatest(date_diff('day', f.OPENS, s.FIRSTDT) + 1, 1)
        end as integer
    ) as SEVDAYS,
    if(s.SUBJKEY is null, 'N', 'Y') as SEVFL,
from followed f
left join severe s using (SUBJKEY)
order by f.SUBJKEY;
