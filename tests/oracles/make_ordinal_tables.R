# Writes ordinal_tables.json: the rows lavaan's automatic rules make of models with ordered items, each as "lhs op rhs group free".
# Run: Rscript make_ordinal_tables.R  (lavaan 0.6-14, jsonlite)
# Left out: equal thresholds without equal intercepts, where lavaan 0.7 frees the intercepts of later groups and 0.6 does not.
suppressMessages({library(lavaan); library(jsonlite)})
set.seed(7)
n <- 600
f <- rnorm(n); w <- rnorm(n); v <- as.integer(runif(n) < .5)
cut3 <- function(y, th) as.integer(cut(y, c(-Inf, th, Inf)))
D <- data.frame(w = w, v = v, site = sample(c("a", "b"), n, TRUE))
for (i in 1:6) D[[paste0("u", i)]] <- cut3(.7 * f + .2 * w + rnorm(n, 0, .7), c(-.6, .5))
for (i in 1:2) D[[paste0("b", i)]] <- cut3(.6 * f + rnorm(n), .2)
for (i in 1:3) D[[paste0("y", i)]] <- .6 * f + rnorm(n)
models <- list(
  "f =~ u1 + u2 + u3 + u4",
  "f =~ u1 + u2 + u3\n g =~ u4 + u5 + u6\n g ~ f",
  "f =~ u1 + u2 + y1 + y2\n f ~ w + v",
  "f =~ u1 + u2 + u3\n f ~ w\n b1 ~ f + w\n y1 ~ f",
  "b1 ~ w + v\n b2 ~ b1 + w",
  "f =~ u1 + u2 + u3\n u1 | 0*t1 + a*t2\n u1 ~*~ 1*u1\n u2 | t1\n",
  "f =~ u1 + u2 + u3 + b1\n u1 ~ 0*1\n u2 ~ 1\n f ~ 1\n u1 ~~ u2",
  "f =~ u1 + u2 + u3\n u1 ~~ u1\n u2 ~~ 1*u2\n u1 ~*~ NA*u1",
  "u1 ~~ u2\n u1 ~~ y1",
  "f =~ u1 + u2\n g =~ b1\n f ~~ g",
  "h =~ f + g + k\n f =~ u1 + u2\n g =~ u3 + u4\n k =~ u5 + u6",
  "f =~ y1 + y2 + y3\n b1 ~ f\n b1 ~ w",
  "f =~ y1 + u1 + u2\n y1 ~ w"
)
sets <- list(
  list(), list(parameterization = "theta"), list(std.lv = TRUE),
  list(group = "site"), list(group = "site", parameterization = "theta"),
  list(group = "site", group.equal = c("loadings", "intercepts")),
  list(group = "site", group.equal = c("loadings", "intercepts"), std.lv = TRUE),
  list(group = "site", group.equal = c("thresholds", "loadings", "intercepts", "residuals"), parameterization = "theta"),
  list(conditional.x = FALSE)
)
ord <- c(paste0("u", 1:6), "b1", "b2")
out <- list()
for (m in seq_along(models)) for (s in seq_along(sets)) for (fun in c("sem", "growth")) {
  if (fun != "sem" && s > 2) next
  a <- c(list(model = models[[m]], data = D, ordered = ord, do.fit = FALSE), sets[[s]])
  t <- tryCatch(suppressWarnings(as.data.frame(parTable(do.call(fun, a)))), error = function(e) conditionMessage(e))
  if (is.character(t)) { cat(m, s, fun, t, "\n"); next }
  eq <- t[t$op == "==", c("lhs", "rhs")]
  t <- t[t$op %in% c("=~", "~", "~~", "~1", "|", "~*~"), ]
  alias <- setNames(t$plabel, t$plabel)
  for (i in seq_len(nrow(eq))) { r <- which(t$plabel == eq$rhs[i]); if (length(r)) alias[[eq$rhs[i]]] <- alias[[eq$lhs[i]]] }
  key <- ifelse(t$free > 0, alias[t$plabel], "")
  key[key != ""] <- as.character(match(key[key != ""], unique(key[key != ""])))
  free <- ifelse(key == "", 0, as.integer(key))
  out[[length(out) + 1]] <- list(fun = fun, model = models[[m]], options = sets[[s]], rows = trimws(paste(t$lhs, t$op, t$rhs, t$group, free)))
}
write_json(list(software = paste("lavaan", packageVersion("lavaan")), cases = out), "ordinal_tables.json", auto_unbox = TRUE, digits = 9, na = "null", null = "null")
cat(length(out), "tables\n")
