# Writes unusual_models.json: answers of R's lavaan (0.6-14) for models that the main bank has not: latent variables without items,
# variances fixed at zero, single items, random covariates under equal intercepts, incomplete groups.
# Run from the folder tests/oracles: Rscript make_unusual_models.R
suppressMessages({library(lavaan); library(jsonlite)})
D <- lapply(c(hs = "hs", mimic = "mimic", growth = "growth", hs_incomplete = "hs_incomplete"), function(n) read.csv(file.path("data", paste0(n, ".csv"))))
cases <- list()
ask <- function(id, fun, model, data, ...) {
  opts <- list(...); call <- c(list(model = model, data = D[[data]]), opts)
  fit <- suppressWarnings(do.call(fun, call))
  for (i in 1:3) { call$start <- fit; call$fixed.x <- lavInspect(fit, "options")$fixed.x; fit <- suppressWarnings(do.call(fun, call)) }
  pe <- as.data.frame(parameterEstimates(fit, standardized = TRUE, remove.nonfree = FALSE)); if (is.null(pe$group)) pe$group <- 1
  pe <- pe[pe$op != "==", ]
  names <- c("lhs", "op", "rhs", "group", "est", "se", "std.all"); rows <- lapply(seq_len(nrow(pe)), function(r) as.list(pe[r, names]))
  scores <- lapply(c("regression", "Bartlett"), function(m) { s <- lavPredict(fit, method = m); if (is.list(s)) s <- s[[1]]; as.data.frame(unclass(s[1:3, , drop = FALSE])) })
  cases[[length(cases) + 1]] <<- list(id = id, fun = fun, model = model, data = data, options = opts,
    measures = as.list(signif(fitMeasures(fit, c("npar", "chisq", "df", "cfi", "rmsea", "srmr", "gfi", "agfi")), 10)), rows = rows,
    regression = scores[[1]], bartlett = scores[[2]])
}
HS <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
MX <- "f =~ u1 + u2 + u3 + u4 + u5\nf ~ x1 + x2"
ask("phantom", "sem", paste0(HS, "\nph =~ 0\nph ~ visual + ageyr\nph ~~ 1*ph\nx7 ~ 0.5*ph\nx8 ~ ph\nx7 ~~ 0*x8"), "hs")
ask("phantom_marker", "cfa", paste0(HS, "\nph =~ 0\nph ~ visual\nx7 ~ 1*ph\nx8 + x9 ~ ph\nx7 ~~ 0*x8 + 0*x9\nx8 ~~ 0*x9"), "hs", meanstructure = TRUE)
ask("zero_variance", "growth", "i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4\ns =~ 0*t1 + 1*t2 + 2*t3 + 3*t4\ns ~~ 0*s + 0*i", "growth")
ask("single_item", "sem", paste0(HS, "\nage =~ ageyr\nvisual ~ age"), "hs")
ask("means_left_out", "sem", MX, "mimic")
ask("random_x_equal_intercepts", "sem", MX, "mimic", group = "site", group.equal = c("loadings", "intercepts"), fixed.x = FALSE)
ask("random_x_equal_residuals", "sem", MX, "mimic", group = "site", group.equal = c("residuals", "residual.covariances", "regressions"), fixed.x = FALSE)
ask("incomplete_groups", "cfa", HS, "hs_incomplete", group = "school", missing = "ml", group.equal = "loadings")
software <- paste("lavaan", packageVersion("lavaan"))
write_json(list(software = software, script = "make_unusual_models.R", cases = cases), "unusual_models.json", auto_unbox = TRUE, digits = 9, na = "null")
