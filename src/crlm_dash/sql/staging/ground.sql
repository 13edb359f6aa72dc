-- No rows yet: the two tables every staged source has besides its datasets.
create schema if not exists staging;

-- One row per fault found in the source, or later by a check.
create table if not exists main.faults (
    SEVERITY varchar,
    DOMAIN varchar,
    FILE varchar,
    ROW bigint,
    USUBJID varchar,
    COLUMN_NAME varchar,
    RULE varchar,
    VALUE varchar,
    MESSAGE varchar,
    RECORD varchar,
);

-- One row per dataset delivered.
create or replace table staging._delivered (
    name varchar,
    files varchar,
    n_rows bigint,
);
