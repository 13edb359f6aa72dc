-- One row per day with local treatment of the subject, numbered by day: what was done.
-- room: records
-- Treatments of one day are one procedure. LAST_DATE: its last day (radiotherapy takes several), or the last that a
-- partial date can mean.
select
    row_number() over (order by ASTDT) as procedure,
    string_agg(distinct LABEL, ' + ' order by LABEL) as what,
    ASTDT as date,
    max(greatest(
        case DATEFL
            when 'D' then last_day(ASTDT)
            when 'M' then make_date(year(ASTDT), 12, 31)
            else ASTDT
        end,
        coalesce(AENDT, ASTDT)
    )) as last_date,
    max(coalesce(DATEFL, '')) as precision,
    any_value(ASTDY) as day,
from adtl
where LANE = 'Local treatment'
group by ASTDT
order by ASTDT
