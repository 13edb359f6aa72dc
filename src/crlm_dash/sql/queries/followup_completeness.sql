-- One row per group: days of follow-up observed, and that could have been observed by the cut-off.
-- room: outcomes
-- Clark, Altman & De Stavola, Lancet 359 (2002) 1309-1310. Who died could be followed to the death; the others to the
-- cut-off, or the planned end of follow-up ($planned_days after enrolment; 0: none), or the day they completed it.
with followed as (
    select
        STRATA,
        ENRLDT,
        DTHFL = 'Y' or DTHDT is not null as died,
        EOSSTT = 'DISCONTINUED' and DTHDT is null and DTHFL is distinct from 'Y' as gone,
        least(
            $cutoff::date,
            DTHDT,
            if(EOSSTT = 'COMPLETED', EOSDT, null),
            if(DTHFL = 'Y' and DTHDT is null, LSTALVDT, null),
            ENRLDT + nullif($planned_days, 0)::integer
        ) as possible_end,
        coalesce(DTHDT, LSTALVDT, ENRLDT) as observed_end,
    from members
    where ENRLDT is not null
)

select
    coalesce(STRATA, '(missing)') as strata,
    count(*) as n,
    count(*) filter (died) as n_died,
    count(*) filter (gone and observed_end < possible_end) as n_gone,
    count(*) filter (observed_end >= possible_end) as n_whole,
    sum(greatest(date_diff('day', ENRLDT, least(observed_end, possible_end)), 0)) as observed,
    sum(greatest(date_diff('day', ENRLDT, possible_end), 0)) as possible,
from followed
group by all
order by strata
