-- One row per local procedure, and per regimen of systemic therapy, that the subject had from $first until before $last.
-- room: records
-- Given: begun in that time, or begun before and not ended before it. N_BEGUN: how many records began in it, the cycles
-- of a regimen. MAYBE: of none of the records is that certain, because dates are partial. A partial start stands at the
-- first day it can mean, a partial end at the last.
with given as (
    select
        *,
        case DATEFL
            when 'D' then last_day(ASTDT)
            when 'M' then make_date(year(ASTDT), 12, 31)
            else ASTDT
        end as LATEST_START,
        greatest(ASTDT, coalesce(AENDT, if(ONGOING = 'Y', date '2999-12-31', ASTDT))) as LATEST_END,
        greatest(ASTDT, case AENDTF
            when 'D' then cast(date_trunc('month', AENDT) as date)
            when 'M' then make_date(year(AENDT), 1, 1)
            else LATEST_END
        end) as EARLIEST_END,
    from adtl
    where LANE in ('Local treatment', 'Systemic therapy') and ASTDT < cast($last as date)
)

select
    LANE = 'Local treatment' as local,
    LABEL as what,
    if(LANE = 'Local treatment', DETAIL, null) as detail,
    count(*) filter (LATEST_START >= cast($first as date)) as n_begun,
    min(ASTDT) as start,
    max(greatest(LATEST_END, LATEST_START)) as end,
    min(LATEST_START) < cast($first as date) as before,
    max(LATEST_END) >= cast($last as date) as goes_on,
    not bool_or(LATEST_START < cast($last as date) and greatest(ASTDT, EARLIEST_END) >= cast($first as date)) as maybe,
    arg_min(coalesce(DATEFL, ''), ASTDT) as precision,
    arg_max(coalesce(AENDTF, ''), LATEST_END) as end_precision,
from given
where greatest(LATEST_START, LATEST_END) >= cast($first as date)
group by LANE, LABEL, if(LANE = 'Local treatment', DETAIL, null), if(LANE = 'Local treatment', ASTDT, null)
order by local desc, start, what
