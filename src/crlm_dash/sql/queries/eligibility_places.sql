-- One row per site, or per month of screening, and criterion not met: a number of screened subjects.
-- room: counts
-- A row without a criterion holds everyone screened at that site or in that month.
with screened as (
    select
        elsum.SITEID as site,
        strftime(elsum.SCRNMONTH, '%Y-%m') as month,
        if($basis = 'data', elsum.NOT_MET, elsum.REC_NOT_MET) as reasons,
    from population
    join elsum using (USUBJID)
),

patterns as (
    select 'site' as kind, site as place, reasons, count(*) as n from screened group by all
    union all
    select 'month', month, reasons, count(*) from screened group by all
),

single as (
    select kind, place, unnest(string_split(reasons, ' ')) as criterion, n from patterns where reasons <> ''
)

select kind, place, cast(null as varchar) as criterion, sum(n)::bigint as n from patterns group by all
union all
select kind, place, criterion, sum(n)::bigint from single group by all
order by all
