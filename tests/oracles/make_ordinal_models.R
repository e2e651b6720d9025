# Writes ordinal_models.json: models with ordered items where the main bank has no case, fitted with lavaan 0.6-14.
# Run in this folder: Rscript make_ordinal_models.R  (lavaan 0.6-14, jsonlite; reads data/)
suppressMessages({library(lavaan); library(jsonlite)})
likert <- read.csv("data/likert.csv"); mimic <- read.csv("data/mimic.csv")
items <- names(likert)[1:19]
binary <- likert; binary[items] <- lapply(likert[items], function(x) as.integer(x > 3))
holes <- likert; k <- 0   # every 7th, 11th, ... answer is missing
for (v in items[1:8]) { k <- k + 1; holes[[v]][seq(k, nrow(holes), by = 7 + k)] <- NA }
D <- list(likert = likert, binary = binary, holes = holes, mimic = mimic)
TWO <- "INV =~ inv1 + inv2 + inv3 + inv4\nENG =~ eng1 + eng2 + eng3 + eng4"
o8 <- items[1:8]; u <- paste0("u", 1:5)
cases <- list(
  list("binary", TWO, "binary", list(ordered = o8)),
  list("binary_theta", TWO, "binary", list(ordered = o8, parameterization = "theta")),
  list("binary_structural", paste0(TWO, "\nENG ~ b*INV\ndouble := 2*b"), "binary", list(ordered = o8, std.lv = TRUE)),
  list("probit", "b1 ~ x1 + x2", "mimic", list(ordered = "b1")),
  list("probit_two", "b1 ~ x1 + x2\nu1 ~ x1\nb1 ~~ u1", "mimic", list(ordered = c("b1", "u1"))),
  list("probit_chain", "u1 ~ x1\nb1 ~ u1 + x2", "mimic", list(ordered = c("b1", "u1"), parameterization = "theta")),
  list("probit_chain_delta", "u1 ~ x1\nb1 ~ u1 + x2", "mimic", list(ordered = c("b1", "u1"))),
  list("continuous_mediator", "u2 ~ a*x1 + x2\nb1 ~ b*u2 + x1\nab := a*b", "mimic", list(ordered = "b1")),
  list("mimic_direct", "f =~ u1 + u2 + u3 + u4 + u5\nf ~ x1 + x2\nu3 ~ x2", "mimic", list(ordered = u)),
  list("mimic_mixed", "f =~ u1 + u2 + u3 + u4 + u5\nf ~ x1 + x2", "mimic", list(ordered = c("u1", "u2", "u3"))),
  list("mimic_random_x", "f =~ u1 + u2 + u3 + u4 + u5\nf ~ x1", "mimic", list(ordered = u, conditional.x = FALSE, fixed.x = FALSE)),
  list("mimic_groups", "f =~ u1 + u2 + u3 + u4 + u5\nf ~ x1 + x2", "mimic", list(ordered = u, group = "site")),
  list("scalar_delta", TWO, "likert", list(ordered = o8, group = "sex", group.equal = c("loadings", "intercepts"))),
  list("scalar_theta", TWO, "likert", list(ordered = o8, group = "sex", group.equal = c("loadings", "intercepts"), parameterization = "theta")),
  list("strict_theta", TWO, "likert", list(ordered = o8, group = "sex", group.equal = c("thresholds", "loadings", "intercepts", "residuals"), parameterization = "theta")),
  list("metric_wlsm", TWO, "likert", list(ordered = o8, group = "sex", group.equal = "loadings", estimator = "WLSM")),
  list("wls", TWO, "likert", list(ordered = o8, estimator = "WLS")),
  list("wls_theta_groups", TWO, "likert", list(ordered = o8, estimator = "WLS", group = "sex", parameterization = "theta")),
  list("ulsmv_theta", TWO, "likert", list(ordered = o8, estimator = "ULSMV", parameterization = "theta")),
  list("ulsm", TWO, "likert", list(ordered = o8, estimator = "ULSM")),
  list("mvs", TWO, "likert", list(ordered = o8, estimator = "DWLS", se = "robust.sem", test = "mean.var.adjusted")),
  list("held", "INV =~ inv1 + inv2 + inv3 + a*inv4\nENG =~ eng1 + eng2 + eng3 + b*eng4\ninv1 ~~ inv2\na == 0.9*b", "likert", list(ordered = o8)),
  list("second_order", "INV =~ inv1 + inv2 + inv3\nENG =~ eng1 + eng2 + eng3\nCOC =~ coc2 + coc3 + coc4\ng =~ INV + ENG + COC", "likert",
       list(ordered = items)),
  list("pairwise", TWO, "holes", list(ordered = o8, missing = "pairwise")),
  list("listwise", TWO, "holes", list(ordered = o8)),
  list("standard_se", TWO, "likert", list(ordered = o8, estimator = "DWLS", se = "standard")),
  list("fixed_thresholds", paste0(TWO, "\ninv1 | -1*t1 + t2 + t3 + t4\ninv1 ~*~ NA*inv1"), "likert", list(ordered = o8)),
  list("mixed_wls", TWO, "likert", list(ordered = o8[c(1, 2, 5, 6)], estimator = "WLS")),
  list("bifactor", paste0("G =~ inv1 + inv2 + inv3 + inv4 + eng1 + eng2 + eng3 + eng4\nENG =~ eng1 + eng2 + eng3 + eng4"), "likert", list(ordered = o8, orthogonal = TRUE, std.lv = TRUE)),
  list("growth_of_items", paste0("i =~ 1*inv1 + 1*inv2 + 1*inv3 + 1*inv4\ns =~ 0*inv1 + 1*inv2 + 2*inv3 + 3*inv4\ni ~ 0*1\ns ~ 1",
       paste0("\ninv", 1:4, " | a*t1 + b*t2 + c*t3 + d*t4", collapse = ""), paste0("\ninv", 2:4, " ~*~ NA*inv", 2:4, collapse = "")), "likert", list(ordered = o8[1:4])),
  list("equal_thresholds", paste0(TWO, "\ninv1 | a*t1 + b*t2 + t3 + t4\ninv2 | a*t1 + b*t2 + t3 + t4"), "likert", list(ordered = o8)),
  list("second_order_theta", "INV =~ inv1 + inv2 + inv3\nENG =~ eng1 + eng2 + eng3\nCOC =~ coc2 + coc3 + coc4\ng =~ INV + ENG + COC", "likert",
       list(ordered = items, parameterization = "theta", std.lv = TRUE)),
  list("partial_metric", TWO, "likert", list(ordered = o8, group = "sex", group.equal = "loadings", group.partial = "INV=~inv3")),
  list("equal_paths", paste0(TWO, "\nENG ~ INV"), "likert", list(ordered = o8, group = "sex", group.equal = c("loadings", "regressions", "lv.variances"))),
  list("at_least", "INV =~ inv1 + a*inv2 + b*inv3 + inv4\na > 0.1\nd := a - b", "likert", list(ordered = o8[1:4], std.lv = TRUE)),
  list("residuals_covary_theta", paste0(TWO, "\ninv1 ~~ inv2\neng1 ~~ eng2"), "likert", list(ordered = o8, parameterization = "theta")),
  list("probit_three", "u1 ~ x1\nu2 ~ a*u1 + x2\nb1 ~ b*u2 + x1\nab := a*b", "mimic", list(ordered = c("u1", "u2", "b1"), parameterization = "theta"))
)
keep <- c("npar", "chisq", "df", "chisq.scaled", "df.scaled", "chisq.scaling.factor", "baseline.chisq", "baseline.df", "baseline.chisq.scaled",
          "cfi", "tli", "rmsea", "cfi.scaled", "tli.scaled", "rmsea.scaled", "srmr", "cfi.robust", "rmsea.robust", "wrmr")
