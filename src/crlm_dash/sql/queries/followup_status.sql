-- One row per group: what became of those enrolled (each is in exactly one), and of whom there is recent word.
-- room: outcomes
-- Who died is counted as dead even if the end of participation came first; recent: last known alive within
-- $recent_days before the cut-off, of those neither dead nor gone.
with placed as (
    select
        STRATA,
        case
            when DTHFL = 'Y' or DTHDT is not null then 'died'
            when EOSSTT = 'COMPLETED' then 'completed'
            when EOSSTT = 'DISCONTINUED' and upper(DCSREAS) = 'LOST TO FOLLOW-UP' then 'lost'
            when EOSSTT = 'DISCONTINUED' then 'left'
            else 'inside'
        end as status,
        LSTALVDT >= $cutoff::date - $recent_days as is_recent,
        date_diff('day', LSTALVDT, $cutoff::date) as days_since,
    from members
)

select
    coalesce(STRATA, '(missing)') as strata,
    count(*) as n,
    count(*) filter (status = 'inside') as inside,
    count(*) filter (status = 'completed') as completed,
    count(*) filter (status = 'left') as gone,
    count(*) filter (status = 'lost') as lost,
    count(*) filter (status = 'died') as died,
    count(*) filter (status = 'inside' and is_recent) as recent,
    median(days_since) filter (status = 'inside') as days_since,
from placed
group by all
order by strata
