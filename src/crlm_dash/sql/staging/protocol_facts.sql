-- One row: what the trial as a whole says of itself, and whether anybody died.
with died as (
    select USUBJID from staging.dm where DTHFL = 'Y' or DTHDTC is not null
    union
    select USUBJID from staging.adsl where DTHFL = 'Y' or DTHDT is not null
    union
    select USUBJID from staging.ds where upper(DSDECOD) = 'DEATH'
    union
    select USUBJID from staging.ss where upper(SSSTRESC) = 'DEAD'
    union
    select USUBJID from staging.dd
)

select
    (select min_by(TSVAL, coalesce(TSSEQ, 0)) from staging.ts where TSPARMCD = 'TITLE') as TITLE,
    (select max(try_cast(TSVAL as integer)) from staging.ts where TSPARMCD = 'PLANSUB') as PLANSUB,
    exists (select 1 from staging.ts where TSPARMCD = 'SIMDATA' and upper(TSVAL) = 'Y') as SIMULATED,
    exists (select 1 from staging.ts where TSPARMCD = 'RANDOM' and upper(TSVAL) = 'Y')
        or exists (select 1 from staging.ds where upper(DSDECOD) = 'RANDOMIZED')
        or exists (select 1 from staging.adsl where RANDDT is not null) as RANDOMISED,
    exists (select 1 from staging.ds where upper(DSDECOD) = 'RANDOMIZED')
        or exists (select 1 from staging.adsl where RANDDT is not null) as HAS_RANDDT,
    exists (select 1 from staging.ex where EXSTDTC is not null)
        or exists (select 1 from staging.adsl where TRTSDT is not null) as HAS_TRTSDT,
    exists (select 1 from staging.adsl where ITTFL = 'Y') as HAS_ITTFL,
    (select count(*) from died) as N_DIED;
