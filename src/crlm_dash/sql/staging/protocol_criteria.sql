-- One row per eligibility criterion: of TI in its last version, else as far as IE records name it.
with planned as (
    select
        IETESTCD,
        upper(IECAT) as IECAT,
        coalesce(IETEST, IETESTCD) as IETEST,
        TIVERS,
        _file,
        _row,
    from staging.ti
),

recorded as (
    select
        IETESTCD,
        upper(IECAT) as IECAT,
        coalesce(IETEST, IETESTCD) as IETEST,
        null as TIVERS,
        _file,
        _row,
    from staging.ie
    where not exists (select 1 from planned)
)

select
    IETESTCD,
    IECAT,
    IETEST,
from (select * from planned union all select * from recorded)
where IECAT in ('INCLUSION', 'EXCLUSION')
qualify row_number() over (partition by IETESTCD order by TIVERS desc nulls last, _file, _row) = 1
order by min(_row) over (partition by IETESTCD);
