# Expected values of tests/stats/test_against_r.py. Run from the repository's root: Rscript tests/stats/r/survival.R
# Made with R 4.2.2, survival 3.5-3. Writes, for each data set, the aggregated counts and what R says of them.
suppressMessages(library(survival))
source("tests/stats/r/simulated.R")
folder <- "tests/stats/fixtures"

simulated <- function() {                     # heavy ties and delayed entry, three groups
  set.seed(20240611)
  n <- 110
  strata <- sample(c("A", "B", "C"), n, TRUE, c(.4, .35, .25))
  onset <- round(rexp(n, .25))                # entry, in months
  life <- ceiling(rexp(n, c(A = .05, B = .08, C = .03)[strata]))
  end <- pmin(life, 30 + sample(0:6, n, TRUE))
  data.frame(strata, time = end, entry = onset, event = as.integer(life <= end))[end > onset, ]
}
flat <- data.frame(                           # S exactly 1/2 on a stretch; to the end; down to 0; never an event
  strata = rep(c("down", "flat", "half", "none"), c(3, 4, 4, 3)),
  time = c(2, 2, 5, 1, 2, 4, 7, 1, 2, 4, 7, 1, 2, 3), entry = 0,
  event = c(1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0))
deaths <- subset(colon, etype == 2)
relapses <- subset(colon, etype == 1)
days <- 30.4375
in_quarters <- function(d) transform(d, time = 3 * ceiling(time / days / 3))   # heavy ties: all times up to 3 months
rows <- list(
  lung = with(lung, data.frame(strata = c("male", "female")[sex], time, entry = 0, event = status - 1)),
  veteran = with(veteran, data.frame(strata = c("standard", "test")[trt], time, entry = 0, event = status)),
  colon = with(deaths, data.frame(strata = as.character(rx), time, entry = 0, event = status)),
  simulated = simulated(), flat = flat,
  recurrence = with(relapses, data.frame(strata = as.character(rx), time, entry = 0, event = status)),
  quarters = in_quarters(with(deaths, data.frame(strata = as.character(rx), time, entry = 0, event = status))))
rows <- c(rows, lapply(delayed, function(d) transform(d, event = as.integer(event > 0))))
times <- list(lung = c(0, 100, 365.25, 882, 900, 1000, 1022), veteran = c(30, 182.5, 365, 550), colon = 365.25 * c(1, 3, 5),
              simulated = c(0, 3, 12, 24, 34), flat = c(0, 1, 2, 5), recurrence = 365.25 * c(1, 3, 5), quarters = c(12, 36, 60),
              exponential = c(1, 6, 12, 20), uniform = c(4, 12, 24, 35), lognormal = c(6, 12, 24, 48))
horizon <- c(lung = 700, veteran = 365, colon = 1826.25, simulated = 24, flat = 3, recurrence = 1826.25, quarters = 60,
             exponential = 18, uniform = 24, lognormal = 30)

out <- function(frame, name, what) {
  number <- sapply(frame, is.numeric)
  frame[number] <- lapply(frame[number], function(x) ifelse(is.na(x), "", format(x, digits = 17, trim = TRUE)))
  for (column in names(frame)[number]) frame[[column]] <- trimws(frame[[column]])
  write.csv(frame, file.path(folder, paste0(name, "_", what, ".csv")), row.names = FALSE, quote = FALSE)
}
hypergeometric <- function(d) {               # what coxph's exact likelihood gives, which takes hours with ties as heavy as these
  groups <- sort(unique(d$strata))
  p <- length(groups) - 1
  excess <- numeric(p)
  variance <- matrix(0, p, p)
  for (t in unique(d$time[d$event == 1])) {
    risk <- d$entry < t & d$time >= t
    dead <- risk & d$time == t & d$event == 1
    share <- sapply(groups[-1], function(g) mean(d$strata[risk] == g))
    excess <- excess + sapply(groups[-1], function(g) sum(d$strata[dead] == g)) - sum(dead) * share
    if (sum(risk) > 1) variance <- variance + sum(dead) * (sum(risk) - sum(dead)) / (sum(risk) - 1) * (diag(share, p) - outer(share, share))
  }
  drop(excess %*% solve(variance, excess))
}
group_names <- function(fit) sub("^strata=", "", rep(names(fit$strata), fit$strata))
response <- function(d, reverse = FALSE) {
  status <- if (reverse) 1 - d$event else d$event
  if (any(d$entry > 0)) Surv(d$entry, d$time, status) else Surv(d$time, status)
}

