# Expected values of tests/stats/test_competing.py. Run from the repository's root: Rscript tests/stats/r/competing.R
# Made with R 4.2.2, cmprsk 2.2-11, survival 3.5-3.
suppressMessages({library(cmprsk); library(survival)})
source("tests/stats/r/simulated.R")
folder <- "tests/stats/fixtures"
out <- function(frame, name, what) {
  number <- sapply(frame, is.numeric)
  frame[number] <- lapply(frame[number], function(x) format(x, digits = 17, trim = TRUE))
  write.csv(frame, file.path(folder, paste0(name, "_", what, ".csv")), row.names = FALSE, quote = FALSE)
}
set.seed(7)
n <- 260
strata <- sample(c("A", "B", "C"), n, TRUE)
time <- 3 * ceiling(rexp(n, c(A = .06, B = .09, C = .05)[strata]) / 3)      # imaging every 3 months: ties
cause <- sample(0:3, n, TRUE, c(.3, .35, .2, .15))
rows <- list(
  mgus2 = with(mgus2, data.frame(strata = as.character(sex), time = ifelse(pstat == 1, ptime, futime), entry = 0,
                                 event = ifelse(pstat == 1, 1, 2 * death))),
  imaging = data.frame(strata, time, entry = 0, event = cause))
for (name in names(rows)) {
  d <- rows[[name]]
  d <- d[d$time > 0, ]
  out(aggregate(list(n = rep(1, nrow(d))), d[c("strata", "time", "entry", "event")], sum), name, "counts")
  fit <- with(d, cuminc(time, event, strata))
  tests <- fit$Tests
  out(data.frame(cause = as.integer(rownames(tests)), statistic = tests[, "stat"], p_value = tests[, "pv"], df = tests[, "df"]),
      name, "gray")
  at <- sort(unique(d$time))[seq(1, length(unique(d$time)), length.out = 12)]
  read <- timepoints(fit, at)
  key <- do.call(rbind, strsplit(rownames(read$est), " "))
  long <- function(m) as.vector(t(m))
  out(na.omit(data.frame(strata = rep(key[, 1], each = length(at)), cause = as.integer(rep(key[, 2], each = length(at))),
                         time = rep(at, nrow(key)), estimate = long(read$est), variance = long(read$var))), name, "cuminc")
}
d <- rows$imaging                                                # delayed entry: survfit's Aalen-Johansen
d$entry <- 3 * sample(0:3, n, TRUE)
d <- d[d$time > d$entry, ]
out(aggregate(list(n = rep(1, nrow(d))), d[c("strata", "time", "entry", "event")], sum), "late", "counts")
d_late <- d
d$id <- seq_len(nrow(d))
for (g in "A") {
  fit <- survfit(Surv(entry, time, factor(event, 0:3)) ~ 1, d[d$strata == g, ], id = id)
  out(data.frame(time = rep(fit$time, 3), cause = rep(1:3, each = length(fit$time)), estimate = as.vector(fit$pstate[, 2:4])),
      "late", "incidence")
}

# Fine and Gray. Without delayed entry crr, else finegray and coxph with every subject a cluster.
subdistribution <- function(d, cause) {
  arms <- sort(unique(d$strata))
  x <- sapply(arms[-1], function(arm) as.numeric(d$strata == arm))
  if (all(d$entry == 0)) {
    fit <- crr(d$time, d$event, x, failcode = cause, gtol = 1e-14, maxiter = 100)
    beta <- fit$coef
    variance <- diag(fit$var)
  } else {
    d$id <- seq_len(nrow(d))
    d$state <- factor(d$event, 0:max(d$event))
    fg <- finegray(Surv(entry, time, state) ~ strata + id, d, id = id, etype = as.character(cause))
    fit <- coxph(Surv(fgstart, fgstop, fgstatus) ~ strata, fg, weights = fgwt, cluster = id, ties = "breslow",
                 control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50, timefix = FALSE))
    beta <- coef(fit)
    variance <- diag(vcov(fit))
  }
  data.frame(strata = arms[-1], cause, log_ratio = beta, variance, p_value = 2 * pnorm(-abs(beta) / sqrt(variance)))
}
for (name in names(delayed)) {
  d <- delayed[[name]]
  out(aggregate(list(n = rep(1, nrow(d))), d[c("strata", "time", "entry", "event")], sum), paste0(name, "_causes"), "counts")
}
sets <- c(list(mgus2 = subset(rows$mgus2, time > 0), imaging = rows$imaging, late = d_late), delayed)
for (name in names(sets)) {
  d <- sets[[name]]
  out(do.call(rbind, lapply(sort(setdiff(unique(d$event), 0)), function(cause) subdistribution(d, cause))), name, "fine_gray")
}
