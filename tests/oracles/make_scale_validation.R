# Answers of lavaan, semTools and psych about scales, written to scale_validation.json. Run from this folder:
#   Rscript make_scale_validation.R
# The formulas of Little (1988) and Vuong (1989) have no package here; they are applied to lavaan's moments, likelihoods,
# scores and information below, in base R.
suppressMessages({library(lavaan); library(semTools); library(psych); library(jsonlite)})
hs <- read.csv("data/hs.csv"); likert <- read.csv("data/likert.csv"); missing <- read.csv("data/missing.csv")
out <- list(software = paste("lavaan", packageVersion("lavaan"), "semTools", packageVersion("semTools"), "psych", packageVersion("psych"),
                             "GPArotation", packageVersion("GPArotation")), script = "make_scale_validation.R")
HS <- 'visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9'
## coefficients with their standard errors: lavaan's delta method
D <- 'visual =~ x1 + b2*x2 + b3*x3
visual ~~ v*visual
x1 ~~ t1*x1
x2 ~~ t2*x2
x3 ~~ t3*x3
omega := (1 + b2 + b3)^2*v/((1 + b2 + b3)^2*v + t1 + t2 + t3)
l1 := sqrt(v/(v + t1))
l2 := b2*sqrt(v/(b2^2*v + t2))
l3 := b3*sqrt(v/(b3^2*v + t3))
ave := (l1^2 + l2^2 + l3^2)/3
cr := (l1 + l2 + l3)^2/((l1 + l2 + l3)^2 + 3 - l1^2 - l2^2 - l3^2)
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9'
pe <- parameterEstimates(cfa(D, hs)); pe <- pe[pe$op == ":=", c("lhs", "est", "se", "ci.lower", "ci.upper")]
out$delta <- pe
f <- cfa(HS, hs)
out$maximal <- sapply(1:3, function(i) maximalRelia(cfa(strsplit(HS, "\n")[[1]][i], hs)))
HO <- paste0(HS, "\nability =~ visual + textual + speed"); ho <- cfa(HO, hs)
out$higher <- as.list(compRelSEM(ho, higher = "ability", obs.var = FALSE)); out$higher_observed <- as.list(compRelSEM(ho, higher = "ability"))
BI <- 'g =~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9
g ~~ 0*textual + 0*speed
textual ~~ 0*speed'
out$bifactor <- as.list(compRelSEM(cfa(BI, hs), obs.var = FALSE))
x <- hs[paste0("x", 1:9)]; lik <- likert[grep("[0-9]$", names(likert))]
out$ekc <- list(hs = as.data.frame(unclass(efa.ekc(x))), likert = as.data.frame(unclass(efa.ekc(lik))))
rot <- function(d, k, fm, r) { a <- suppressWarnings(fa(d, k, fm = fm, rotate = r)); list(loadings = unclass(a$loadings)[, , drop = FALSE], phi = a$Phi, communality = a$communality) }
out$efa <- list()
for (r in c("none", "varimax", "quartimax", "geominT", "oblimin", "geominQ")) for (m in c("ml", "minres")) out$efa[[paste(m, r, sep = "_")]] <- rot(x, 3, m, r)
## test-retest: two rounds of one score
set.seed(4); t1 <- rowSums(lik[1:80, 1:4]); t2 <- t1 + round(rnorm(80, .4, 2))
ic <- ICC(cbind(t1, t2), lmer = FALSE)$results
out$retest <- list(first = t1, second = t2, icc = ic)
## Little (1988): d2 over the patterns, moments of the saturated model by maximum likelihood
v <- c("inv1", "inv2", "inv3", "inv4", "eng1", "eng2"); m <- missing[v]
em <- lavInspect(lavCor(m, missing = "ml", output = "fit"), "implied"); S <- em$cov; mu <- as.numeric(em$mean); n <- nrow(m)
pat <- apply(is.na(m), 1, paste, collapse = ""); d2 <- 0; df <- -length(v)
for (p in unique(pat)) { r <- m[pat == p, , drop = FALSE]; o <- !is.na(r[1, ]); if (!any(o)) next
  dif <- colMeans(r[, o, drop = FALSE]) - mu[o]; d2 <- d2 + nrow(r) * as.numeric(t(dif) %*% solve(unclass(S)[o, o, drop = FALSE] * n / (n - 1), dif)); df <- df + sum(o) }
d2ml <- 0
for (p in unique(pat)) { r <- m[pat == p, , drop = FALSE]; o <- !is.na(r[1, ]); if (!any(o)) next
  dif <- colMeans(r[, o, drop = FALSE]) - mu[o]; d2ml <- d2ml + nrow(r) * as.numeric(t(dif) %*% solve(unclass(S)[o, o, drop = FALSE], dif)) }
out$little <- list(variables = v, d2 = d2, d2_ml = d2ml, df = df, patterns = length(unique(pat)), p = pchisq(d2, df, lower.tail = FALSE))
## Vuong (1989): two models of the same items that are not nested
A <- 'f =~ x1 + x2 + x3 + x7 + x8 + x9
t =~ x4 + x5 + x6'
B <- 'v =~ x1 + x2 + x3
f =~ x4 + x5 + x6 + x7 + x8 + x9'
a <- cfa(A, hs, meanstructure = TRUE); b <- cfa(B, hs, meanstructure = TRUE); n <- nrow(hs)
ll <- function(f) lavInspect(f, "loglik.casewise")
d <- ll(a) - ll(b); w2 <- (n - 1) / n * var(d); lr <- sum(d)
info <- function(f) list(A = solve(vcov(f)) / n, s = lavScores(f))
ia <- info(a); ib <- info(b)
Va <- crossprod(ia$s) / n; Vb <- crossprod(ib$s) / n; Vab <- crossprod(ia$s, ib$s) / n
iA <- solve(ia$A); iB <- solve(ib$A)
W <- rbind(cbind(-Va %*% iA, -Vab %*% iB), cbind(t(Vab) %*% iA, Vb %*% iB))
lam <- sort(Re(eigen(W)$values)^2, decreasing = TRUE)
out$vuong <- list(A = A, B = B, logl = c(sum(ll(a)), sum(ll(b))), omega2 = w2, lr = lr, z = lr / sqrt(n * w2), n = n,
  z_bic = (lr - (coef(a) |> length() - length(coef(b))) * log(n) / 2) / sqrt(n * w2), weights = lam,
  casewise_first5 = list(head(ll(a), 5), head(ll(b), 5)))
write_json(out, "scale_validation.json", auto_unbox = TRUE, digits = 12, na = "null", pretty = FALSE, dataframe = "rows")
