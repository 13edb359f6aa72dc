-- One row per group and place in the picture of peak enzyme and peak bilirubin, or reason why there is no mark: subjects.
-- room: outcomes
-- $enzyme 'ALT' or 'AST', $against 'uln' or 'baseline'. A peak that reaches its limit is beyond it.
with peaks as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        case
            when $against = 'uln' then if($enzyme = 'ALT', ALTULN, ASTULN)
            else if($enzyme = 'ALT', ALTBASE, ASTBASE)
        end as enzyme,
        if($against = 'uln', BILIULN, BILIBASE) as bilirubin,
        coalesce(if($enzyme = 'ALT', NALT, NAST), 0) > 0 and coalesce(NBILI, 0) > 0 as after,
    from population
    left join adlbpeak using (USUBJID)
)

select
    strata,
    case
        when not after then 'no value after'
        when enzyme is null or bilirubin is null then 'not related'
        when enzyme >= $enzyme_cut * (1 - 1e-10) then
            if(bilirubin >= $bilirubin_cut * (1 - 1e-10), 'hy', 'temple')
        else if(bilirubin >= $bilirubin_cut * (1 - 1e-10), 'cholestasis', 'normal')
    end as place,
    count(*) as n,
from peaks
group by all
order by all
