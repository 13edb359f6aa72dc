-- One row per group and baseline characteristic that is a number: how many know it, and its spread.
-- room: counts
-- Quartiles interpolate between the two nearest values (type 7 of Hyndman & Fan 1996, as R does by default).
with described as (
    select
        population.STRATA,
        cast(columns(lambda name: list_contains($characteristics, name)) as double),
    from population
    join adsl using (USUBJID)
)

select
    coalesce(STRATA, '(missing)') as strata,
    characteristic,
    count(value) as n,
    count(*) - count(value) as n_missing,
    avg(value) as mean,
    stddev_samp(value) as std_dev,
    quantile_cont(value, 0.5) as median,
    quantile_cont(value, 0.25) as q1,
    quantile_cont(value, 0.75) as q3,
    min(value) as minimum,
    max(value) as maximum,
from described
unpivot include nulls (value for characteristic in (columns(* exclude (STRATA))))
group by all
order by all
