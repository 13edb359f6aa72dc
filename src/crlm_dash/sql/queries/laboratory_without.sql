-- One row per subject of the viewer's sites and reason: the tests with values after baseline and none to relate them to.
-- room: listing
with tests as (
    select PARAMCD, min(ORD) as ORD, any_value(LABEL) as LABEL from lbtests group by PARAMCD
)

select
    USUBJID,
    adsl.SITEID,
    adlbsum.NOBASE as why,
    string_agg(tests.LABEL, ', ' order by tests.ORD) as tests,
from population
join adsl using (USUBJID)
join adlbsum using (USUBJID)
join tests using (PARAMCD)
where adlbsum.N_POST > 0 and adlbsum.NOBASE is not null
group by all
order by adsl.SITEID, USUBJID, why
limit $row_limit
