# Time inside R, without start and load: survfit, survdiff, coxph on one row a patient (median of `repeats`).
# Arguments: a file of doubles (time, event, group; column after column), the number of rows, repeats.
suppressPackageStartupMessages(library(survival))
arguments <- commandArgs(trailingOnly = TRUE)
n <- as.integer(arguments[2])
values <- readBin(arguments[1], "double", 3 * n)
time <- values[1:n]
event <- values[n + 1:n]
group <- values[2 * n + 1:n]
taken <- function(call) median(replicate(as.integer(arguments[3]), system.time(call())[["elapsed"]]))
invisible(gc())
cat("survfit", taken(function() survfit(Surv(time, event) ~ 1)), "\n")
cat("survfit_by", taken(function() survfit(Surv(time, event) ~ group)), "\n")
cat("survdiff", taken(function() survdiff(Surv(time, event) ~ group)), "\n")
cat("coxph", taken(function() coxph(Surv(time, event) ~ group)), "\n")
