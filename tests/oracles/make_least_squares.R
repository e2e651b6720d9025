# Writes least_squares.json: answers of R's lavaan (0.6-14) for least squares and robust maximum likelihood where the main bank
# has no case: groups of unequal size, mean structures, fixed and random covariates, equal variances.
# Run from the folder tests/oracles: Rscript make_least_squares.R
# The defaults of estimators ULS and DWLS changed after 0.6; their normal-theory robust errors, Browne's residual-based test and
# the normal-theory weights of DWLS are asked for by NACOV, WLS.V and lavTest.
suppressMessages({library(lavaan); library(jsonlite)})
D <- lapply(c(hs = "hs", mimic = "mimic", path = "path"), function(n) read.csv(file.path("data", paste0(n, ".csv"))))
D$hs <- D$hs[1:246, ]
HS <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
EQ <- "visual =~ x1 + x2 + x3\nx1 ~~ a*x1\nx2 ~~ a*x2\nx3 ~~ a*x3"
MX <- "f =~ u1 + u2 + u3 + u4 + u5\nf ~ x1 + x2"
PATH <- "m ~ x1 + x2\ny ~ m"
KEEP <- c("npar", "fmin", "chisq", "df", "baseline.chisq", "cfi", "tli", "rmsea", "rmsea.ci.upper", "srmr", "gfi", "chisq.scaled",
          "chisq.scaling.factor", "baseline.chisq.scaled", "cfi.scaled", "cfi.robust", "rmsea.robust", "logl")
products <- function(S) {
  at <- which(lower.tri(S, TRUE), arr.ind = TRUE); i <- at[, 1]; j <- at[, 2]
  S[i, i] * S[j, j] + S[i, j] * S[j, i]
}
normal_gamma <- function(S, means, x = NULL) {
  T <- S * 0
  if (length(x)) { T <- S; T[-x, -x] <- S[-x, x] %*% solve(S[x, x], S[x, -x]) }
  G <- products(S) - products(T)
  if (!means) return(G)
  p <- nrow(S); out <- matrix(0, p + nrow(G), p + nrow(G)); out[1:p, 1:p] <- S - T; out[-(1:p), -(1:p)] <- G; out
}
cases <- list()
record <- function(id, fun, model, data, fit, opts, measures) {
  pe <- as.data.frame(parameterEstimates(fit, remove.nonfree = FALSE)); if (is.null(pe$group)) pe$group <- 1
  rows <- lapply(seq_len(nrow(pe)), function(r) list(pe$lhs[r], pe$op[r], pe$rhs[r], pe$group[r], pe$est[r], pe$se[r]))
  cases[[length(cases) + 1]] <<- list(id = id, fun = fun, model = model, data = data, options = opts, measures = measures, rows = rows)
}
ask <- function(id, fun, model, data, ...) {
  opts <- list(...)
  fit <- tryCatch(suppressWarnings(do.call(fun, c(list(model = model, data = D[[data]]), opts))), error = function(e) NULL)
  if (is.null(fit) || !lavInspect(fit, "converged")) return(cat(id, "left out\n"))
  fm <- fitMeasures(fit)
  record(id, fun, model, data, fit, opts, as.list(signif(fm[intersect(KEEP, names(fm))], 10)))
}
ask_normal <- function(id, fun, model, data, estimator, items, x = NULL, ...) {
  opts <- list(...); g <- if (is.null(opts$group)) rep(1, nrow(D[[data]])) else D[[data]][[opts$group]]
  G <- lapply(unique(g), function(s) normal_gamma(cov(D[[data]][g == s, items]), !is.null(opts$group) || isTRUE(opts$meanstructure), x))
  V <- lapply(G, function(m) diag(ifelse(diag(m) > 1e-12, 1 / diag(m), 0)))
  if (length(G) == 1) { G <- G[[1]]; V <- V[[1]] }
  a <- c(list(model = model, data = D[[data]], estimator = estimator, NACOV = G, se = "robust.sem", test = "standard"), opts)
  if (estimator == "DWLS") a$WLS.V <- V
  fit <- suppressWarnings(do.call(fun, a)); b <- lavTest(fit, test = "browne.residual.nt")
  record(id, fun, model, data, fit, c(list(estimator = estimator), opts), list(chisq = b$stat, df = b$df, fmin = fitMeasures(fit, "fmin")[[1]]))
}
for (e in c("GLS", "WLS", "ULSM", "ULSMV", "MLM", "MLMV", "MLR")) {
  ask(paste0("equal_variances_", e), "cfa", EQ, "hs", estimator = e, meanstructure = TRUE)
  ask(paste0("groups_", e), "cfa", HS, "hs", estimator = e, group = "school", group.equal = c("loadings", "intercepts"))
  ask(paste0("path_", e), "sem", PATH, "path", estimator = e)
  ask(paste0("path_fixed_", e), "sem", PATH, "path", estimator = e, fixed.x = TRUE, meanstructure = TRUE)
  ask(paste0("mimic_fixed_", e), "sem", MX, "mimic", estimator = e, fixed.x = TRUE)
  ask(paste0("mimic_random_", e), "sem", MX, "mimic", estimator = e, fixed.x = FALSE)
  ask(paste0("mimic_groups_", e), "sem", MX, "mimic", estimator = e, fixed.x = TRUE, group = "site", group.equal = "loadings")
}
ask("groups_wishart", "cfa", HS, "hs", likelihood = "wishart", group = "school", group.equal = c("loadings", "intercepts"))
for (e in c("ULS", "DWLS")) {
  ask_normal(paste0("equal_variances_", e), "cfa", EQ, "hs", e, paste0("x", 1:3))
  ask_normal(paste0("groups_", e), "cfa", HS, "hs", e, paste0("x", 1:9), group = "school", group.equal = c("loadings", "intercepts"))
  ask_normal(paste0("mimic_fixed_", e), "sem", MX, "mimic", e, c(paste0("u", 1:5), "x1", "x2"), x = 6:7, fixed.x = TRUE)
  ask_normal(paste0("mimic_random_", e), "sem", MX, "mimic", e, c(paste0("u", 1:5), "x1", "x2"))
}
software <- paste("lavaan", packageVersion("lavaan"))
write_json(list(software = software, script = "make_least_squares.R", cases = cases), "least_squares.json", auto_unbox = TRUE, digits = 9, na = "null")
