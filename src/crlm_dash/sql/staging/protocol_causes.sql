-- One row per endpoint and CNSR of 2 or more that is a competing cause, with the cause's name (EVNTDESC).
--
-- ADaM leaves CNSR above 0 to the sponsor: 2, 3, … may be competing causes (how this product reads them) or further
-- reasons for censoring (as admiral writes them). A code is a cause where EVNTDESC names it, CNSDTDSC (the censoring
-- date's description) is empty, and the name is not a reason for censoring; one code that is none makes the whole
-- endpoint plain time to event, in which every CNSR of 1 or more is censored.
with codes as (
    select
        PARAMCD,
        cast(CNSR as integer) as CNSR,
        mode(EVNTDESC) as CAUSE,
        bool_or(CNSDTDSC is not null or EVNTDESC is null) as IS_CENSORED,
        bool_or(regexp_matches(
            lower(EVNTDESC),
            'censor|lost|withdr|alive|last |cut.?off|complet|discontinu|random|follow|missing|ongoing|unknown'
            || '|end of (study|trial)|study end|new (anti|therapy|treatment|line)|^no |not evaluable'
        )) as READS_CENSORED,
    from staging.adtte
    where CNSR >= 2
    group by PARAMCD, cast(CNSR as integer)
)

select
    PARAMCD,
    CNSR,
    CAUSE,
from codes
qualify not bool_or(IS_CENSORED or READS_CENSORED) over (partition by PARAMCD)
order by PARAMCD, CNSR;
