# Expected values of tests/stats/test_comparison_against_r.py. Run from the repository's root: Rscript tests/stats/r/comparison.R
# Made with R 4.2.2, survival 3.5-3, survey 4.1-1. Women of the Rotterdam tumour bank, who were given hormones or not.
suppressMessages({library(survival); library(survey)})
folder <- "tests/stats/fixtures"
tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 60)
out <- function(frame, name, what) {
  number <- sapply(frame, is.numeric)
  frame[number] <- lapply(frame[number], function(x) trimws(ifelse(is.na(x), "", format(x, digits = 17, trim = TRUE))))
  write.csv(frame, file.path(folder, paste0("comparison_", name, "_", what, ".csv")), row.names = FALSE, quote = FALSE)
}
set.seed(9)
chosen <- subset(rotterdam, nodes > 0)
chosen <- chosen[c(sample(which(chosen$hormon == 1), 110), sample(which(chosen$hormon == 0), 170)), ]
base <- with(chosen, data.frame(age, post = meno, large = as.integer(size == ">50"), grade3 = as.integer(grade == 3),
                                log_nodes = log(nodes), log_er = log(er + 1), treated = hormon,
                                time = pmin(rtime, dtime), entry = 0, event = ifelse(recur == 1, 1, ifelse(death == 1, 2, 0))))
x <- c("age", "post", "large", "grade3", "log_nodes", "log_er")
quarters <- transform(base, time = 3 * ceiling(time / 30.4375 / 3))
late <- transform(base, time = time / 30.4375, entry = pmin(floor(rexp(nrow(base), 1 / 9)), 60))
late <- subset(late, time > entry)
sets <- list(days = list(d = base, at = c(365.25, 1095.75, 1826.25)), quarters = list(d = quarters, at = c(12, 36, 60)),
             late = list(d = late, at = c(12, 36, 60)))
cut <- function(w, low = .02, high = .98) {
  q <- sort(w)[c(which(seq_along(w) / length(w) >= low)[1], which(seq_along(w) / length(w) >= high)[1])]
  pmin(pmax(w, q[1]), q[2])
}
schemes <- list(
  crude = function(t, e) rep(1, length(t)),
  overlap = function(t, e) t * (1 - e) + (1 - t) * e,
  stabilised = function(t, e) t * mean(t) / e + (1 - t) * (1 - mean(t)) / (1 - e),
  truncated = function(t, e) cut(t * mean(t) / e + (1 - t) * (1 - mean(t)) / (1 - e)))
for (name in names(sets)) {
  d <- sets[[name]]$d; at <- sets[[name]]$at
  d$id <- seq_len(nrow(d))
  out(d[c(x, "treated", "time", "entry", "event")], name, "rows")
  model <- glm(reformulate(x, "treated"), binomial, d, control = list(epsilon = 1e-14, maxit = 60))
  e <- fitted(model)
  weights <- lapply(schemes, function(f) f(d$treated, e))
  out(data.frame(score = e, overlap = weights$overlap, stabilised = weights$stabilised, truncated = weights$truncated), name, "weights")
  out(data.frame(term = names(coef(model)), estimate = coef(model)), name, "propensity")
  response <- if (any(d$entry > 0)) "Surv(entry, time, event > 0)" else "Surv(time, event > 0)"
  first <- sub("event > 0", "event == 1", response, fixed = TRUE)
  states <- sub("event > 0", "factor(event, 0:2)", response, fixed = TRUE)
  cox <- NULL; curves <- NULL
  for (scheme in names(weights)) {
    d$w <- weights[[scheme]]
    fit <- coxph(as.formula(paste(response, "~ treated")), d, weights = w, cluster = id, ties = "efron", control = tight)
    cause <- coxph(as.formula(paste(first, "~ treated")), d, weights = w, cluster = id, ties = "efron", control = tight)
    plain <- coxph(as.formula(paste(response, "~ treated")), d, weights = w, ties = "efron", control = tight)
    by_survey <- NA
    if (name == "days") by_survey <- sqrt(vcov(svycoxph(Surv(time, event > 0) ~ treated, svydesign(~1, weights = ~w, data = d)))[1, 1])
    # The weights are estimated too: how the ratio moves with the coefficients of the propensity, by differences.
    moved <- NA
    if (scheme %in% c("overlap", "stabilised")) {
      X <- model.matrix(model)
      ratio <- function(gamma, share) {
        ee <- plogis(drop(X %*% gamma))
        ww <- if (scheme == "overlap") d$treated * (1 - ee) + (1 - d$treated) * ee else
          d$treated * share / ee + (1 - d$treated) * (1 - share) / (1 - ee)
        coef(coxph(as.formula(paste(response, "~ treated")), transform(d, w = ww), weights = w, ties = "efron", control = tight))
      }
      gamma <- coef(model); p <- mean(d$treated)
      slope <- sapply(seq_along(gamma), function(k) { h <- 1e-4 * max(1, abs(gamma[k])) * (gamma * 0 + (seq_along(gamma) == k))
        (ratio(gamma + h, p) - ratio(gamma - h, p)) / (2 * sum(h)) })
      by_share <- if (scheme == "overlap") 0 else (ratio(gamma, p + 1e-5) - ratio(gamma, p - 1e-5)) / 2e-5
      influence <- residuals(plain, type = "dfbeta", weighted = TRUE) +
        drop((X * (d$treated - e)) %*% vcov(model) %*% slope) + by_share * (d$treated - p) / nrow(d)
      moved <- sqrt(sum(influence^2))
    }
    cox <- rbind(cox, data.frame(scheme, log_ratio = coef(fit), robust = sqrt(vcov(fit)[1, 1]), naive = sqrt(fit$naive.var[1, 1]),
                                 survey = by_survey, estimated = moved, cause_log_ratio = coef(cause), cause_robust = sqrt(vcov(cause)[1, 1])))
    for (group in 0:1) {
      mine <- subset(d, treated == group)
      s <- summary(survfit(as.formula(paste(response, "~ 1")), mine, weights = w, robust = TRUE, id = id), times = at, extend = TRUE)
      a <- summary(survfit(as.formula(paste(states, "~ 1")), mine, weights = w, robust = TRUE, id = id), times = at, extend = TRUE)
      m <- survfit(as.formula(paste(response, "~ 1")), mine, weights = w, robust = TRUE, id = id)
      curves <- rbind(curves, data.frame(scheme, group, time = at, n_risk = s$n.risk, survival = s$surv, std_error = s$std.err,
        incidence = a$pstate[, 2], incidence_error = a$std.err[, 2],
        rmst = sapply(at, function(t) summary(m, rmean = t)$table["rmean"])))
    }
  }
  out(cox, name, "cox")
  out(curves, name, "curves")
  if (name != "late") {
    values <- matrix(NA, nrow(d), length(at))
    for (group in 0:1) {                                 # pseudo() looks for its data by name, outside of functions
      mine <- subset(d, treated == group)
      values[d$treated == group, ] <- pseudo(survfit(Surv(time, event > 0) ~ 1, mine, id = id), times = at)
    }
    out(data.frame(first = values[, 1], second = values[, 2], third = values[, 3]), name, "pseudo")
  }
}
