# Rates of sites and enrolment to come, by R: the most likely gamma distribution from dnbinom, and the exact
# distributions of one site whose rate is gamma (negative binomial counts, beta prime times).
# Run in tests/stats/fixtures: Rscript ../r/accrual.R
write <- function(frame, name) write.csv(format(frame, digits = 15, trim = TRUE), paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
sets <- list(
  ten = list(seed = 1, sites = 10, mean = .4, shape = 2, months = c(5, 30)),
  forty = list(seed = 2, sites = 40, mean = .25, shape = 1, months = c(1, 24)),
  many = list(seed = 3, sites = 300, mean = 1.5, shape = 4, months = c(0.5, 36)))
sites <- do.call(rbind, lapply(names(sets), function(name) with(sets[[name]], {
  set.seed(seed)
  time <- round(runif(sites, months[1], months[2]), 3)
  data.frame(set = name, n = rpois(sites, rgamma(sites, shape, shape / mean) * time), months = time)
})))
write(sites, "accrual_sites")
likeliest <- function(own) {
  against <- function(at) -sum(dnbinom(own$n, size = exp(at[2]), mu = exp(at[1]) * own$months, log = TRUE))
  fit <- optim(c(log(sum(own$n) / sum(own$months)), 0), against, control = list(reltol = 1e-16, maxit = 5000))
  fit <- optim(fit$par, against, method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))
  data.frame(set = own$set[1], mean = exp(fit$par[1]), shape = exp(fit$par[2]), log_likelihood = -fit$value)
}
write(do.call(rbind, lapply(names(sets), function(name) likeliest(sites[sites$set == name, ]))), "accrual_likeliest")
# One site, 12 patients in 8 months, rate gamma a priori with mean .9 and shape 1.5: what comes in 6 months, and when
# 10 more have come. Given the count the rate is gamma(13.5, 1.5 / .9 + 8).
levels <- c(.025, .1, .25, .5, .75, .9, .975)
shape <- 12 + 1.5; rate <- 8 + 1.5 / .9
beta <- qbeta(levels, 10, shape)
write(data.frame(level = levels, number = qnbinom(levels, shape, rate / (rate + 6)), months = rate * beta / (1 - beta)), "accrual_one_site")
