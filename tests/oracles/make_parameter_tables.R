# Writes parameter_tables.json: the rows lavaan's automatic rules make of a bank of models.
# Run: Rscript make_parameter_tables.R  (lavaan 0.6-14, jsonlite)
suppressMessages({library(lavaan); library(jsonlite)})
models <- list(
  "f1 =~ x1+x2+x3\n f2 =~ y1+y2+y3\n f3=~z1+z2\n f2 ~ f1 + w\n f3 ~ f1\n q ~ f2 + w\n r ~ w",
  "f1 =~ x1+x2\n f2=~x3+x4\n g =~ f1+f2\n h=~x5+x6\n y ~ g + h + a + b\n z ~ y\n u ~ a\n x1 ~ a",
  "y ~ a + b\n a ~~ c\n d ~ y",
  "y ~ a + b + c\n a ~~ a\n f=~x1+x2+x3\n y~f",
  "f =~ NA*x1 + a*x2 + a*x3 + x4\n f ~~ 1*f\n x1 ~~ 0*x2",
  "f =~ x1 + x2 + x3\n g =~ y1\n g ~ f\n y1 ~~ 0.3*y1",
  "f =~ x1 + 0.5*x2 + start(0.8)*x3\n x1 ~ 1\n x2 ~ 0*1\n x1 + x2 ~~ x3",
  "i =~ 1*t1 + 1*t2 + 1*t3\n s =~ 0*t1 + 1*t2 + 2*t3\n i + s ~ x\n s ~ i",
  "m ~ x\n y ~ m + x\n w ~~ v",
  "a =~ x1 + x2\n b =~ x3 + x4 + a\n c ~ b\n a ~~ c"
)
sets <- list(
  list(),
  list(meanstructure = TRUE),
  list(std.lv = TRUE),
  list(orthogonal = TRUE),
  list(fixed.x = FALSE, meanstructure = TRUE),
  list(model.type = "growth", int.ov.free = FALSE, int.lv.free = TRUE, meanstructure = TRUE),
  list(auto.var = FALSE, auto.fix.first = FALSE, auto.fix.single = FALSE, auto.cov.lv.x = FALSE, auto.cov.y = FALSE, int.ov.free = FALSE, meanstructure = TRUE),
  list(group.equal = c("loadings", "intercepts"), ngroups = 2, meanstructure = TRUE),
  list(group.equal = "loadings", std.lv = TRUE, ngroups = 3, meanstructure = TRUE)
)
base <- list(model.type = "sem", fixed.x = TRUE, int.ov.free = TRUE, auto.var = TRUE, auto.fix.first = TRUE, auto.fix.single = TRUE,
             auto.cov.lv.x = TRUE, auto.cov.y = TRUE, auto.th = TRUE, auto.delta = TRUE)
out <- list()
for (m in seq_along(models)) for (s in seq_along(sets)) {
  o <- modifyList(base, sets[[s]])
  if (isTRUE(o$std.lv)) o$auto.fix.first <- FALSE
  t <- tryCatch(suppressWarnings(do.call(lavaanify, c(list(model = models[[m]]), o))), error = function(e) NULL)
  if (is.null(t)) next
  eq <- t[t$op == "==", c("lhs", "rhs")]
  t <- t[t$op %in% c("=~", "~", "~~", "~1"), ]
  alias <- setNames(t$plabel, t$plabel)
  for (i in seq_len(nrow(eq))) { r <- which(t$plabel == eq$rhs[i]); if (length(r)) alias[[eq$rhs[i]]] <- alias[[eq$lhs[i]]] }
  key <- ifelse(t$free > 0, alias[t$plabel], "")
  key[key != ""] <- as.character(match(key[key != ""], unique(key[key != ""])))
  out[[length(out) + 1]] <- list(model = models[[m]], options = sets[[s]], rows = data.frame(lhs = t$lhs, op = t$op, rhs = t$rhs,
    group = t$group, free = as.integer(ifelse(key == "", 0, key)), ustart = ifelse(t$free > 0, NA, t$ustart), exo = t$exo))
}
write_json(list(software = paste("lavaan", packageVersion("lavaan")), cases = out), "parameter_tables.json", auto_unbox = TRUE, digits = 9, na = "null", null = "null")
cat(length(out), "tables\n")
