-- One row per adverse event of grade 3 or worse of the subject; what has no date at all comes last.
-- room: records
-- EARLIEST_END, LATEST_END: when it ended, as far as the date is known; both missing where it goes on, LATEST_END alone
-- where it has ended on a day that nobody wrote down. LATEST_START: the last day a partial start can mean.
select
    LABEL as event,
    GRADE as grade,
    coalesce(SERIOUS = 'Y', false) as serious,
    ASTDT as start,
    case DATEFL
        when 'D' then last_day(ASTDT)
        when 'M' then make_date(year(ASTDT), 12, 31)
        else ASTDT
    end as latest_start,
    case
        when AENDT is null then if(ONGOING = 'Y', null, ASTDT)
        when AENDTF = 'D' then greatest(cast(date_trunc('month', AENDT) as date), ASTDT)
        when AENDTF = 'M' then greatest(make_date(year(AENDT), 1, 1), ASTDT)
        else greatest(AENDT, ASTDT)
    end as earliest_end,
    case when AENDT is not null then greatest(AENDT, ASTDT) end as latest_end,  -- greatest passes over NULL
    coalesce(ONGOING = 'Y', false) as ongoing,
    coalesce(DATEFL, '') as precision,
    coalesce(AENDTF, '') as end_precision,
from adtl
where LANE = 'Adverse events' and GRADE >= 3
union all by name
select coalesce(AEDECOD, AETERM) as event, AEGRADE as grade, coalesce(AESER = 'Y', false) as serious,
from adae
where AEGRADE >= 3 and ASTDT is null
order by start nulls last, grade desc, event
