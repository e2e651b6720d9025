# Writes theta_scales.json: the solution standardized by the latent variables only (type = "std.lv") of models with ordered items
# under theta parameterization, where the scales follow from the residual variances, with its standard errors.
# Run in this folder: Rscript make_theta_scales.R  (lavaan 0.6-14, jsonlite; reads data/)
suppressMessages({library(lavaan); library(jsonlite)})
likert <- read.csv("data/likert.csv"); mimic <- read.csv("data/mimic.csv")
binary <- likert; binary[1:19] <- lapply(likert[1:19], function(x) as.integer(x > 3))
D <- list(likert = likert, binary = binary, mimic = mimic)
TWO <- "INV =~ inv1 + inv2 + inv3 + inv4\nENG =~ eng1 + eng2 + eng3 + eng4"
o8 <- c(paste0("inv", 1:4), paste0("eng", 1:4)); u <- paste0("u", 1:5)
cases <- list(
  list("two_factors", TWO, "likert", list(ordered = o8)),
  list("unit_variances", paste0(TWO, "\nENG ~ INV"), "likert", list(ordered = o8, std.lv = TRUE)),
  list("binary", TWO, "binary", list(ordered = o8)),
  list("covarying_residuals", paste0(TWO, "\ninv1 ~~ inv2\neng1 ~~ eng2"), "likert", list(ordered = o8)),
  list("covariates", "f =~ u1 + u2 + u3 + u4 + u5\nf ~ x1 + x2\nu3 ~ x2", "mimic", list(ordered = u)),
  list("mixed", "f =~ u1 + u2 + u3 + u4 + u5\nf ~ x1", "mimic", list(ordered = u[1:3])),
  list("configural", TWO, "likert", list(ordered = o8, group = "sex")),
  list("scalar", TWO, "likert", list(ordered = o8, group = "sex", group.equal = c("loadings", "intercepts"))),
  list("strict", TWO, "likert", list(ordered = o8, group = "sex", group.equal = c("thresholds", "loadings", "intercepts", "residuals"))),
  list("ulsmv", TWO, "likert", list(ordered = o8, estimator = "ULSMV"))
)
out <- lapply(cases, function(c) {
  f <- do.call("sem", c(list(model = c[[2]], data = D[[c[[3]]]], parameterization = "theta"), c[[4]]))
  s <- as.data.frame(standardizedSolution(f, type = "std.lv"))
  g <- if (is.null(s$group)) 1 else s$group
  list(id = c[[1]], model = c[[2]], data = c[[3]], options = c[[4]], converged = lavInspect(f, "converged"),
       rows = data.frame(lhs = s$lhs, op = s$op, rhs = s$rhs, group = g, est = s$est.std, se = s$se))
})
write_json(list(software = paste("lavaan", packageVersion("lavaan")), cases = out), "theta_scales.json", auto_unbox = TRUE, digits = 9, na = "null", null = "null")