for (name in names(rows)) {
  d <- rows[[name]]
  out(aggregate(list(n = rep(1, nrow(d))), d[c("strata", "time", "entry", "event")], sum), name, "counts")
  fit <- survfit(response(d) ~ strata, data = d, conf.type = "log-log")
  out(data.frame(strata = group_names(fit), time = fit$time, n_risk = fit$n.risk, n_event = fit$n.event,
                 n_censor = fit$n.censor, estimate = fit$surv, std_error = ifelse(fit$surv == 0, NA, fit$surv * fit$std.err),
                 conf_low = fit$lower, conf_high = fit$upper), name, "km")
  reverse <- survfit(response(d, TRUE) ~ strata, data = d, conf.type = "log-log")
  median_of <- function(fit) {
    q <- quantile(fit, .5)
    if (all(d$entry == 0)) return(cbind(q$quantile, q$lower, q$upper))
    # With few at risk early, limits may rise again; quantile() then reads them in order of height, not of time.
    reached <- function(line) tapply(ifelse(line <= .5, fit$time, NA), group_names(fit), function(t) if (all(is.na(t))) NA else min(t, na.rm = TRUE))
    cbind(q$quantile, reached(fit$lower), reached(fit$upper))
  }
  found <- cbind(median_of(fit), median_of(reverse))
  colnames(found) <- c("median", "conf_low", "conf_high", "followup", "followup_low", "followup_high")
  area <- t(sapply(sort(unique(d$strata)), function(g) {
    one <- d[d$strata == g, ]
    survival:::survmean(survfit(response(one) ~ 1), rmean = horizon[[name]])$matrix[c("rmean", "se(rmean)")] }))
  colnames(area) <- c("rmst", "rmst_error")
  out(data.frame(strata = sub("^strata=", "", names(fit$strata)), found, area), name, "summary")
  at <- summary(fit, times = times[[name]], extend = FALSE)
  out(data.frame(strata = sub("^strata=", "", at$strata), time = at$time, estimate = at$surv,
                 std_error = ifelse(at$surv == 0, NA, at$std.err), conf_low = at$lower, conf_high = at$upper), name, "landmarks")
  if (name == "flat") next
  cox <- coxph(response(d) ~ strata, data = d, ties = "efron", control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
  s <- summary(cox)
  zph <- cox.zph(cox, terms = FALSE, global = FALSE)$table
  out(data.frame(strata = sub("^strata", "", rownames(s$coefficients)), estimate = s$conf.int[, 1], conf_low = s$conf.int[, 3],
                 conf_high = s$conf.int[, 4], p_value = s$coefficients[, 5], ph_p_value = zph[, "p"]), name, "cox")
  if (any(d$entry > 0)) {   # survdiff knows no delayed entry; the exact score test at 0 is the log-rank test
    statistic <- if (name %in% c("uniform", "lognormal")) hypergeometric(d) else coxph(response(d) ~ strata, data = d, ties = "exact", iter.max = 0)$score
  } else statistic <- survdiff(Surv(time, event) ~ strata, data = d)$chisq
  df <- length(unique(d$strata)) - 1
  out(data.frame(statistic, df, p_value = pchisq(statistic, df, lower.tail = FALSE)), name, "log_rank")
}
stratified <- list(                              # log-rank within strata
  ecog = data.frame(stratum = as.character(lung$ph.ecog), rows$lung),
  nodes = data.frame(stratum = c("few", "many")[1 + deaths$node4], rows$colon),
  extents = data.frame(stratum = paste0("extent", relapses$extent), rows$recurrence))
for (name in names(stratified)) {
  strat <- stratified[[name]]
  strat <- strat[!is.na(strat$stratum), ]
  out(aggregate(list(n = rep(1, nrow(strat))), strat[c("stratum", "strata", "time", "entry", "event")], sum), name, "counts")
  test <- survdiff(Surv(time, event) ~ strata + strata(stratum), data = strat)
  df <- length(unique(strat$strata)) - 1
  out(data.frame(statistic = test$chisq, df, p_value = pchisq(test$chisq, df, lower.tail = FALSE)), name, "log_rank")
}