out <- list()
for (c in cases) {
  f <- suppressWarnings(do.call("sem", c(list(model = c[[2]], data = D[[c[[3]]]]), c[[4]])))
  e <- as.data.frame(parameterEstimates(f, standardized = TRUE)); fm <- fitMeasures(f)
  s <- as.data.frame(standardizedSolution(f))
  g <- if (is.null(e$group)) 1 else e$group
  rows <- data.frame(lhs = e$lhs, op = e$op, rhs = e$rhs, group = g, est = e$est, se = e$se, std = e$std.all)
  rows$std_se <- if (nrow(s) == nrow(e)) s$se else NA
  rec <- list(id = c[[1]], model = c[[2]], data = c[[3]], options = c[[4]], converged = lavInspect(f, "converged"), nobs = lavInspect(f, "ntotal"),
              fit = as.list(fm[intersect(keep, names(fm))]), rows = rows)
  if (c[[1]] %in% c("binary", "mimic_mixed"))
    rec$scores <- if (is.list(p <- lavPredict(f))) lapply(p, function(x) head(unclass(x), 4)) else head(unclass(p), 4)
  if (c[[1]] %in% c("binary", "ulsmv_theta", "held")) rec$z <- as.data.frame(unclass(lavResiduals(f, type = "raw")$cov.z))
  if (c[[1]] == "mixed_wls") {  # continuous variances are not fitted exactly by a full weight; 0.6-14 leaves their residuals out of these two
    rec$fit$srmr <- NULL; rec$fit <- c(rec$fit, as.list(fm[c("crmr", "crmr_nomean")])) }
  out[[length(out) + 1]] <- rec; cat(c[[1]], rec$converged, "\n")
}
write_json(list(software = paste("lavaan", packageVersion("lavaan")), cases = out), "ordinal_models.json", auto_unbox = TRUE, digits = 9, na = "null", null = "null")
