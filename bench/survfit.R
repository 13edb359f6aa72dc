# Time inside R, without start and load: survfit, log-rank, coxph on one row a patient (median of `repeats`).
# Arguments: a file of doubles (entry, time, event, group; column after column), the number of rows, repeats.
suppressPackageStartupMessages(library(survival))
arguments <- commandArgs(trailingOnly = TRUE)
n <- as.integer(arguments[2])
values <- matrix(readBin(arguments[1], "double", 4 * n), nrow = n)
entry <- values[, 1]
time <- values[, 2]
event <- values[, 3]
group <- values[, 4]
late <- any(entry > 0)
outcome <- function() if (late) Surv(entry, time, event) else Surv(time, event)
taken <- function(call) median(replicate(as.integer(arguments[3]), system.time(call())[["elapsed"]]))
invisible(gc())
cat("survfit", taken(function() survfit(outcome() ~ 1)), "\n")
cat("survfit_by", taken(function() survfit(outcome() ~ group)), "\n")
# survdiff takes no delayed entry; there the log-rank test is the score test of coxph, which is computed anyway.
cat("survdiff", if (late) 0 else taken(function() survdiff(outcome() ~ group)), "\n")
cat("coxph", taken(function() coxph(outcome() ~ group)), "\n")
