# Quantiles of SRMR, RMSEA and CFI over samples from correct and misspecified populations, every sample drawn row by row and fitted by lavaan.
# Rscript make_dynamic_cutoffs.R > dynamic_cutoffs_lavaan.json      (versions are written into the file; some minutes)
suppressMessages({library(lavaan); library(jsonlite); library(MASS)})
draws <- 500
covariances <- function(L, Phi, residual) {
  explained <- L %*% Phi %*% t(L)
  diag(residual) <- 1 - diag(explained)
  explained + residual
}
correlated <- function(L, Phi, pairs, size) {
  own <- sqrt(1 - diag(L %*% Phi %*% t(L)))
  residual <- diag(nrow(L))
  for (pair in pairs) residual[pair[1], pair[2]] <- residual[pair[2], pair[1]] <- size * own[pair[1]] * own[pair[2]]
  covariances(L, Phi, residual)
}
block <- function(loadings) {
  L <- matrix(0, length(unlist(loadings)), length(loadings)); at <- 0
  for (f in seq_along(loadings)) { L[at + seq_along(loadings[[f]]), f] <- loadings[[f]]; at <- at + length(loadings[[f]]) }
  L
}
crossed <- function(L, Phi, added) {
  for (one in added) L[one[1], one[2]] <- one[3]
  covariances(L, Phi, diag(nrow(L)))
}
E <- block(list(c(.671, -.705, .704, -.702, .750, -.572, .744, -.514, .605, -.703)))
pairs <- list(c(8, 6), c(9, 1), c(4, 10), c(3, 2), c(7, 5))
H <- block(list(c(.772, .424, .581), c(.852, .855, .838), c(.570, .723, .665)))
Phi <- matrix(c(1, .459, .471, .459, 1, .283, .471, .283, 1), 3)
one <- matrix(1)
cases <- list(
  extraversion = list(nobs = 1222, model = paste("f =~", paste0("x", 1:10, collapse = " + ")), Sigma = list(
    correlated(E, one, list(), .3), correlated(E, one, pairs[1], .3), correlated(E, one, pairs[1:3], .3), correlated(E, one, pairs, .3))),
  abilities = list(nobs = 301, model = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9", Sigma = list(
    crossed(H, Phi, list()), crossed(H, Phi, list(c(2, 2, .424))), crossed(H, Phi, list(c(2, 2, .424), c(7, 2, .570)))))
)
set.seed(20261129)
answer <- lapply(cases, function(case) {
  levels <- lapply(case$Sigma, function(Sigma) {
    dimnames(Sigma) <- list(paste0("x", seq_len(nrow(Sigma))), paste0("x", seq_len(nrow(Sigma))))
    found <- lapply(seq_len(draws), function(i) {
      fit <- suppressWarnings(cfa(case$model, data.frame(mvrnorm(case$nobs, rep(0, nrow(Sigma)), Sigma)), se = "none"))
      if (lavInspect(fit, "converged")) fitmeasures(fit, c("srmr", "rmsea", "cfi", "chisq")) else NULL
    })
    found <- do.call(rbind, found)
    list(Sigma = Sigma, converged = nrow(found), quantiles = lapply(c(p05 = .05, p10 = .10, p50 = .5, p90 = .90, p95 = .95), function(q)
      as.list(apply(found, 2, quantile, q))))
  })
  list(model = case$model, nobs = case$nobs, levels = levels)
})
cat(toJSON(list(versions = list(R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan"))), draws = draws,
  cases = answer), auto_unbox = TRUE, digits = 8, pretty = FALSE))
