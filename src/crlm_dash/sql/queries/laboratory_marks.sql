-- One row per subject with both peaks, the most extreme first: the marks of the picture of enzyme against bilirubin.
-- room: outcomes
-- Where there are more than $most subjects only those outside the normal quadrant, and of these at most $most.
with peaks as (
    select
        USUBJID as subject,
        coalesce(population.STRATA, '(missing)') as strata,
        case
            when $against = 'uln' then if($enzyme = 'ALT', ALTULN, ASTULN)
            else if($enzyme = 'ALT', ALTBASE, ASTBASE)
        end as enzyme,
        case
            when $against = 'uln' then if($enzyme = 'ALT', ALTULNDY, ASTULNDY)
            else if($enzyme = 'ALT', ALTBASEDY, ASTBASEDY)
        end as enzyme_day,
        if($against = 'uln', BILIULN, BILIBASE) as bilirubin,
        if($against = 'uln', BILIULNDY, BILIBASEDY) as bilirubin_day,
        ALPULN as alp_uln,
        coalesce(if($enzyme = 'ALT', NALT, NAST), 0) > 0 and coalesce(NBILI, 0) > 0 as after,
    from population
    join adlbpeak using (USUBJID)
),

marked as (
    select
        * exclude (after),
        enzyme >= $enzyme_cut * (1 - 1e-10) as enzyme_high,
        bilirubin >= $bilirubin_cut * (1 - 1e-10) as bilirubin_high,
        count(*) over () as n_marks,
    from peaks
    where after and enzyme is not null and bilirubin is not null
)

select
    * exclude (enzyme_high, bilirubin_high),
    case
        when enzyme_high then if(bilirubin_high, 'hy', 'temple')
        else if(bilirubin_high, 'cholestasis', 'normal')
    end as place,
from marked
where n_marks <= $most or enzyme_high or bilirubin_high
order by enzyme_high::integer + bilirubin_high::integer desc, enzyme / $enzyme_cut * bilirubin / $bilirubin_cut desc, subject
limit $most
