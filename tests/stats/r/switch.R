# Expected values of tests/stats/test_time_varying.py. Run from the repository's root: Rscript tests/stats/r/switch.R
# Made with R 4.2.2, survival 3.5-3: tmerge and coxph on the Stanford heart transplants, and on a simulated set.
suppressMessages(library(survival))
folder <- "tests/stats/fixtures"
number <- function(x) ifelse(is.na(x), "", trimws(format(x, digits = 17)))
heart_rows <- with(jasa, data.frame(time = pmax(.5, as.numeric(fu.date - accept.dt)), entry = 0, event = fustat,
  switch = as.numeric(tx.date - accept.dt) - ifelse(!is.na(tx.date) & tx.date == fu.date, .5, 0)))
set.seed(31)
n <- 240
switch <- ifelse(runif(n) < .6, round(rexp(n, .1)), NA)
life <- ceiling(20 * rexp(n, .05)) / 20
simulated <- data.frame(time = pmin(life, 36), entry = sample(c(0, 0, 2, 5), n, TRUE), event = as.integer(life <= 36), switch)
simulated <- simulated[simulated$time > simulated$entry, ]
for (name in c("heart", "simulated")) {
  d <- if (name == "heart") heart_rows else simulated
  write.csv(data.frame(lapply(d, number)), file.path(folder, paste0("switch_", name, "_rows.csv")), row.names = FALSE, quote = FALSE)
  d$id <- seq_len(nrow(d))
  split <- tmerge(d, d, id = id, tstart = entry, tstop = time, death = event(time, event), after = tdc(switch))
  fit <- coxph(Surv(tstart, tstop, death) ~ after, split, ties = "efron",
               control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
  s <- summary(fit)
  exact <- coxph(Surv(tstart, tstop, death) ~ after, split, ties = "exact", iter.max = 0)$score
  write.csv(data.frame(lapply(data.frame(estimate = s$conf.int[1], conf_low = s$conf.int[3], conf_high = s$conf.int[4],
    p_value = s$coefficients[5], ph_p_value = cox.zph(fit, global = FALSE)$table[, "p"], log_rank = exact), number)),
    file.path(folder, paste0("switch_", name, "_cox.csv")), row.names = FALSE, quote = FALSE)
}
